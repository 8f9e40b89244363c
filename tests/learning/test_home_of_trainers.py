"""What who teaches or coordinates finds at home: the edition that asks something first, on top."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import AttendanceConfirmation
from courses.delivery.services import put_before_evening
from courses.learning.views import home
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_professional, make_running_edition, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return make_professional("huisarts")


@pytest.fixture
def edition_in(trainer):
    """The first evening so many days from now, the second four weeks later."""
    content = make_version()

    def make(days):
        edition = publish(make_running_edition(content=content))
        for weeks, evening in enumerate(edition.evenings.order_by("number")):
            evening.starts_at = timezone.now() + timedelta(days=days, weeks=4 * weeks)
            evening.ends_at = evening.starts_at + timedelta(hours=3)
            evening.save()
            put_before_evening(evening, trainer)
        return edition

    return make


def shown(client, user, **asked):
    client.force_login(user)
    page = client.get(reverse("learning:home"), asked)
    return [one.edition for one in page.context["overviews"]]


def confirm(evening, trainer):
    AttendanceConfirmation.objects.create(evening=evening, confirmed_by=trainer)


def test_what_comes_first_stands_first_and_what_is_over_last(client, trainer, edition_in):
    over, long_over, later, soon = map(edition_in, (-200, -300, 30, 3))
    assert shown(client, trainer) == [soon, later, over, long_over]


def test_a_list_to_confirm_comes_before_what_is_to_come_until_it_is_confirmed(
    client, trainer, edition_in
):
    held, soon = edition_in(-30), edition_in(3)
    assert shown(client, trainer) == [held, soon]
    confirm(held.evenings.get(code="2"), trainer)
    assert shown(client, trainer) == [soon, held]


def test_an_evening_today_comes_before_all_else(client, trainer, edition_in):
    to_confirm, today = edition_in(-30), edition_in(0)
    assert shown(client, trainer) == [today, to_confirm]


def test_a_cancelled_evening_or_edition_asks_nothing(client, trainer, edition_in):
    stopped, moved, other = edition_in(2), edition_in(3), edition_in(10)
    stopped.cancelled_at = timezone.now()
    stopped.save()
    moved.evenings.filter(code="1").update(cancelled_at=timezone.now())
    assert shown(client, trainer) == [other, moved, stopped]
    page = client.get(reverse("learning:home"))
    assert [str(one.next_evening) for one in page.context["overviews"]] == [
        str(other.evenings.get(code="1")),
        str(moved.evenings.get(code="2")),
        "None",
    ]
    assert page.content.decode().count("vervallen") == 6 + 1


def test_a_coordinator_of_many_editions_reads_a_page_of_them_at_a_time(
    client, edition_in, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(home, "EDITIONS_PER_PAGE", 2)
    coordinator = UserFactory()
    grant_role(user=coordinator, role=Role.COORDINATOR)
    third, first, second = map(edition_in, (9, 1, 5))
    assert shown(client, coordinator) == [first, second]
    assert shown(client, coordinator, page="2") == [third]
    assert "Bladzijde 1 van 2" in client.get(reverse("learning:home")).content.decode()
    with django_assert_num_queries(13):
        client.get(reverse("learning:home"))


def test_a_coordinator_finds_the_planning_at_home_and_a_trainer_does_not(
    client, trainer, edition_in
):
    edition_in(3)
    coordinator = UserFactory()
    grant_role(user=coordinator, role=Role.COORDINATOR)
    found = []
    for user in (coordinator, trainer):
        client.force_login(user)
        found.append(
            reverse("delivery:planning") in client.get(reverse("learning:home")).content.decode()
        )
    assert found == [True, False]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR])
def test_who_takes_part_and_has_a_role_too_finds_both_at_home(client, role):
    enrolment, _partner = enrol_two(publish(make_running_edition()))
    grant_role(user=enrolment.participant, role=role)
    client.force_login(enrolment.participant)
    places = client.get(reverse("learning:home")).context["switch"]
    assert [one["is_current"] for one in places] == [True, False]
