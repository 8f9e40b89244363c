"""What a version of the course works towards: its end terms, and the goals that lead to them."""

from dataclasses import dataclass, field
from typing import Any

from wagtail.fields import StreamField

from courses.curriculum.blocks import EndTermBlock
from courses.curriculum.models import ContentPin, ContentVersion, CoursePage, EveningPage


@dataclass(frozen=True)
class EndTerm:
    text: str
    code: str = ""  # none: the course does not list it
    audience: str = EndTermBlock.PARTICIPANT
    audience_label: str = ""


@dataclass(frozen=True)
class Goal:
    text: str
    kind: str  # skill, attitude or knowledge
    kind_label: str
    kba: tuple[int, ...]
    end_term: EndTerm | None


@dataclass(frozen=True)
class EveningGoals:
    code: str
    title: str
    goals: list[Goal] = field(default_factory=list)


@dataclass(frozen=True)
class EndTerms:
    listed: list[EndTerm]
    evenings: list[EveningGoals]

    def without_goals(self) -> list[EndTerm]:
        """Those of whoever learns somewhere else than in the evenings: no goal leads to them."""
        return [term for term in self.listed if term.audience != EndTermBlock.PARTICIPANT]


def end_terms_of(version: ContentVersion) -> EndTerms:
    """As the version holds them, in one query."""
    pins = ContentPin.objects.filter(version=version, kind__in=["coursepage", "eveningpage"])
    found = list(pins.select_related("revision").order_by("position"))
    terms = [
        listed_term(block.value)
        for pin in found
        if pin.kind == "coursepage"
        for block in stream_in(pin, CoursePage, "end_terms")
    ]
    known = {term.text: term for term in terms}
    evenings = [
        EveningGoals(
            pin.data["code"],
            pin.title,
            [goal_of(block.value, known) for block in stream_in(pin, EveningPage, "goals")],
        )
        for pin in found
        if pin.kind == "eveningpage"
    ]
    return EndTerms(terms, evenings)


def listed_term(value: Any) -> EndTerm:
    labels = dict(value.block.child_blocks["audience"].field.choices)
    audience = value["audience"] or EndTermBlock.PARTICIPANT
    return EndTerm(value["text"], value["code"], audience, str(labels[audience]))


def goal_of(value: Any, known: dict[str, EndTerm]) -> Goal:
    kinds = dict(value.block.child_blocks["kind"].field.choices)
    text = value["end_term"]
    return Goal(
        text=value["text"],
        kind=value["kind"],
        kind_label=str(kinds.get(value["kind"], "")),
        kba=tuple(value["kba"]),
        end_term=known.get(text, EndTerm(text)) if text else None,
    )


def stream_in(pin: ContentPin, model: type[CoursePage | EveningPage], name: str) -> Any:
    """A revision that was made before the field was there has none of it."""
    field_of_page: StreamField = model._meta.get_field(name)
    return field_of_page.to_python(pin.revision.content.get(name, "[]"))
