"""Reading a version of the content: all of its outline at once, or one page whole."""

import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.utils.text import slugify
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.curriculum.models import (
    ContentPin,
    ContentVersion,
    FollowUpPage,
    LessonPage,
    PinnedHandout,
)

EVENING_MINUTES = 240  # of an evening in versions that were made before evenings said so


@dataclass(frozen=True)
class AssignmentOutline:
    key: uuid.UUID
    title: str
    position: int
    evening_code: str
    evening_number: int
    kind: str
    text: str  # rich text
    due_days_before: int
    minutes: int
    is_required: bool
    track_code: str


@dataclass(frozen=True)
class EveningOutline:
    key: uuid.UUID
    title: str
    subtitle: str
    code: str
    number: int
    track_key: uuid.UUID | None
    minutes: int
    assignments: list[AssignmentOutline] = field(default_factory=list)


@dataclass(frozen=True)
class TrackOutline:
    key: uuid.UUID
    title: str
    code: str
    lead: str
    for_whom: str = ""


@dataclass(frozen=True)
class LessonOutline:
    key: uuid.UUID
    title: str
    module_key: uuid.UUID
    minutes: int
    relates_to: str = ""


@dataclass(frozen=True)
class Term:
    """A word of the glossary; ``also`` are its other forms."""

    term: str
    text: str
    also: tuple[str, ...] = ()
    source: str = ""

    @property
    def slug(self) -> str:
        return slugify(self.term)


@dataclass(frozen=True)
class ModuleOutline:
    key: uuid.UUID
    title: str
    code: str
    lead: str
    unlocks_recording: bool
    lessons: list[LessonOutline] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    evenings: dict[uuid.UUID, EveningOutline] = field(default_factory=dict)
    tracks: dict[uuid.UUID, TrackOutline] = field(default_factory=dict)
    modules: dict[uuid.UUID, ModuleOutline] = field(default_factory=dict)
    lessons: dict[uuid.UUID, LessonOutline] = field(default_factory=dict)
    assignments: dict[uuid.UUID, AssignmentOutline] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)

    def __contains__(self, key: object) -> bool:
        """Whether this version has that homework, module or lesson."""
        return key in self.assignments or key in self.modules or key in self.lessons

    def next_lesson(self, key: uuid.UUID) -> LessonOutline | None:
        """The lesson after this one in its module."""
        lessons = self.modules[self.lessons[key].module_key].lessons
        place = [lesson.key for lesson in lessons].index(key)
        return lessons[place + 1] if place + 1 < len(lessons) else None


KEPT_OUTLINES = 64  # of some 100 kB each


def outline(version: ContentVersion | int) -> Outline:
    """Everything a list needs of a version, in one or two queries and without opening a revision.
    Nobody changes it: what was published is kept at hand, until it is corrected."""
    number = version.pk if isinstance(version, ContentVersion) else version
    published = ContentVersion.objects.published().filter(pk=number)
    corrected = (Count("corrections"), Max("corrections__made_at"))
    for state in published.values_list("published_at", *corrected):
        return kept_outline(number, state)
    return read_outline(number)


@lru_cache(maxsize=KEPT_OUTLINES)
def kept_outline(number: int, state: tuple[Any, ...]) -> Outline:
    return read_outline(number)


def read_outline(number: int) -> Outline:
    found = Outline()
    pins = ContentPin.objects.filter(version=number).order_by("position")
    for pin in starmap(Pin, pins.values_list(*Pin._fields)):
        ADDED.get(pin.kind, ignore)(found, pin)
    return found


class Pin(NamedTuple):
    """What an outline takes of a page; whole objects would cost more than all the rest."""

    page_key: uuid.UUID
    parent_key: uuid.UUID | None
    kind: str
    position: int
    title: str
    data: dict[str, Any]


def ignore(found: Outline, pin: Pin) -> None:
    """Pages that are only read on the public site."""


def add_track(found: Outline, pin: Pin) -> None:
    found.tracks[pin.page_key] = TrackOutline(
        key=pin.page_key,
        title=pin.title,
        code=pin.data["code"],
        lead=pin.data["lead"],
        for_whom=pin.data.get("for_whom", ""),
    )


def add_evening(found: Outline, pin: Pin) -> None:
    found.evenings[pin.page_key] = EveningOutline(
        key=pin.page_key,
        title=pin.title,
        subtitle=pin.data["subtitle"],
        code=pin.data["code"],
        number=pin.data["number"],
        minutes=pin.data.get("minutes", EVENING_MINUTES),
        track_key=pin.parent_key if pin.parent_key in found.tracks else None,
    )


def add_assignment(found: Outline, pin: Pin) -> None:
    if pin.parent_key is None or pin.parent_key not in found.evenings:
        return
    evening = found.evenings[pin.parent_key]
    assignment = AssignmentOutline(
        key=pin.page_key,
        title=pin.title,
        position=pin.position,
        evening_code=evening.code,
        evening_number=evening.number,
        kind=pin.data["kind"],
        text=pin.data["text"],
        due_days_before=pin.data["due_days_before"],
        minutes=pin.data["minutes"],
        is_required=pin.data["is_required"],
        track_code=pin.data["track_code"],
    )
    evening.assignments.append(assignment)
    found.assignments[assignment.key] = assignment


