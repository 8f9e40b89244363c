"""More days for one person: with a reason, in the log, and moving along with the evening."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery.models import Extension
from courses.delivery.services import (
    NotADeadline,
    choose_track,
    current_enrolment,
    give_extension,
    move_evenings,
    take_back_extension,
)
from courses.delivery.services.cancelling import cancel_evening, restore_evening
from courses.learning.services import rebuild_progress
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
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


def test_homework_for_an_evening_that_is_cancelled_is_for_the_next_that_takes_place(people, key):
    edition, by = people[0].edition, UserFactory()
    second, third, other = (edition.evenings.get(code=code) for code in ("2", "3A", "3B"))
    before = due_at(people[0], key)
    choose_track(people[0], other.track_key)
    cancel_evening(second, by=by, reason="Storm")
    moved = [one.progress.get(assignment_key=key) for one in people]
    assert [one.due_at for one in moved] == [
        other.starts_at - (second.starts_at - before),
        min(third.starts_at, other.starts_at) - (second.starts_at - before),
    ]
    assert [one.evening_number for one in moved] == [3, 3]
    restore_evening(second, by=by)
    assert due_at(people[0], key) == before


def test_of_a_track_another_evening_does_not_count(people, key):
    edition, by = people[0].edition, UserFactory()
    choose_track(people[0], edition.evenings.get(code="3A").track_key)
    for code in ("2", "3A"):
        cancel_evening(edition.evenings.get(code=code), by=by, reason="Storm")
    due, fourth = due_at(people[0], key), edition.evenings.get(code="4A")
    assert due.date() < fourth.starts_at.date()
    assert due > edition.evenings.get(code="3B").starts_at


def test_when_no_evening_takes_place_any_more_the_day_stays(people, key):
    before = due_at(people[0], key)
    for evening in people[0].edition.evenings.filter(number__gt=1).order_by("-number"):
        cancel_evening(evening, by=UserFactory(), reason="Storm")
    assert due_at(people[0], key) == before


def told(enrolment):
    mails = OutgoingMail.objects.filter(recipient=enrolment.participant)
    return list(mails.filter(key__startswith="more-days").order_by("pk"))


def test_who_gets_fewer_days_than_before_or_loses_them_hears_it_once(people, key):
    by = UserFactory()
    give_extension(people[0], key, days=5, reason="Ziek geweest", by=by)
    give_extension(people[0], key, days=2, reason="Toch eerder beter", by=by)
    for _ in range(2):
        take_back_extension(people[0], key, by=by)
    more, fewer, none = told(people[0])
    assert "5 dagen extra" in more.body
    assert fewer.subject == none.subject == "Je hebt minder dagen voor je huiswerk dan eerst"
    assert "2 dagen meer dan de anderen" in fewer.body
    assert "heeft ze teruggenomen" in none.body
    assert "Toch eerder beter" not in fewer.body + none.body
    assert told(people[1]) == []


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
