"""What a version of the course works towards: its end terms, and the goals that lead to them."""

from dataclasses import dataclass, field
from typing import Any

from wagtail.fields import StreamField

from courses.curriculum.models import ContentPin, ContentVersion, CoursePage, EveningPage


@dataclass(frozen=True)
class EndTerm:
    text: str
    code: str = ""  # none: the course does not list it


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


def end_terms_of(version: ContentVersion) -> EndTerms:
    """As the version holds them, in one query."""
    pins = ContentPin.objects.filter(version=version, kind__in=["coursepage", "eveningpage"])
    found = list(pins.select_related("revision").order_by("position"))
    terms = [
        EndTerm(block.value["text"], block.value["code"])
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
