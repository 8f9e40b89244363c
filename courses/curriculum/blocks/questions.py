"""Questions and other things that a participant does in a lesson.

Every block has a ``key``, on which what people answered hangs. How an answer is judged is in
``courses.learning.questions``.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.curriculum.blocks.naming import named


def key_block() -> blocks.CharBlock:
    return blocks.CharBlock(
        label=_("Key"),
        help_text=_("Never change it once people have answered: their answers hang on it."),
    )


def refuse(field: str, message: Any, **params: Any) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError(
        block_errors={field: ValidationError(message, params=params)}
    )


class ChoiceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"))
    is_correct = blocks.BooleanBlock(required=False, label=_("This is the right answer"))
    feedback = blocks.TextBlock(label=_("What to say to who chooses this"))


class AskingBlock(blocks.StructBlock):
    """What all questions have."""

    key = key_block()
    prompt = blocks.TextBlock(label=_("Question"))


class QuestionBlock(AskingBlock):
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
            raise refuse("choices", _("Mark exactly one answer as right."))
        return cleaned


class MultipleBlock(AskingBlock):
    choices = blocks.ListBlock(ChoiceBlock(), min_num=3, label=_("Answers"))

    class Meta:
        icon = "list-ul"
        label = _("Question with more right answers")
        description = _("Several answers are right; each answer has a reply of its own.")
        template = "curriculum/blocks/question.html"
        preview_value = {
            "key": "voorbeeld-meer",
            "prompt": "Wat helpt om te kiezen?",
            "choices": [
                {"text": "Een stilte", "is_correct": True, "feedback": "Dan kan iemand denken."},
                {"text": "Kleine stukjes", "is_correct": True, "feedback": "Dat blijft hangen."},
                {"text": "Een folder", "is_correct": False, "feedback": "Die komt pas daarna."},
            ],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        rights = [choice["is_correct"] for choice in cleaned["choices"]]
        if rights.count(True) < 2 or all(rights):
            raise refuse(
                "choices", _("Mark two or more answers as right, and leave one or more wrong.")
            )
        return cleaned


class OrderItemBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Step"))
    feedback = blocks.TextBlock(label=_("Why it stands here"))


class OrderBlock(AskingBlock):
    items = blocks.ListBlock(
        OrderItemBlock(), min_num=3, label=_("Steps"), help_text=_("In the right order.")
    )

    class Meta:
        icon = "order"
        label = _("Put in order")
        description = _("Steps that are shown shuffled and put in order, with buttons.")
        template = "curriculum/blocks/order.html"
        preview_value = {
            "key": "voorbeeld-volgorde",
            "prompt": "Zet op volgorde.",
            "items": [
                {"text": "Vragen", "feedback": "Eerst de ander."},
                {"text": "Uitleggen", "feedback": "Dan weet je wat nodig is."},
                {"text": "Nagaan", "feedback": "Tot slot."},
            ],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        refuse_same("items", [item["text"] for item in cleaned["items"]])
        return cleaned


class MatchRowBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Example"))
    answer = blocks.CharBlock(label=_("Belongs to"), help_text=_("One of the names above."))
    feedback = blocks.TextBlock(label=_("Why it belongs there"))


class MatchBlock(AskingBlock):
    options = blocks.ListBlock(
        named(blocks.CharBlock(), _("Name to choose")),
        min_num=2,
        label=_("Names to choose from"),
    )
    rows = blocks.ListBlock(MatchRowBlock(), min_num=2, label=_("Examples"))

    class Meta:
        icon = "table"
        label = _("Match")
        description = _("Examples, each to be put under one of a few names.")
        template = "curriculum/blocks/match.html"
        preview_value = {
            "key": "voorbeeld-koppel",
            "prompt": "Wat is het?",
            "options": ["doel", "afspraak"],
            "rows": [
                {"text": "Weer vissen", "answer": "doel", "feedback": "Dat wil hij."},
                {"text": "Elke dag lopen", "answer": "afspraak", "feedback": "Dat doet hij."},
            ],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        refuse_same("options", list(cleaned["options"]))
        refuse_same("rows", [row["text"] for row in cleaned["rows"]])
        unknown = {row["answer"] for row in cleaned["rows"]} - set(cleaned["options"])
        if unknown:
            raise refuse(
                "rows",
                _("“%(name)s” is not one of the names to choose from."),
                name=min(unknown),
            )
        return cleaned


class NumberBlock(AskingBlock):
    unit = blocks.CharBlock(required=False, label=_("Unit"))
    answer = blocks.DecimalBlock(label=_("Right number"))
    tolerance = blocks.DecimalBlock(
        min_value=0, default=0, label=_("May differ by"), help_text=_("0: exactly this number.")
    )
    right = blocks.TextBlock(label=_("What to say when it is right"))
    too_low = blocks.TextBlock(label=_("What to say when it is too low"))
    too_high = blocks.TextBlock(label=_("What to say when it is too high"))

    class Meta:
        icon = "decimal"
        label = _("Number")
        description = _("A number to find or to estimate.")
        template = "curriculum/blocks/number.html"
        preview_value = {
            "key": "voorbeeld-getal",
            "prompt": "Hoeveel is de helft van 30?",
            "unit": "",
            "answer": "15",
            "tolerance": "0",
            "right": "Ja.",
            "too_low": "Te laag.",
            "too_high": "Te hoog.",
        }


class ReflectionBlock(AskingBlock):
    hint = blocks.TextBlock(label=_("What a useful answer holds"))
    example = blocks.TextBlock(label=_("What a colleague could have written"))

    class Meta:
        icon = "edit"
        label = _("Open question")
        description = _("Something to write for oneself; afterwards an example is shown.")
        template = "curriculum/blocks/reflection.html"
        preview_value = {
            "key": "voorbeeld-open",
            "prompt": "Wat probeer je morgen?",
            "hint": "Noem één gesprek en één zin.",
            "example": "Bij mevrouw van elf uur vraag ik eerst wat zij wil bespreken.",
        }


def refuse_same(field: str, texts: list[str]) -> None:
    """Answers are kept by their text: each has to be another."""
    if len({text.strip().lower() for text in texts}) < len(texts):
        raise refuse(field, _("Two of these are the same. Make each different."))


class DeclarationBlock(blocks.StructBlock):
    key = key_block()
    text = blocks.CharBlock(label=_("What the participant declares"))

    class Meta:
        icon = "check"
        label = _("Declaration")
        description = _("Something the participant says to have done.")
        template = "curriculum/blocks/declaration.html"
        preview_value = {"key": "voorbeeld", "text": "Ik heb een proefopname gemaakt."}
