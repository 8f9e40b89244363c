"""Attendance over all evenings, and correcting it afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import Attendance, AttendanceMark, Edition
from courses.delivery.services import attendance, enrolments_of, put_before_evening
from courses.delivery.services.absence import arrange_catch_up, tell_absence
from courses.delivery.services.attendance import (
    Mark,
    NotCorrectable,
    correct_attendance,
    take_marks,
)
from courses.delivery.services.presence import presence_in
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

WHY = "De tablet was leeg."


@pytest.fixture
def content():
    return make_version()


@pytest.fixture
def edition(content):
    found = make_running_edition(content=content)
    Edition.objects.update(published_at=timezone.now())
    return found


@pytest.fixture
def people(edition):
    return [enrolments_of(one.participant)[0] for one in enrol_two(edition)]


@pytest.fixture
def first_evening(edition):
    """Was two weeks ago."""
    return edition.evenings.get(code="1")


@pytest.fixture
def trainer(first_evening):
    user = UserFactory(first_name="Truus", last_name="Trainer")
    put_before_evening(first_evening, user)
    return user


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def mark(evening, enrolment, is_present, by):
    take_marks(evening, [Mark(enrolment.pk, 1, is_present, timezone.now())], by=by)


def states(edition):
    return [[one.state for one in person.evenings] for person in presence_in(edition)]


@pytest.mark.requirement("ACC-01")
def test_per_person_and_evening_it_says_how_it_was_and_who_confirmed_it(
    client, coordinator, edition, people, first_evening, trainer
):
    mark(first_evening, people[0], True, trainer)
    mark(first_evening, people[1], False, trainer)
    page = client.get(reverse("delivery:attendance", args=[edition.public_id]))
    found = {one.enrolment: one.evenings[0] for one, _cells in page.context["rows"]}
    assert [found[one].state for one in people] == ["present", "absent"]
    assert found[people[0]].counts.confirmed_by == trainer
    assert "Truus Trainer" in page.content.decode()


@pytest.mark.requirement("ACC-01")
def test_what_is_to_come_not_marked_or_told_is_not_called_absent(edition, people):
    evening = edition.evenings.get(code="2")
    tell_absence(people[0], evening)
    found = {one.enrolment: [two.state for two in one.evenings] for one in presence_in(edition)}
    assert found == {people[0]: ["unmarked", "excused"], people[1]: ["unmarked", "ahead"]}


@pytest.mark.requirement("ACC-01")
def test_caught_up_with_another_group_counts_for_the_own_edition(
    clock, content, coordinator, edition, people, first_evening
):
    elsewhere = make_running_edition(content=content, days=20)
    Edition.objects.update(published_at=timezone.now())
    other = elsewhere.evenings.get(code="1")
    arrange_catch_up(people[0], first_evening, catch_up=other, by=coordinator)
    mine = lambda: next(  # noqa: E731
        one.evenings[0] for one in presence_in(edition) if one.enrolment == people[0]
    )
    assert mine().state == "planned"
    clock.now = other.starts_at
    attendance.check_in(other, people[0].participant)
    assert (mine().state, mine().counts.evening) == ("caught-up", other)


@pytest.mark.requirement("ACC-01")
def test_a_correction_adds_marks_says_why_and_takes_nothing_away(
    client, coordinator, edition, people, first_evening, trainer
):
    mark(first_evening, people[0], False, trainer)
    before = set(AttendanceMark.objects.values_list("pk", flat=True))
    where = reverse(
        "delivery:attendance_correct",
        args=[edition.public_id, people[0].pk, first_evening.public_id],
    )
    refused = client.post(where, {"present": ["1"], "reason": ""})
    assert refused.status_code == 422
    assert "checked" in refused.content.decode()  # what was ticked is still there
    assert Attendance.objects.get().status == "absent"
    assert client.post(where, {"present": ["1"], "reason": WHY}).status_code == 302
    assert before < set(AttendanceMark.objects.values_list("pk", flat=True))
    row = Attendance.objects.get()
    assert (row.status, row.confirmed_by) == ("present", coordinator)
    assert AuditEvent.objects.get(event="attendance.corrected").detail == {"parts": [1]}
    overview = client.get(reverse("delivery:attendance", args=[edition.public_id]))
    assert WHY in overview.content.decode()


def test_what_has_not_begun_is_not_corrected(client, coordinator, edition, people):
    evening = edition.evenings.get(code="2")
    where = reverse(
        "delivery:attendance_correct", args=[edition.public_id, people[0].pk, evening.public_id]
    )
    assert client.post(where, {"present": ["1"], "reason": WHY}).status_code == 403
    with pytest.raises(NotCorrectable):
        correct_attendance(evening, people[0], present={1}, reason=WHY, by=coordinator)


def test_who_was_not_expected_is_not_marked_by_a_correction(
    client, coordinator, content, edition, people
):
    elsewhere = make_running_edition(content=content, days=-1)
    evening = elsewhere.evenings.get(code="1")
    where = reverse(
        "delivery:attendance_correct", args=[edition.public_id, people[0].pk, evening.public_id]
    )
    response = client.post(where, {"present": ["1"], "reason": WHY})
    assert (response.status_code, Attendance.objects.count()) == (422, 0)
    assert WHY in response.content.decode()


@pytest.mark.requirement("ACC-01")
def test_participants_see_their_own_attendance_and_of_nobody_else(
    client, people, first_evening, trainer
):
    mark(first_evening, people[0], True, trainer)
    mark(first_evening, people[1], False, trainer)
    client.force_login(people[0].participant)
    page = client.get(reverse("delivery:own_attendance"))
    assert [one.enrolment for one in page.context["courses"]] == [people[0]]
    assert str(people[1].participant) not in page.content.decode()


@pytest.mark.parametrize("couples", [1, 3])
def test_more_people_cost_no_more_queries(
    client, coordinator, edition, couples, django_assert_num_queries
):
    for _number in range(couples):
        enrol_two(edition)
    where = reverse("delivery:attendance", args=[edition.public_id])
    client.get(where)
    with django_assert_num_queries(14):
        client.get(where)


def test_who_stopped_stays_in_the_record(edition, people, first_evening, trainer):
    mark(first_evening, people[0], True, trainer)
    type(people[0]).objects.filter(pk=people[0].pk).update(
        ended_at=timezone.now() + timedelta(seconds=1)
    )
    assert {one.enrolment for one in presence_in(edition)} == set(people)