def add_module(found: Outline, pin: Pin) -> None:
    found.modules[pin.page_key] = ModuleOutline(
        key=pin.page_key,
        title=pin.title,
        code=pin.data["code"],
        lead=pin.data["lead"],
        unlocks_recording=pin.data["unlocks_recording"],
    )


def add_lesson(found: Outline, pin: Pin) -> None:
    if pin.parent_key is None or pin.parent_key not in found.modules:
        return
    lesson = LessonOutline(
        key=pin.page_key,
        title=pin.title,
        module_key=pin.parent_key,
        minutes=pin.data["minutes"],
        relates_to=pin.data.get("relates_to", ""),
    )
    found.modules[pin.parent_key].lessons.append(lesson)
    found.lessons[lesson.key] = lesson


def add_glossary(found: Outline, pin: Pin) -> None:
    found.terms.extend(
        Term(one["term"], one["text"], tuple(one["also"]), one["source"])
        for one in pin.data.get("terms", [])
    )


ADDED = {
    "glossarypage": add_glossary,
    "trackpage": add_track,
    "eveningpage": add_evening,
    "assignmentpage": add_assignment,
    "modulepage": add_module,
    "lessonpage": add_lesson,
}


@dataclass(frozen=True)
class Found:
    """A lesson or a word in which all words of a question occur."""

    title: str
    excerpt: str
    lesson: LessonOutline | None = None
    term: Term | None = None


MOST_FOUND = 50
AROUND = 90  # characters of an excerpt on either side


def search(course: Outline, version: ContentVersion | int, question: str) -> list[Found]:
    """Words first, then lessons in their order; one query."""
    words = [word.casefold() for word in question.split()]
    if not words:
        return []
    number = version.pk if isinstance(version, ContentVersion) else version
    terms = [
        Found(term.term, term.text, term=term)
        for term in course.terms
        if all(
            word in f"{term.term} {' '.join(term.also)} {term.text}".casefold() for word in words
        )
    ]
    pins = ContentPin.objects.filter(version=number, kind="lessonpage").order_by("position")
    for word in words:
        pins = pins.filter(text__icontains=word)
    lessons = [
        Found(pin.title, excerpt(pin.text, words[0]), lesson=course.lessons[pin.page_key])
        for pin in pins[:MOST_FOUND]
        if pin.page_key in course.lessons
    ]
    return [*terms, *lessons]


def excerpt(text: str, word: str) -> str:
    """The place where a word first occurs, whole words around it."""
    place = max(text.casefold().find(word), 0)
    start, end = max(place - AROUND, 0), min(place + len(word) + AROUND, len(text))
    cut = text[start:end]
    if start:
        cut = "… " + cut.partition(" ")[2]
    if end < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return cut


def lesson_body(version: ContentVersion | int, key: uuid.UUID) -> StreamValue | None:
    """The blocks of one lesson as this version holds them, in one query."""
    number = version.pk if isinstance(version, ContentVersion) else version
    lessons = ContentPin.objects.filter(version=number, page_key=key, kind="lessonpage")
    content = lessons.values_list("revision__content", flat=True).first()
    return body_in(content) if content else None


def lesson_bodies(version: ContentVersion | int, module: uuid.UUID) -> dict[uuid.UUID, StreamValue]:
    """The blocks of all lessons of one module, in one query."""
    number = version.pk if isinstance(version, ContentVersion) else version
    pins = ContentPin.objects.filter(version=number, parent_key=module, kind="lessonpage")
    return {
        key: body_in(content) for key, content in pins.values_list("page_key", "revision__content")
    }


def body_in(content: dict[str, Any]) -> StreamValue:
    """Of the content of the revision of a lesson."""
    field: StreamField = LessonPage._meta.get_field("body")
    body: StreamValue = field.to_python(content["body"])
    return body


def handouts_with(version: ContentVersion | int, key: uuid.UUID) -> QuerySet[PinnedHandout]:
    """What this version hands out with one evening."""
    number = version.pk if isinstance(version, ContentVersion) else version
    pinned = PinnedHandout.objects.filter(pin__version=number, pin__page_key=key)
    return pinned.select_related("document")


def follow_ups(version: ContentVersion | int) -> QuerySet[FollowUpPage]:
    """The public page of what happens afterwards, where the course of this version has one."""
    number = version.pk if isinstance(version, ContentVersion) else version
    pins = ContentPin.objects.filter(version=number, kind="followuppage")
    return FollowUpPage.objects.live().filter(pk__in=pins.values("page"))


def pinned(version: ContentVersion | int, key: uuid.UUID) -> Page | None:
    """One page as this version holds it."""
    number = version.pk if isinstance(version, ContentVersion) else version
    pin = (
        ContentPin.objects.filter(version=number, page_key=key)
        .select_related("revision__content_type", "page__content_type")
        .first()
    )
    return pin.pinned_page() if pin else None
