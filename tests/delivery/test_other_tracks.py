"""Evenings 3 and 4 are of one track; of the other one only by a decision that says why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import Attendance, Edition, OtherTrackVisit
from courses.delivery.services import (
    attendance,
    choose_track,
    enrolments_of,
    evenings_of,
)
from courses.delivery.services.other_tracks import (
    NoReason,
    NotAnotherTrack,
    let_visit,
    take_back_visit,
)
from courses.delivery.services.presence import presence_in
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition
from tests.permissions.world import signed_in

pytestmark = pytest.mark.django_db

WHY = "Werkt die avond in de huisartsenpost."


@pytest.fixture
def edition():
    return make_running_edition()


@pytest.fixture
def enrolment(edition):
    """Of track A; the practice partner of B."""
    people = [enrolments_of(one.participant)[0] for one in enrol_two(edition)]
    Edition.objects.update(published_at=timezone.now())
    for one, code in zip(people, ("3A", "3B"), strict=True):
        choose_track(one, edition.evenings.get(code=code).track_key)
    return people[0]


@pytest.fixture
def other(edition):
    return edition.evenings.get(code="3B")


@pytest.fixture
def own(edition):
    return edition.evenings.get(code="3A")


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def page_of(enrolment):
    return reverse("delivery:participant", args=[enrolment.edition.public_id, enrolment.pk])


def decide(client, enrolment, evening, reason):
    sent = {"actie": "richting", "evening": str(evening.public_id), "reason": reason}
    return client.post(page_of(enrolment), sent)


@pytest.mark.requirement("TRK-04")
def test_who_is_of_the_other_track_is_turned_away_at_the_door_until_a_coordinator_decides(
    client, clock, coordinator, enrolment, own, other
):
    clock.now = other.starts_at
    with pytest.raises(attendance.NotExpected):
        attendance.check_in(other, enrolment.participant)
    assert not Attendance.objects.exists()
    client.cookies = signed_in(coordinator).cookies  # it is weeks later
    assert decide(client, enrolment, other, "").status_code == 422
    assert not OtherTrackVisit.objects.exists()
    assert decide(client, enrolment, other, WHY).status_code == 302
    visit = OtherTrackVisit.objects.get()
    assert (visit.evening, visit.decided_by, visit.reason) == (other, coordinator, WHY)
    attendance.check_in(other, enrolment.participant)
    assert Attendance.objects.get().evening == other


@pytest.mark.requirement("TRK-04")
def test_evenings_three_and_four_are_of_the_same_track(enrolment):
    assert [one.code for one in evenings_of(enrolment)] == ["1", "2", "3A", "4A"]


@pytest.mark.requirement("TRK-04")
def test_the_decision_comes_instead_of_the_own_evening_and_of_no_other(
    coordinator, enrolment, own, other
):
    let_visit(enrolment, other, by=coordinator, reason=WHY)
    assert [one.code for one in evenings_of(enrolment)] == ["1", "2", "3B", "4A"]
    assert enrolment in attendance.expected_on(other)
    assert enrolment not in attendance.expected_on(own)
    person = enrolment.participant
    expected = type(own).objects.expecting(person).values_list("code", flat=True)
    assert list(expected) == ["1", "2", "3B", "4A"]


@pytest.mark.requirement("TRK-04")
def test_the_decision_is_in_the_record_of_attendance_the_log_and_the_own_page(
    client, clock, coordinator, edition, enrolment, other
):
    let_visit(enrolment, other, by=coordinator, reason=WHY)
    clock.now = other.starts_at
    attendance.check_in(other, enrolment.participant)
    clock.now = other.ends_at + timedelta(hours=1)
    person = next(one for one in presence_in(edition) if one.enrolment == enrolment)
    third = person.evenings[2]
    assert (third.evening, third.state, third.is_other_track) == (other, "present", True)
    assert (third.visit.decided_by, third.visit.reason) == (coordinator, WHY)
    event = AuditEvent.objects.get(event="track.visit_decided")
    assert event.object_ref == str(other.public_id)
    client.force_login(enrolment.participant)
    assert WHY in client.get(reverse("delivery:own_attendance")).content.decode()
    evening = reverse("delivery:evening", args=[other.public_id])
    assert WHY in client.get(evening).content.decode()


@pytest.mark.requirement("TRK-04")
def test_after_another_track_was_decided_the_evening_of_the_first_one_stays_in_the_record(
    clock, edition, enrolment, own, other
):
    clock.now = own.starts_at
    attendance.check_in(own, enrolment.participant)
    choice = enrolment.track_choice
    choice.track_key = other.track_key
    choice.save()
    person = next(one for one in presence_in(edition) if one.enrolment == enrolment)
    found = [(one.evening.code, one.is_other_track) for one in person.evenings]
    assert found == [("1", False), ("2", False), ("3A", True), ("4B", False)]


def test_a_trainer_reads_whom_to_call_and_a_coordinator_finds_the_participant(
    client, coordinator, other
):
    page = client.get(reverse("delivery:room", args=[other.public_id])).content.decode()
    assert reverse("delivery:participants", args=[other.edition.public_id]) in page


def test_at_the_door_it_says_that_the_coordinator_can_decide(client, clock, enrolment, other):
    clock.now = other.starts_at
    client.force_login(enrolment.participant)
    token = attendance.check_in_token(other)
    client.get(reverse("delivery:check_in", args=[token]))
    response = client.post(reverse("delivery:check_in_here"))
    assert response.status_code == 403
    assert "coördinator" in response.content.decode()


def test_taken_back_the_own_track_counts_again(coordinator, enrolment, own, other):
    take_back_visit(let_visit(enrolment, other, by=coordinator, reason=WHY), by=coordinator)
    assert enrolment in attendance.expected_on(own)
    assert enrolment not in attendance.expected_on(other)


@pytest.mark.parametrize("code", ["1", "3A"])
def test_only_an_evening_of_another_track_of_the_same_edition_is_decided(
    coordinator, edition, enrolment, code
):
    with pytest.raises(NotAnotherTrack):
        let_visit(enrolment, edition.evenings.get(code=code), by=coordinator, reason=WHY)


def test_of_another_edition_or_without_a_reason_nothing_is_decided(coordinator, enrolment, other):
    with pytest.raises(NoReason):
        let_visit(enrolment, other, by=coordinator, reason="  ")
    elsewhere = make_running_edition(days=3).evenings.get(code="3B")
    with pytest.raises(NotAnotherTrack):
        let_visit(enrolment, elsewhere, by=coordinator, reason=WHY)


def test_trainers_and_participants_decide_nothing(client, enrolment, other):
    client.force_login(enrolment.participant)
    assert decide(client, enrolment, other, WHY).status_code in (302, 403, 404)
    assert not OtherTrackVisit.objects.exists()
