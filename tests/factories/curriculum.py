import json
from typing import Any

import factory
from django.test import override_settings
from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.curriculum.models import (
    AssignmentPage,
    ContentVersion,
    CoursePage,
    EveningPage,
    LessonPage,
    ModulePage,
    TrackPage,
)
from courses.curriculum.services import publish_version

LICENSED = {
    "licence": "cc-by-sa-4.0",
    "content_source": "Voor deze test geschreven",
    "rights_holder": "De makers",
}
CHOICES = [
    {"text": "Wachten", "is_correct": True, "feedback": "Ja, dat helpt."},
    {"text": "Doorpraten", "is_correct": False, "feedback": "Dan hoor je het niet."},
]


def make_course_page(**fields: Any) -> CoursePage:
    page = CoursePage(
        title="Samen beslissen", lead="Leren van je eigen gesprek.", **LICENSED | fields
    )
    return root_page().add_child(instance=page)


def root_page() -> Page:
    """The root of all pages, made anew after a test with real transactions has emptied all."""
    locale, _ = Locale.objects.get_or_create(language_code="nl")
    return Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale)
    )


class ContentVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContentVersion

    course = factory.LazyFunction(make_course_page)
    number = 1


def lesson_body(name: str) -> str:
    """A text with a fact, a question and a declaration: three screens."""
    fact = {"text": "Stilte helpt.", "source": "de praktijk", "reviewed_on": "2026-11-01"}
    question = {"key": f"{name}-vraag", "prompt": "Wat doe je?", "choices": CHOICES}
    blocks = [
        ("text", "<p>Lees dit.</p>"),
        ("fact", fact),
        ("question", question),
        ("declaration", {"key": f"{name}-gedaan", "text": "Ik heb het gedaan."}),
    ]
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def add_module(course: CoursePage, code: str, *, lessons: int, **fields: Any) -> ModulePage:
    module = course.add_child(
        instance=ModulePage(title=f"Module {code}", code=code, **LICENSED, **fields)
    )
    for number in range(1, lessons + 1):
        title = f"Les {code} {number}"
        module.add_child(
            instance=LessonPage(title=title, body=lesson_body(f"{code}-{number}"), **LICENSED)
        )
    return module


def add_evening(parent: Page, code: str, homework: list[dict[str, Any]]) -> EveningPage:
    evening = parent.add_child(
        instance=EveningPage(title=f"Avond {code}", code=code, number=int(code[0]), **LICENSED)
    )
    for task in homework:
        evening.add_child(
            instance=AssignmentPage(title=f"{code} {task['kind']}", **LICENSED, **task)
        )
    return evening


HOMEWORK = {
    "1": [
        {"kind": "elearning", "due_days_before": 7},
        {"kind": "kba_reflection", "due_days_before": 2},
    ],
    "2": [
        {"kind": "reading", "due_days_before": 3},
        {"kind": "organisation_scan", "track_code": "B", "is_required": False},
    ],
    "3A": [{"kind": "own_practice", "due_days_before": 1}],
    "3B": [],
    "4A": [],
    "4B": [],
}


def make_course(lessons: int = 2, modules: int = 1) -> CoursePage:
    """A small course of the default shape: two evenings, two tracks, one module and more.

    Nobody searches it, so Wagtail's indexes stay empty: they are most of the time it takes."""
    with disable_reference_index_auto_update(), override_settings(WAGTAILSEARCH_BACKENDS={}):
        return build_course(lessons, modules)


def build_course(lessons: int, modules: int) -> CoursePage:
    course = make_course_page()
    for code in ("1", "2"):
        add_evening(course, code, HOMEWORK[code])
    for code in ("A", "B"):
        track = course.add_child(
            instance=TrackPage(
                title=f"Richting {code}", code=code, for_whom=f"Voor wie {code} wil.", **LICENSED
            )
        )
        for evening in (f"3{code}", f"4{code}"):
            add_evening(track, evening, HOMEWORK[evening])
    for number in range(modules):
        code = f"M{7 - number}"
        add_module(course, code, lessons=lessons, unlocks_recording=number == 0)
    return course


def make_version(lessons: int = 2, modules: int = 1) -> ContentVersion:
    course = make_course(lessons, modules)
    with disable_reference_index_auto_update(), override_settings(WAGTAILSEARCH_BACKENDS={}):
        return publish_version(course)
