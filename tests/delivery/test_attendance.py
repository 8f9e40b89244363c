"""Who was there: marks of two screens, parts of an evening, and the code by the door."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.curriculum.models import EveningPage
from courses.curriculum.services import publish_version
from courses.delivery.models import AbsenceNotice, Attendance, AttendanceMark
from courses.delivery.services import attendance, choose_track, put_before_evening
from courses.delivery.services.attendance import Mark, take_marks
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

PROGRAMME = [(0, 100, "practice"), (100, 125, "break"), (125, 200, "theory"), (200, 240, "neutral")]


@pytest.fixture
def edition():
    course = make_course()
    page = EveningPage.objects.descendant_of(course).get(code="2")
    page.programme = [
        ("part", {"start": start, "end": end, "title": "Deel", "form": "", "kind": kind})
        for start, end, kind in PROGRAMME
    ]
    page.save_revision().publish()
    return make_running_edition(content=publish_version(course))


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def couple(edition):
    return enrol_two(edition)


@pytest.fixture
def trainer(evening):
    user = UserFactory()
    put_before_evening(evening, user)
    return user


def mark(enrolment, part, is_present, *, after=0, key=None):
    made_at = timezone.now() - timedelta(hours=1) + timedelta(seconds=after)
    return Mark(enrolment.pk, part, is_present, made_at, key=key or uuid.uuid4())


def test_breaks_part_an_evening(evening):
    spans = [(part.number, part.start, part.end) for part in attendance.parts_of(evening)]
    assert spans == [(1, 0, 100), (2, 125, 240)]


def test_an_evening_without_a_programme_is_one_part(edition):
    spans = [(p.number, p.minutes) for p in attendance.parts_of(edition.evenings.get(code="1"))]
    assert spans == [(1, 240)]


@pytest.mark.requirement("ACC-01")
@pytest.mark.parametrize(
    ("there", "status", "minutes"),
    [
        ((True, True), "present", 215),
        ((False, True), "partial", 115),
        ((False, False), "absent", 0),
    ],
)
def test_attendance_says_who_was_there_how_long_and_who_confirmed_it(
    evening, couple, trainer, there, status, minutes
):
    first, _second = couple
    marks = [mark(first, number, is_there) for number, is_there in enumerate(there, 1)]
    assert take_marks(evening, marks, by=trainer) == 2
    row = Attendance.objects.get(evening=evening)
    assert (row.enrolment, row.status, row.minutes) == (first, status, minutes)
    assert (row.confirmed_by, row.confirmed_at) == (trainer, marks[1].made_at)
    event = AuditEvent.objects.get(event="attendance.marked")
    assert event.detail == {"marks": 2}


def test_a_part_that_nobody_marked_was_not_attended(evening, couple, trainer):
    take_marks(evening, [mark(couple[0], 1, True)], by=trainer)
    assert Attendance.objects.get().status == Attendance.Status.PARTIAL


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_screens_the_mark_that_was_made_last_counts_whichever_arrives_first(
    evening, couple, trainer, order
):
    first, _second = couple
    marks = [[mark(first, 1, True, after=0)], [mark(first, 1, False, after=60)]]
    for place in order:
        take_marks(evening, marks[place], by=trainer)
    assert attendance.latest_marks(evening)[first.pk, 1].is_present is False
    assert Attendance.objects.get().status == Attendance.Status.ABSENT


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_marks_of_the_same_instant_the_key_decides(evening, couple, trainer, order):
    first, _second = couple
    made_at = timezone.now() - timedelta(minutes=5)
    keys = sorted([uuid.uuid4(), uuid.uuid4()])
    marks = [Mark(first.pk, 1, there, made_at, key=keys[there]) for there in (False, True)]
    for place in order:
        take_marks(evening, [marks[place]], by=trainer)
    assert attendance.latest_marks(evening)[first.pk, 1].is_present is True


def test_a_mark_that_is_sent_twice_counts_once(evening, couple, trainer):
    same = mark(couple[0], 1, True)
    assert [take_marks(evening, [same], by=trainer) for _ in range(2)] == [1, 0]
    assert AttendanceMark.objects.count() == 1


def test_a_clock_that_runs_ahead_does_not_win_for_ever(evening, couple, trainer):
    first, _second = couple
    ahead = Mark(first.pk, 1, True, timezone.now() + timedelta(days=1))
    take_marks(evening, [ahead], by=trainer)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        later = Mark(first.pk, 1, False, timezone.now())
        take_marks(evening, [later], by=trainer)
    assert Attendance.objects.get().status == Attendance.Status.ABSENT


def test_nothing_is_kept_of_somebody_who_does_not_belong_there(evening, trainer):
    stranger, _other = enrol_two(make_running_edition(days=-1))
    assert take_marks(evening, [mark(stranger, 1, True)], by=trainer) == 0
    assert not AttendanceMark.objects.exists()


def test_nothing_is_kept_of_a_part_that_the_evening_does_not_have(evening, couple, trainer):
    assert take_marks(evening, [mark(couple[0], 3, True)], by=trainer) == 0


def test_an_evening_of_a_track_expects_who_chose_it(edition, couple):
    first, second = couple
    a, b = edition.evenings.get(code="3A"), edition.evenings.get(code="3B")
    choose_track(first, a.track_key)
    choose_track(second, b.track_key)
    expected = [list(attendance.expected_on(evening)) for evening in (a, b)]
    assert expected == [[first], [second]]


def test_somebody_who_catches_up_is_expected_as_a_guest(evening):
    guest, _other = enrol_two(make_running_edition(days=-7))
    missed = guest.edition.evenings.get(code="2")
    AbsenceNotice.objects.create(enrolment=guest, evening=missed, catch_up=evening)
    assert list(attendance.expected_on(evening)) == [guest]


@pytest.mark.parametrize(("minute", "part"), [(-30, 1), (99, 1), (110, 2), (239, 2), (300, 2)])
def test_scanning_counts_for_the_part_that_is_on_or_comes_next(evening, couple, minute, part):
    first, _second = couple
    with time_machine.travel(evening.starts_at + timedelta(minutes=minute), tick=False):
        attendance.check_in(evening, first.participant)
    found = AttendanceMark.objects.get()
    assert (found.part, found.way, found.made_by) == (part, "qr", first.participant)


@pytest.mark.parametrize("number", [1, 3])
def test_marking_takes_as_many_queries_for_many_as_for_one(
    evening, edition, trainer, number, django_assert_num_queries
):
    people = [one for _ in range(number) for one in enrol_two(edition)]
    take_marks(evening, [mark(people[0], 1, True)], by=trainer)
    with django_assert_num_queries(21):
        take_marks(evening, [mark(one, 1, True) for one in people], by=trainer)
