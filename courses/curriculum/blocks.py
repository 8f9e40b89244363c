"""Blocks that editors compose lessons and programmes from."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

RICH_TEXT = ["h3", "bold", "italic", "ol", "ul", "link"]


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT} | kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, short and in plain words.")
        template = "curriculum/blocks/text.html"
        preview_value = "<p>Vraag eerst wat iemand al weet. Vertel daarna pas.</p>"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    body = blocks.TextBlock(label=_("What to do"))


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    items = blocks.ListBlock(StepBlock(), label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Something to do, in numbered steps.")
        template = "curriculum/blocks/steps.html"
        preview_value = {
            "title": "Zo zet je de camera neer",
            "items": [{"title": "Licht", "body": "Zet de lamp achter de camera."}],
        }


class FactBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Fact"))
    source = blocks.CharBlock(label=_("Source"))
    reviewed_on = blocks.DateBlock(label=_("Checked on"))

    class Meta:
        icon = "info-circle"
        label = _("Fact with source")
        description = _("One fact, where it comes from and when that was last checked.")
        template = "curriculum/blocks/fact.html"
        preview_value = {
            "text": "Een afspraak werkt beter als iemand er zelf in gelooft.",
            "source": "uit de praktijk",
            "reviewed_on": "2026-11-01",
        }


class ChoiceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"))
    is_correct = blocks.BooleanBlock(required=False, label=_("This is the right answer"))
    feedback = blocks.TextBlock(label=_("What to say to who chooses this"))


class QuestionBlock(blocks.StructBlock):
    key = blocks.CharBlock(
        label=_("Key"),
        help_text=_("Never change it once people have answered: their answers hang on it."),
    )
    prompt = blocks.TextBlock(label=_("Question"))
    choices = blocks.ListBlock(ChoiceBlock(), min_num=2, label=_("Answers"))

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("A question with one right answer, and a reply to every answer.")
        template = "curriculum/blocks/question.html"
        preview_value = {
            "key": "voorbeeld",
            "prompt": "Wat vraag je het eerst?",
            "choices": [
                {"text": "Wat wilt u bespreken?", "is_correct": True, "feedback": "Ja."},
                {"text": "Slikt u uw pillen?", "is_correct": False, "feedback": "Later."},
            ],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if [choice["is_correct"] for choice in cleaned["choices"]].count(True) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"choices": ValidationError(_("Mark exactly one answer as right."))}
            )
        return cleaned


class DeclarationBlock(blocks.StructBlock):
    key = blocks.CharBlock(label=_("Key"))
    text = blocks.CharBlock(label=_("What the participant declares"))

    class Meta:
        icon = "tick"
        label = _("Declaration")
        description = _("Something the participant says to have done.")
        template = "curriculum/blocks/declaration.html"
        preview_value = {"key": "voorbeeld", "text": "Ik heb een proefopname gemaakt."}


class LessonBlock(blocks.StreamBlock):
    text = TextBlock()
    steps = StepsBlock()
    fact = FactBlock()
    question = QuestionBlock()
    declaration = DeclarationBlock()


class GoalBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Goal"))
    kind = blocks.ChoiceBlock(
        choices=[("skill", _("Skill")), ("attitude", _("Attitude")), ("knowledge", _("Knowledge"))],
        label=_("Kind"),
    )
    end_term = blocks.CharBlock(required=False, label=_("End term"))
    kba = blocks.ListBlock(blocks.IntegerBlock(min_value=1, max_value=10), label=_("KBA items"))

    class Meta:
        icon = "tick"
        label = _("Goal")


class ProgrammeBlock(blocks.StructBlock):
    start = blocks.IntegerBlock(min_value=0, label=_("From minute"))
    end = blocks.IntegerBlock(min_value=1, label=_("To minute"))
    title = blocks.CharBlock(label=_("Part"))
    form = blocks.CharBlock(required=False, label=_("Form"))
    kind = blocks.ChoiceBlock(
        choices=[
            ("practice", _("Practice")),
            ("theory", _("Theory")),
            ("neutral", _("Neutral")),
            ("break", _("Break")),
        ],
        label=_("Kind"),
    )

    class Meta:
        icon = "time"
        label = _("Part of the evening")


class FaqBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.TextBlock(label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")


class LineBlock(blocks.StructBlock):
    speaker = blocks.CharBlock(label=_("Who speaks"))
    text = blocks.TextBlock(label=_("What is said"))


class ClipBlock(blocks.StructBlock):
    """A short example conversation that can be read, with the moment that matters in it."""

    title = blocks.CharBlock(label=_("Title"))
    caption = blocks.TextBlock(label=_("What the example shows"))
    seconds = blocks.IntegerBlock(min_value=1, label=_("Length in seconds"))
    lines = blocks.ListBlock(LineBlock(), label=_("Transcript"))
    moment_at = blocks.IntegerBlock(min_value=0, label=_("Second of the moment"))
    moment_text = blocks.CharBlock(label=_("What happens at that moment"))

    class Meta:
        icon = "media"
        label = _("Example clip")
