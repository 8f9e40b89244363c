"""What a lesson gives to read: texts, steps, facts, cases, tables and pictures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

from courses.curriculum.blocks.naming import named

RICH_TEXT = ["h3", "bold", "italic", "ol", "ul", "link"]


# What cases and modules are about.
TARGETS = [
    ("dm", _("Diabetes")),
    ("cvrm", _("Cardiovascular risk")),
    ("astma-copd", _("Asthma and COPD")),
    ("multimorbiditeit", _("Multimorbidity")),
    ("kwetsbare-ouderen", _("Frail older people")),
    ("ggz", _("Mental health")),
]


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


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    targets = blocks.MultipleChoiceBlock(choices=TARGETS, required=False, label=_("About"))
    body = TextBlock(label=_("Case"))

    class Meta:
        icon = "user"
        label = _("Case")
        description = _("Somebody in the consulting room. Never a person who could be real.")
        template = "curriculum/blocks/case.html"
        preview_value = {
            "title": "Meneer Demir wil weer vissen",
            "targets": ["dm"],
            "body": "<p>Hij loopt tien minuten en moet dan rusten.</p>",
        }


WIDEST_ON_A_PHONE = 3  # columns
MOST_SIDE_BY_SIDE = 60  # characters in a row of three columns, beside its name


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("What the table shows"))
    headers = blocks.ListBlock(
        named(blocks.CharBlock(), _("Head of a column")),
        min_num=2,
        label=_("Heads of the columns"),
    )
    rows = blocks.ListBlock(
        blocks.ListBlock(named(blocks.CharBlock(required=False), _("Cell"))),
        label=_("Rows"),
        help_text=_("The first cell of a row is its name."),
    )
    note = blocks.TextBlock(required=False, label=_("Note"))

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("A few figures side by side, that read well on a phone.")
        template = "curriculum/blocks/table.html"
        preview_value = {
            "caption": "Wie heeft een zorgplan?",
            "headers": ["Onderzoek", "Bezit"],
            "rows": [["Vragenlijst A", "6 %"], ["Vragenlijst B", "25 %"]],
            "note": "",
        }

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Each cell beside the head of its column: on a phone a wide row is a small card."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        headers = list(value["headers"])
        context["lines"] = [list(zip(headers, row, strict=False)) for row in value["rows"]]
        context["is_wide"] = len(headers) > WIDEST_ON_A_PHONE or (
            len(headers) == WIDEST_ON_A_PHONE
            and any(sum(map(len, list(row)[1:])) > MOST_SIDE_BY_SIDE for row in value["rows"])
        )
        return context

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        width = len(cleaned["headers"])
        if any(len(row) != width for row in cleaned["rows"]):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "rows": ValidationError(
                        _("Give every row as many cells as there are heads: %(number)d."),
                        params={"number": width},
                    )
                }
            )
        return cleaned


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alternative = blocks.CharBlock(
        label=_("What it says to who cannot see it"),
        help_text=_("One sentence: what one learns from the picture."),
    )
    long_text = TextBlock(
        required=False,
        label=_("Full text"),
        help_text=_("For a picture that says more than a sentence: everything in it, as text."),
    )

    class Meta:
        icon = "image"
        label = _("Picture with text")
        description = _("A picture, with a text that says the same.")
        template = "curriculum/blocks/figure.html"

    def get_preview_value(self) -> Any:
        """The newest picture there is, since no picture of ours comes along."""
        return self.normalize(
            {
                "image": get_image_model().objects.order_by("pk").last(),
                "alternative": "Een patiënt wijst een vakje op het keuzekaartje aan.",
                "long_text": "<p>Een patiënt wijst een vakje op het keuzekaartje aan.</p>",
            }
        )


class HouseBlock(blocks.StructBlock):
    """The house of person-centred care: drawn by the page, said in full beneath it."""

    core = blocks.TextBlock(label=_("The core: the conversation"))
    patient = blocks.TextBlock(label=_("Left wall: the patient and who is near"))
    professional = blocks.TextBlock(label=_("Right wall: the professional"))
    organisation = blocks.TextBlock(label=_("Roof: the organisation"))
    environment = blocks.TextBlock(label=_("Foundation: surroundings and purchasing"))

    class Meta:
        icon = "home"
        label = _("House of person-centred care")
        description = _("A drawing of the five parts, with a text for each.")
        template = "curriculum/blocks/house.html"
        preview_value = {
            "core": "Het gesprek tussen jou en de patiënt.",
            "patient": "Iemand die weet wat er speelt en meedenkt.",
            "professional": "Jij, die coacht en ruimte laat.",
            "organisation": "Een praktijk die het mogelijk maakt.",
            "environment": "Wijk, zorggroep en verzekeraar.",
        }


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
        description = _("A short staged conversation to read, without a film.")
        template = "curriculum/blocks/clip.html"
        preview_value = {
            "title": "Nagespeeld: even wachten",
            "caption": "Let op wat er na de stilte komt.",
            "seconds": 20,
            "lines": [
                {"speaker": "Praktijkondersteuner", "text": "En verder?"},
                {"speaker": "Patiënt", "text": "Ik durf de trap niet meer op."},
            ],
            "moment_at": 8,
            "moment_text": "Na de stilte komt de echte vraag.",
        }
