"""Reading a version of the content: all of its outline at once, or one page whole."""

import uuid
from dataclasses import dataclass, field

from wagtail.blocks import StreamValue
from wagtail.models import Page

from courses.curriculum.models import ContentPin, ContentVersion, LessonPage


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
    assignments: list[AssignmentOutline] = field(default_factory=list)


@dataclass(frozen=True)
class TrackOutline:
    key: uuid.UUID
    title: str
    code: str
    lead: str


@dataclass(frozen=True)
class LessonOutline:
    key: uuid.UUID
    title: str
    module_key: uuid.UUID
    minutes: int


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

    def next_lesson(self, key: uuid.UUID) -> LessonOutline | None:
        """The lesson after this one in its module."""
        lessons = self.modules[self.lessons[key].module_key].lessons
        place = [lesson.key for lesson in lessons].index(key)
        return lessons[place + 1] if place + 1 < len(lessons) else None


def outline(version: ContentVersion | int) -> Outline:
    """Everything a list needs of a version, in one query and without opening a revision."""
    number = version.pk if isinstance(version, ContentVersion) else version
    found = Outline()
    for pin in ContentPin.objects.filter(version=number).order_by("position"):
        ADDED.get(pin.kind, ignore)(found, pin)
    return found


def ignore(found: Outline, pin: ContentPin) -> None:
    """Pages that are only read on the public site."""


def add_track(found: Outline, pin: ContentPin) -> None:
    found.tracks[pin.page_key] = TrackOutline(
        key=pin.page_key, title=pin.title, code=pin.data["code"], lead=pin.data["lead"]
    )


def add_evening(found: Outline, pin: ContentPin) -> None:
    found.evenings[pin.page_key] = EveningOutline(
        key=pin.page_key,
        title=pin.title,
        subtitle=pin.data["subtitle"],
        code=pin.data["code"],
        number=pin.data["number"],
        track_key=pin.parent_key if pin.parent_key in found.tracks else None,
    )


def add_assignment(found: Outline, pin: ContentPin) -> None:
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


def add_module(found: Outline, pin: ContentPin) -> None:
    found.modules[pin.page_key] = ModuleOutline(
        key=pin.page_key,
        title=pin.title,
        code=pin.data["code"],
        lead=pin.data["lead"],
        unlocks_recording=pin.data["unlocks_recording"],
    )


def add_lesson(found: Outline, pin: ContentPin) -> None:
    if pin.parent_key is None or pin.parent_key not in found.modules:
        return
    lesson = LessonOutline(
        key=pin.page_key,
        title=pin.title,
        module_key=pin.parent_key,
        minutes=pin.data["minutes"],
    )
    found.modules[pin.parent_key].lessons.append(lesson)
    found.lessons[lesson.key] = lesson


ADDED = {
    "trackpage": add_track,
    "eveningpage": add_evening,
    "assignmentpage": add_assignment,
    "modulepage": add_module,
    "lessonpage": add_lesson,
}


def lesson_body(version: ContentVersion | int, key: uuid.UUID) -> StreamValue | None:
    """The blocks of one lesson as this version holds them, in one query."""
    number = version.pk if isinstance(version, ContentVersion) else version
    lessons = ContentPin.objects.filter(version=number, page_key=key, kind="lessonpage")
    pin = lessons.select_related("revision").first()
    if pin is None:
        return None
    body: StreamValue = LessonPage._meta.get_field("body").to_python(pin.revision.content["body"])
    return body


def pinned(version: ContentVersion | int, key: uuid.UUID) -> Page | None:
    """One page as this version holds it."""
    number = version.pk if isinstance(version, ContentVersion) else version
    pin = (
        ContentPin.objects.filter(version=number, page_key=key)
        .select_related("revision__content_type", "page__content_type")
        .first()
    )
    return pin.pinned_page() if pin else None
