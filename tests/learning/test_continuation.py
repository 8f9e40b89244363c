"""The continuation plan: own points, with whom and when, for oneself alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery.services import choose_track, current_enrolment, end_enrolment
from courses.learning.continuation import is_plan_open, plan_opens_at
from courses.learning.models import ContinuationPoint
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

AFTER_ALL = -400  # days: the last evening was long ago
PLAN = reverse("learning:plan")
NEXT_MONTH = timezone.localdate() + timedelta(days=30)
TALK = {
    "answer1-what": "Elke week een gesprek nabespreken",
    "answer1-with_whom": "Marijke",
    "answer1-planned_on": NEXT_MONTH.isoformat(),
}


@pytest.fixture
def people():
    edition = make_running_edition(days=AFTER_ALL)
    return [current_enrolment(one.participant) for one in enrol_two(edition)]


@pytest.fixture
def enrolment(people, client):
    client.force_login(people[0].participant)
    return people[0]


@pytest.fixture
def point(enrolment):
    return ContinuationPoint.objects.create(
        enrolment=enrolment, number=1, what="Nabespreken", planned_on=NEXT_MONTH
    )


def kept():
    return list(ContinuationPoint.objects.values_list("number", "what", "with_whom", "planned_on"))


@pytest.mark.requirement("CRS-13")
def test_after_the_last_evening_somebody_keeps_what_with_whom_and_when(client, enrolment):
    home = client.get(reverse("learning:home")).content.decode()
    assert f'href="{PLAN}"' in home
    assert client.post(PLAN, TALK).status_code == 302
    assert kept() == [(1, "Elke week een gesprek nabespreken", "Marijke", NEXT_MONTH)]
    assert "gesprek nabespreken" in client.get(reverse("learning:home")).content.decode()


@pytest.mark.requirement("CRS-13")
def test_a_plan_stays_also_for_who_has_left_the_course(client, enrolment, point):
    end_enrolment(enrolment)
    assert "Nabespreken" in client.get(PLAN).content.decode()


def test_before_the_last_evening_of_the_own_track_there_is_no_plan_yet(client):
    edition = make_running_edition(days=-85)  # 3A and 3B have been, 4A and 4B are to come
    first, _second = enrol_two(edition)
    client.force_login(first.participant)
    assert client.post(PLAN, TALK).status_code == 403
    assert kept() == []
    assert f'href="{PLAN}"' not in client.get(reverse("learning:home")).content.decode()


@pytest.mark.parametrize(("code", "is_open"), [("A", True), ("B", False), (None, False)])
def test_the_own_track_decides_which_evening_is_the_last(monkeypatch, code, is_open):
    edition = make_running_edition(days=-40)
    first, _second = enrol_two(edition)
    enrolment = current_enrolment(first.participant)
    tracks = {track.code: track.key for track in outline(edition.content).tracks.values()}
    if code:
        choose_track(enrolment, tracks[code])
    last = edition.evenings.get(code="4A").ends_at
    monkeypatch.setattr(timezone, "now", lambda: last + timedelta(hours=1))
    assert is_plan_open(plan_opens_at(enrolment)) == is_open


def test_nobody_else_sees_a_plan_or_ticks_it_off(client, people, point):
    for user in (people[1].participant, UserFactory()):
        client.force_login(user)
        page = client.get(PLAN)
        assert "Nabespreken" not in page.content.decode()
        assert client.post(reverse("learning:plan_tick", args=[point.pk])).status_code == 404
    point.refresh_from_db()
    assert point.done_at is None


def test_a_point_is_ticked_off_and_that_is_taken_back(client, point):
    address = reverse("learning:plan_tick", args=[point.pk])
    client.post(address)
    point.refresh_from_db()
    first = point.done_at
    client.post(address)  # twice keeps the first moment
    point.refresh_from_db()
    assert first is not None
    assert point.done_at == first
    client.post(address, {"terug": "1"})
    point.refresh_from_db()
    assert point.done_at is None


def test_changing_a_point_keeps_its_tick_and_emptying_it_takes_it_away(client, enrolment, point):
    ContinuationPoint.objects.update(done_at=timezone.now())
    client.post(PLAN, TALK)
    assert ContinuationPoint.objects.get().done_at is not None
    client.post(PLAN, {})  # names no point: nothing changes
    assert len(kept()) == 1
    client.post(PLAN, dict.fromkeys(TALK, ""))
    assert kept() == []


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("what", "", "Schrijf waarmee je doorgaat"),
        ("planned_on", "", "Kies een dag"),
        ("planned_on", "morgen", "Dit is nog geen dag"),
        ("planned_on", "2020-01-01", "Deze dag is voorbij"),
    ],
)
def test_what_has_to_be_corrected_is_told_and_nothing_typed_is_lost(
    client, enrolment, name, wrong, message
):
    response = client.post(PLAN, TALK | {f"answer1-{name}": wrong, "answer2-what": "Een tweede"})
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert 'value="Marijke"' in page
    assert "Een tweede" in page
    assert kept() == []


def test_a_day_that_has_passed_since_does_not_stand_in_the_way(client, enrolment, point):
    past = timezone.localdate() - timedelta(days=3)
    ContinuationPoint.objects.update(planned_on=past)
    client.post(PLAN, TALK | {"answer1-planned_on": past.isoformat()})
    assert kept() == [(1, "Elke week een gesprek nabespreken", "Marijke", past)]


def test_what_was_typed_comes_back_after_signing_in_again(client, enrolment):
    client.logout()
    client.post(PLAN, TALK)
    session = client.session
    unsent = session["unsent_answer"]
    client.force_login(enrolment.participant)
    session = client.session
    session["unsent_answer"] = unsent
    session.save()
    assert 'value="Marijke"' in client.get(PLAN).content.decode()
