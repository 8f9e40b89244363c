"""What the programme of an evening is made of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.curriculum.blocks.naming import named
from courses.curriculum.blocks.reading import LineBlock, StepBlock


class GoalBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Goal"))
    kind = blocks.ChoiceBlock(
        choices=[("skill", _("Skill")), ("attitude", _("Attitude")), ("knowledge", _("Knowledge"))],
        label=_("Kind"),
    )
    end_term = blocks.CharBlock(required=False, label=_("End term"))
    kba = blocks.ListBlock(
        named(blocks.IntegerBlock(min_value=1, max_value=10), _("KBA item")), label=_("KBA items")
    )

    class Meta:
        icon = "check"
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

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["end"] <= cleaned["start"]:
            raise blocks.StructBlockValidationError(
                block_errors={"end": ValidationError(_("A part ends after it begins."))}
            )
        return cleaned


class ProgrammeStream(blocks.StreamBlock):
    """Parts that follow each other without a gap or an overlap."""

    part = ProgrammeBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        expected = 0
        for place, part in enumerate(cleaned):
            if part.value["start"] != expected:
                message = _("This part begins at minute %(start)d; the one before ends at %(end)d.")
                error = ValidationError(
                    message, params={"start": part.value["start"], "end": expected}
                )
                raise blocks.StreamBlockValidationError(block_errors={place: error})
            expected = part.value["end"]
        return cleaned


def minutes_of(parts: list[Any], *kinds: str) -> int:
    """Of these kinds; without any, of all."""
    return sum(
        part.value["end"] - part.value["start"]
        for part in parts
        if not kinds or part.value["kind"] in kinds
    )


def practice_share(parts: list[Any]) -> int | None:
    """Percent of the minutes without breaks in which people do something themselves."""
    net = minutes_of(parts, "practice", "theory", "neutral")
    return round(100 * minutes_of(parts, "practice") / net) if net else None


class LengthBlock(blocks.StructBlock):
    """One programme of a workshop that can take shorter or longer."""

    minutes = blocks.IntegerBlock(min_value=1, label=_("Minutes it takes"))
    parts = ProgrammeStream(label=_("Programme"))

    class Meta:
        icon = "time"
        label = _("Programme of one length")

    def clean(self, value: Any) -> Any:
        return refuse_other_total(super().clean(value))


def refuse_other_total(cleaned: Any) -> Any:
    """A programme takes as long as its parts together."""
    total = minutes_of(list(cleaned["parts"]))
    if total != cleaned["minutes"]:
        message = _("The parts add up to %(total)d minutes, not to %(minutes)d.")
        params = {"total": total, "minutes": cleaned["minutes"]}
        raise blocks.StructBlockValidationError(
            block_errors={"minutes": ValidationError(message, params=params)}
        )
    return cleaned


class MeetingBlock(blocks.StructBlock):
    """A meeting that is no evening of the course: its name, how long it takes and what happens."""

    title = blocks.CharBlock(label=_("Title"))
    minutes = blocks.IntegerBlock(min_value=1, label=_("Minutes it takes"))
    parts = ProgrammeStream(label=_("Programme"))

    class Meta:
        icon = "group"
        label = _("Meeting")
        description = _("A meeting with a programme that is shown as a list of times.")
        template = "curriculum/blocks/meeting.html"
        preview_value = {
            "title": "Wat bleef er over?",
            "minutes": 60,
            "parts": [
                {
                    "type": "part",
                    "value": {
                        "start": 0,
                        "end": 45,
                        "title": "Eigen beeld",
                        "form": "video-intervisie",
                        "kind": "practice",
                    },
                },
                {
                    "type": "part",
                    "value": {
                        "start": 45,
                        "end": 60,
                        "title": "Terugblik",
                        "form": "plenair",
                        "kind": "neutral",
                    },
                },
            ],
        }

    def clean(self, value: Any) -> Any:
        return refuse_other_total(super().clean(value))


class ExerciseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"))
    debrief = blocks.TextBlock(label=_("Looking back together"))

    class Meta:
        icon = "group"
        label = _("Exercise")


class SceneBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    lines = blocks.ListBlock(LineBlock(), label=_("What is said"))
    after = blocks.CharBlock(label=_("Question for the room"))

    class Meta:
        icon = "media"
        label = _("Scene")
