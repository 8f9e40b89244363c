from datetime import timedelta

import pytest
from django.utils import timezone

from courses.curriculum.reading import lesson_body, outline
from courses.delivery.services import choose_track, current_enrolment, move_evenings
from courses.learning import lessons, services
from courses.learning.models import Progress, State
from courses.learning.registry import Assignment
from courses.learning.reporters import kind_of
from courses.learning.services import STORED
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_running_edition
from tests.factories.learning import finish_lessons, take_whole_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    first, _second = enrol_two(make_running_edition())
    return current_enrolment(first.participant)


def rows_of(enrolment):
    return list(
        Progress.objects.filter(enrolment=enrolment).values("assignment_key", *sorted(STORED))
    )


def states_of(enrolment):
    return [(row.kind, row.shown_state, row.detail) for row in enrolment.progress.all()]


def assignment_of(enrolment, kind) -> Assignment:
    return next(a for a in services.assignments_of(enrolment) if a.kind == kind)


def test_who_enrols_has_homework_at_once(enrolment):
    assert states_of(enrolment) == [
        ("elearning", "open", "0/2"),
        ("kba_reflection", "open", ""),
        ("reading", "locked", ""),
    ]


@pytest.mark.requirement("CRS-04")
def test_the_elearning_opens_when_evening_one_ends_and_is_due_before_evening_two(clock):
    edition = make_running_edition(days=15)
    first, _second = enrol_two(edition)
    evening, later = (edition.evenings.get(code=code) for code in ("1", "2"))
    row = first.progress.get(kind="elearning")
    assert row.due_at == later.starts_at - timedelta(days=7)
    clock.now = evening.ends_at - timedelta(seconds=1)
    assert (row.shown_state, services.next_step(first)) == (State.LOCKED, None)
    clock.now = evening.ends_at
    assert (row.shown_state, services.next_step(first)) == (State.OPEN, row)


def test_homework_of_a_track_comes_with_the_choice_and_goes_with_another(enrolment):
    tracks = {t.code: t.key for t in outline(enrolment.edition.content).tracks.values()}
    choose_track(enrolment, tracks["B"])
    assert [row.kind for row in enrolment.progress.all()] == [
        "elearning", "kba_reflection", "reading", "organisation_scan",
    ]  # fmt: skip
    choose_track(enrolment, tracks["A"])
    assert [row.kind for row in enrolment.progress.all()] == [
        "elearning", "kba_reflection", "reading", "own_practice",
    ]  # fmt: skip


def test_deadlines_move_with_the_evening(enrolment):
    starts = timezone.now() + timedelta(days=30)
    move_evenings(enrolment.edition, {"2": starts})
    assert enrolment.progress.get(kind="elearning").due_at == starts - timedelta(days=7)


def test_before_the_choice_a_deadline_is_that_of_the_earliest_track(enrolment):
    earliest = enrolment.edition.evenings.get(code="3A")
    assert enrolment.progress.get(kind="reading").due_at == earliest.starts_at - timedelta(days=3)


def test_the_next_step_is_the_first_required_thing_to_do(enrolment):
    assert services.next_step(enrolment).kind == "elearning"
    finish_lessons(enrolment)
    services.report_progress(enrolment, "elearning")
    assert services.next_step(enrolment).kind == "kba_reflection"
    services.declare_done(enrolment, assignment_of(enrolment, "kba_reflection"))
    assert services.next_step(enrolment) is None


def test_declaring_twice_changes_nothing_and_can_be_taken_back(enrolment):
    reflection = assignment_of(enrolment, "kba_reflection")
    services.declare_done(enrolment, reflection)
    services.declare_done(enrolment, reflection)
    assert enrolment.progress.get(kind="kba_reflection").state == State.DONE
    services.take_back_declaration(enrolment, reflection)
    assert enrolment.progress.get(kind="kba_reflection").state == State.OPEN


def test_what_the_platform_sees_itself_cannot_be_declared(enrolment):
    with pytest.raises(services.NotSelfDeclared):
        services.declare_done(enrolment, assignment_of(enrolment, "elearning"))


def test_what_is_not_open_cannot_be_declared(enrolment):
    with pytest.raises(services.NotOpen):
        services.declare_done(enrolment, assignment_of(enrolment, "reading"))


def test_an_unknown_kind_is_declared_by_the_participant():
    assert kind_of("something new").is_self_declared is True


def test_uploading_is_open_when_the_module_that_unlocks_it_is_done():
    edition = make_running_edition(content=make_version(lessons=2, modules=2))
    first, _second = enrol_two(edition)
    assert services.may_upload(first) is False
    finish_lessons(first, 1)
    assert services.may_upload(first) is False
    first.lessons.all().delete()
    finish_lessons(first, 2)
    assert services.may_upload(first) is True


STEPS = {
    "first lesson": lambda e: take(e, 0),
    "second lesson": lambda e: take(e, 1),
    "half a lesson": lambda e: begin(e, 1),
    "declare": lambda e: services.declare_done(e, assignment_of(e, "kba_reflection")),
    "take back": lambda e: services.take_back_declaration(e, assignment_of(e, "kba_reflection")),
    "track A": lambda e: choose(e, "A"),
    "track B": lambda e: choose(e, "B"),
    "evening moves": lambda e: move_evenings(e.edition, {"2": timezone.now() + timedelta(days=12)}),
}


def take(enrolment, place):
    lesson = list(outline(enrolment.edition.content).lessons.values())[place]
    take_whole_lesson(enrolment, lesson, lesson_body(enrolment.edition.content, lesson.key))


def begin(enrolment, place):
    lesson = list(outline(enrolment.edition.content).lessons.values())[place]
    screens = lessons.screens_of(lesson_body(enrolment.edition.content, lesson.key))
    lessons.read_screen(enrolment, lesson, screens, 1)


def choose(enrolment, code):
    tracks = {t.code: t.key for t in outline(enrolment.edition.content).tracks.values()}
    choose_track(enrolment, tracks[code])


@pytest.mark.parametrize(
    "steps",
    [
        ["first lesson"],
        ["half a lesson", "declare"],
        ["first lesson", "second lesson", "declare", "take back"],
        ["track B", "first lesson", "track A", "declare"],
        ["declare", "evening moves", "track A", "track B", "second lesson"],
        list(STEPS),
    ],
    ids=" > ".join,
)
def test_made_anew_progress_is_exactly_what_the_facts_left(enrolment, steps):
    for step in steps:
        STEPS[step](enrolment)
    kept = rows_of(enrolment)
    enrolment.progress.all().delete()
    services.rebuild_progress(current_enrolment(enrolment.participant))
    assert rows_of(enrolment) == kept
