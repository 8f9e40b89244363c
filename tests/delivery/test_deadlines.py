"""More days for one person: with a reason, in the log, and moving along with the evening."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery.models import Extension
from courses.delivery.services import (
    NotADeadline,
    current_enrolment,
    give_extension,
    move_evenings,
    take_back_extension,
)
from courses.learning.services import rebuild_progress
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [current_enrolment(one.participant) for one in enrol_two(make_running_edition())]


@pytest.fixture
def key(people):
    found = outline(people[0].edition.content).assignments
    return next(one.key for one in found.values() if one.kind == "kba_reflection")


def due_at(enrolment, key):
    return enrolment.progress.get(assignment_key=key).due_at


def events():
    rows = AuditEvent.objects.filter(event__startswith="deadline.").order_by("pk")
    return [(row.event, row.detail.get("days")) for row in rows]


def test_more_days_are_for_one_person_and_one_assignment(people, key):
    before = [due_at(one, key) for one in people]
    other = people[0].progress.get(kind="elearning")
    give_extension(people[0], key, days=5, reason="Ziek geweest", by=UserFactory())
    assert [due_at(one, key) for one in people] == [before[0] + timedelta(days=5), before[1]]
    assert due_at(people[0], other.assignment_key) == other.due_at


def test_given_again_counts_the_last_time_and_taken_back_counts_the_old_day(people, key):
    before = due_at(people[0], key)
    by = UserFactory()
    give_extension(people[0], key, days=5, reason="Ziek geweest", by=by)
    give_extension(people[0], key, days=2, reason="Toch eerder beter", by=by)
    assert due_at(people[0], key) == before + timedelta(days=2)
    assert Extension.objects.get().reason == "Toch eerder beter"
    take_back_extension(people[0], key, by=by)
    take_back_extension(people[0], key, by=by)  # changes nothing, and says nothing
    assert due_at(people[0], key) == before
    assert events() == [
        ("deadline.extended", 5),
        ("deadline.extended", 2),
        ("deadline.extension_taken_back", None),
    ]


def test_an_extended_deadline_moves_with_the_evening_and_survives_a_rebuild(people, key):
    give_extension(people[0], key, days=5, reason="Ziek geweest", by=UserFactory())
    starts = timezone.now() + timedelta(days=30)
    move_evenings(people[0].edition, {"2": starts})
    assert due_at(people[0], key) == starts - timedelta(days=2) + timedelta(days=5)
    rebuild_progress(people[0])
    assert due_at(people[0], key) == starts + timedelta(days=3)


@pytest.mark.parametrize(("days", "reason"), [(0, "Ziek"), (-3, "Ziek"), (61, "Ziek"), (5, "  ")])
def test_without_a_reason_or_with_impossible_days_nothing_is_given(people, key, days, reason):
    with pytest.raises(NotADeadline):
        give_extension(people[0], key, days=days, reason=reason, by=UserFactory())
    assert (Extension.objects.count(), events()) == (0, [])


def test_only_homework_of_the_own_course_gets_more_days(people):
    with pytest.raises(NotADeadline):
        give_extension(
            people[0], people[0].edition.public_id, days=5, reason="Ziek", by=UserFactory()
        )
    assert Extension.objects.count() == 0


def test_the_assignment_says_until_when_somebody_has(client, people, key):
    give_extension(people[0], key, days=5, reason="Ziek geweest", by=UserFactory())
    pages = []
    for one in people:
        client.force_login(one.participant)
        pages.append(client.get(reverse("learning:assignment", args=[key])).content.decode())
    assert ["Je hebt tot" in page for page in pages] == [True, False]
    assert "Ziek geweest" not in pages[0]
