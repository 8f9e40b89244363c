"""A lesson as one participant goes through it: screen by screen, in the edition's version."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.curriculum.reading import LessonOutline
from courses.delivery.models import Enrolment
from courses.learning.models import LessonTaken, QuizAttempt
from courses.learning.questions import KINDS, Given
from courses.learning.services import report_progress

DECLARATION = "declaration"
READING = "reading"
ELEARNING = "elearning"

MOST_SECONDS_AT_ONCE = 120


class NoSuchScreen(Exception):
    """The lesson has no such screen, or not of this kind."""


@dataclass(frozen=True)
class Screen:
    """One thing to read, answer or declare."""

    number: int
    kind: str
    blocks: tuple[Any, ...]
    key: str = ""  # of the question or the declaration

    @property
    def is_question(self) -> bool:
        return self.kind in KINDS

    @property
    def value(self) -> Any:
        return self.blocks[0].value


def screens_of(body: Iterable[Any]) -> list[Screen]:
    """A text with the facts that go with it, a row of steps, a question or a declaration."""
    screens: list[Screen] = []
    for block in body:
        number = len(screens) + 1
        kind = block.block_type
        if kind in KINDS or kind == DECLARATION:
            screens.append(Screen(number, kind, (block,), block.value["key"]))
        elif kind == "fact" and screens and screens[-1].kind == READING:
            before = screens.pop()
            screens.append(Screen(before.number, READING, (*before.blocks, block)))
        else:
            screens.append(Screen(number, READING, (block,)))
    return screens


@dataclass
class Standing:
    """Where one participant is in one lesson."""

    screens: list[Screen]
    screens_read: int
    answers: dict[str, list[QuizAttempt]]

    def has_passed(self, screen: Screen) -> bool:
        if screen.key:
            return bool(self.answers.get(screen.key))
        return screen.number <= self.screens_read

    @property
    def is_complete(self) -> bool:
        return all(self.has_passed(screen) for screen in self.screens)

    @property
    def resume_at(self) -> int:
        """The first screen that is not passed; the first of all when the lesson is done."""
        left = (screen.number for screen in self.screens if not self.has_passed(screen))
        return next(left, 1)


def standing_of(
    enrolment: Enrolment,
    key: uuid.UUID,
    screens: list[Screen],
    taken: LessonTaken | None = None,
) -> Standing:
    taken = taken or LessonTaken.objects.filter(enrolment=enrolment, lesson_key=key).first()
    answers: dict[str, list[QuizAttempt]] = {}
    for attempt in QuizAttempt.objects.filter(enrolment=enrolment, lesson_key=key):
        answers.setdefault(attempt.question, []).append(attempt)
    return Standing(screens, taken.screens_read if taken else 0, answers)


def begin(enrolment: Enrolment, lesson: LessonOutline) -> LessonTaken:
    taken, is_new = LessonTaken.objects.get_or_create(
        enrolment=enrolment, lesson_key=lesson.key, defaults={"module_key": lesson.module_key}
    )
    if is_new:
        report_progress(enrolment, ELEARNING)
    return taken


def complete_if_done(enrolment: Enrolment, lesson: LessonOutline, screens: list[Screen]) -> None:
    if not standing_of(enrolment, lesson.key, screens).is_complete:
        return
    undone = LessonTaken.objects.filter(
        enrolment=enrolment, lesson_key=lesson.key, completed_at=None
    )
    if undone.update(completed_at=timezone.now()):
        report_progress(enrolment, ELEARNING)


@transaction.atomic
def read_screen(
    enrolment: Enrolment, lesson: LessonOutline, screens: list[Screen], number: int
) -> None:
    """Go on from a screen; every reading screen up to it counts as read."""
    if not 1 <= number <= len(screens):
        raise NoSuchScreen
    taken = begin(enrolment, lesson)
    LessonTaken.objects.filter(pk=taken.pk, screens_read__lt=number).update(screens_read=number)
    complete_if_done(enrolment, lesson, screens)


@transaction.atomic
def answer_question(
    enrolment: Enrolment,
    lesson: LessonOutline,
    screens: list[Screen],
    *,
    screen: Screen,
    given: Given,
    attempt: int,
) -> None:
    """Keep one answer. ``attempt`` says which of this person it is: the same sent twice is one."""
    begin(enrolment, lesson)
    is_correct = KINDS[screen.kind].judge(screen.value, given)
    keep_attempt(enrolment, lesson, screen, attempt=attempt, given=given, is_correct=is_correct)
    complete_if_done(enrolment, lesson, screens)


@transaction.atomic
def declare_in_lesson(
    enrolment: Enrolment, lesson: LessonOutline, screens: list[Screen], *, screen: Screen
) -> None:
    begin(enrolment, lesson)
    given = {"declared": screen.value["text"]}
    keep_attempt(enrolment, lesson, screen, attempt=1, given=given, is_correct=True)
    complete_if_done(enrolment, lesson, screens)


def keep_attempt(
    enrolment: Enrolment,
    lesson: LessonOutline,
    screen: Screen,
    *,
    attempt: int,
    given: Given,
    is_correct: bool,
) -> None:
    before = QuizAttempt.objects.filter(
        enrolment=enrolment, lesson_key=lesson.key, question=screen.key
    ).count()
    QuizAttempt.objects.get_or_create(
        enrolment=enrolment,
        lesson_key=lesson.key,
        question=screen.key,
        number=max(1, min(attempt, before + 1)),
        defaults={"given": given, "is_correct": is_correct},
    )


@transaction.atomic
def add_study_time(enrolment: Enrolment, key: uuid.UUID, seconds: int) -> None:
    """Count time that the lesson was on the screen; never more than passed since it was opened."""
    taken = LessonTaken.objects.filter(enrolment=enrolment, lesson_key=key).first()
    if taken is None:
        return
    passed = (timezone.now() - taken.started_at) // timedelta(seconds=1)
    added = min(seconds, MOST_SECONDS_AT_ONCE)
    total = min(taken.seconds + added, max(passed, 0))
    LessonTaken.objects.filter(pk=taken.pk, seconds__lt=total).update(seconds=total)
