"""What public pages are made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.curriculum.blocks.naming import named
from courses.curriculum.blocks.reading import TextBlock


class FaqBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.TextBlock(label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"))
    body = TextBlock(label=_("Text"))

    class Meta:
        icon = "title"
        label = _("Section")
        description = _("A heading with the paragraphs under it.")
        template = "curriculum/blocks/section.html"
        preview_value = {
            "heading": "Je vervolgplan",
            "body": "<p>Wat vanzelf gaat, mag weg. Wat niet lukt, maak je kleiner.</p>",
        }


class EndTermBlock(blocks.StructBlock):
    """What somebody can do afterwards; goals of evenings name it by its text."""

    PARTICIPANT, TRAINER, IN_TRAINING = "participant", "trainer", "in_training"

    code = blocks.CharBlock(max_length=10, label=_("Code"))
    text = blocks.CharBlock(label=_("End term"))
    audience = blocks.ChoiceBlock(
        choices=[
            (PARTICIPANT, _("Professionals who take the course")),
            (TRAINER, _("Trainers of the course")),
            (IN_TRAINING, _("Teachers, GP trainees and POH students")),
        ],
        default=PARTICIPANT,
        label=_("For whom"),
        help_text=_("Goals of evenings lead to those of professionals; schools use the others."),
    )

    class Meta:
        icon = "check"
        label = _("End term")
        template = "curriculum/blocks/end_term.html"
        preview_value = {"code": "ET2", "text": "Voert een gesprek dat begint bij de persoon."}


class TermBlock(blocks.StructBlock):
    """A word that everybody uses in the same sense."""

    term = blocks.CharBlock(label=_("Word"))
    also = blocks.ListBlock(
        named(blocks.CharBlock(), _("Other form")),
        default=[],
        label=_("Other forms"),
        help_text=_("Such as the plural."),
    )
    text = blocks.TextBlock(label=_("What it means"))
    source = blocks.CharBlock(required=False, label=_("Source"))

    class Meta:
        icon = "openquote"
        label = _("Word")
        description = _("A word with its meaning; lessons link to it wherever it first occurs.")
        template = "curriculum/blocks/term.html"
        preview_value = {
            "term": "terugvraagmethode",
            "also": ["terugvragen"],
            "text": "Nagaan of jouw uitleg is aangekomen, zonder de ander te overhoren.",
            "source": "",
        }
