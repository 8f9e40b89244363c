from datetime import timedelta

import pytest

from courses.curriculum.reading import lesson_body, outline
from courses.delivery.services import current_enrolment
from courses.learning import lessons
from courses.learning.models import LessonTaken, QuizAttempt
from tests.factories.delivery import enrol_two, make_running_edition
from tests.factories.learning import take_whole_lesson

pytestmark = pytest.mark.django_db

WAIT, TALK = {"chosen": ["Wachten"]}, {"chosen": ["Doorpraten"]}


@pytest.fixture
def walk():
    """One participant before the first lesson: enrolment, lesson and its screens."""
    first, _second = enrol_two(make_running_edition())
    enrolment = current_enrolment(first.participant)
    lesson = next(iter(outline(enrolment.edition.content).lessons.values()))
    body = lesson_body(enrolment.edition.content, lesson.key)
    return enrolment, lesson, body, lessons.screens_of(body)


def test_a_lesson_is_a_row_of_screens(walk):
    *_rest, screens = walk
    assert [(screen.number, screen.kind, len(screen.blocks)) for screen in screens] == [
        (1, "reading", 2),
        (2, "question", 1),
        (3, "declaration", 1),
    ]


def test_a_lesson_goes_on_where_it_was_left(walk):
    enrolment, lesson, _page, screens = walk
    assert lessons.standing_of(enrolment, lesson.key, screens).resume_at == 1
    lessons.read_screen(enrolment, lesson, screens, 1)
    assert lessons.standing_of(enrolment, lesson.key, screens).resume_at == 2
    lessons.answer_question(enrolment, lesson, screens, screen=screens[1], given=TALK, attempt=1)
    assert lessons.standing_of(enrolment, lesson.key, screens).resume_at == 3


def test_every_answer_is_kept_and_the_same_sent_twice_is_one(walk):
    enrolment, lesson, _page, screens = walk
    for given, attempt in [(TALK, 1), (TALK, 1), (WAIT, 2), (WAIT, 2), (TALK, 9)]:
        lessons.answer_question(
            enrolment, lesson, screens, screen=screens[1], given=given, attempt=attempt
        )
    assert list(QuizAttempt.objects.values_list("number", "given", "is_correct")) == [
        (1, TALK, False),
        (2, WAIT, True),
        (3, TALK, False),
    ]


def test_a_lesson_is_done_when_all_is_read_answered_and_declared(walk, clock):
    enrolment, lesson, _page, screens = walk
    lessons.answer_question(enrolment, lesson, screens, screen=screens[1], given=TALK, attempt=1)
    lessons.declare_in_lesson(enrolment, lesson, screens, screen=screens[2])
    assert LessonTaken.objects.get().completed_at is None
    lessons.read_screen(enrolment, lesson, screens, 1)
    taken = LessonTaken.objects.get()
    assert taken.completed_at == clock.now
    assert enrolment.progress.get(kind="elearning").detail == "1/2"


def test_the_moment_of_finishing_stays_when_a_lesson_is_taken_again(walk, clock):
    enrolment, lesson, body, _screens = walk
    take_whole_lesson(enrolment, lesson, body)
    finished = LessonTaken.objects.get().completed_at
    clock.now += timedelta(days=1)
    take_whole_lesson(enrolment, lesson, body)
    assert LessonTaken.objects.get().completed_at == finished


@pytest.mark.parametrize(
    ("passed", "sent", "counted"),
    [(300, [30, 30], 60), (300, [900], 120), (20, [30], 20), (0, [30], 0)],
)
def test_study_time_counts_what_can_be_true(walk, clock, passed, sent, counted):
    enrolment, lesson, *_rest = walk
    lessons.begin(enrolment, lesson)
    LessonTaken.objects.update(started_at=clock.now)
    clock.now += timedelta(seconds=passed)
    for seconds in sent:
        lessons.add_study_time(enrolment, lesson.key, seconds)
    assert LessonTaken.objects.get().seconds == counted
