"""The pages of the evening itself."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import AttendanceMark, EveningTrainer
from courses.delivery.services import attendance, put_before_evening
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_running_edition(days=-10)  # the second evening is now


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


def room_of(evening):
    return reverse("delivery:room", args=[evening.public_id])


def tap(client, evening, enrolment, is_present="yes", part=1):
    where = reverse("delivery:room_mark", args=[evening.public_id])
    sent = {"enrolment": enrolment.pk, "part": part, "is_present": is_present, "way": "name"}
    return client.post(where, sent)


def scan(client, evening):
    return client.get(reverse("delivery:check_in", args=[attendance.check_in_token(evening)]))


def test_a_trainer_taps_a_name_and_takes_it_back(client, evening, couple, trainer):
    client.force_login(trainer)
    first, _second = couple
    answer = tap(client, evening, first)
    assert (answer.status_code, answer.url) == (302, f"{room_of(evening)}#wie-{first.pk}")
    room = client.get(room_of(evening)).context["room"]
    assert (room.here, len(room.people)) == (1, 2)
    tap(client, evening, first, "no")
    assert client.get(room_of(evening)).context["room"].here == 0


def test_only_trainers_of_the_edition_and_coordinators_see_the_room(
    client, evening, couple, trainer
):
    coordinator, along, stands_in, elsewhere = (UserFactory() for _ in range(4))
    grant_role(user=coordinator, role=Role.COORDINATOR)
    put_before_evening(evening, along, EveningTrainer.Role.RUN_ALONG)
    put_before_evening(evening.edition.evenings.get(code="1"), stands_in)
    put_before_evening(make_running_edition().evenings.get(code="2"), elsewhere)
    seen = {}
    people = {"trainer": trainer, "along": along, "coordinator": coordinator}
    people |= {"stands_in": stands_in, "elsewhere": elsewhere, "participant": couple[0].participant}
    for who, user in people.items():
        client.force_login(user)
        seen[who] = (
            client.get(room_of(evening)).status_code,
            tap(client, evening, couple[0]).status_code,
        )
    assert seen == {
        "trainer": (200, 302),
        "along": (200, 302),
        "coordinator": (200, 302),
        "stands_in": (200, 302),
        "elsewhere": (404, 404),
        "participant": (404, 404),
    }


def test_the_room_tells_who_is_ready_and_nothing_of_what_they_made(
    client, evening, couple, trainer
):
    first, second = couple
    first.progress.update(state="done")
    client.force_login(trainer)
    people = client.get(room_of(evening)).context["room"].people
    ready = {person.enrolment.pk: person.is_ready for person in people}
    assert ready == {first.pk: True, second.pk: False}


@pytest.mark.parametrize("couples", [1, 3])
def test_the_room_takes_the_same_queries_however_many_come(
    client, edition, evening, trainer, couples, django_assert_num_queries
):
    for _ in range(couples):
        enrol_two(edition)
    client.force_login(trainer)
    client.get(room_of(evening))
    with django_assert_num_queries(20):
        client.get(room_of(evening))


def test_a_participant_scans_signs_in_and_is_in(client, evening, couple):
    """Signing in may take longer than the code lasts."""
    first, _second = couple
    here = reverse("delivery:check_in_here")
    assert scan(client, evening).url == here
    assert client.get(here).url == f"{reverse('account_login')}?next={here}"
    session = dict(client.session)
    client.force_login(first.participant)
    kept = client.session
    kept.update({"scanned_evening": session["scanned_evening"]})
    kept.save()
    assert "Ik ben er" in client.get(here).content.decode()
    assert "Je bent binnen" in client.post(here).content.decode()
    assert AttendanceMark.objects.get().enrolment == first


def test_a_photograph_of_the_code_is_no_use_the_next_day(client, evening, couple):
    token = attendance.check_in_token(evening)
    client.force_login(couple[0].participant)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        answer = client.get(reverse("delivery:check_in", args=[token]))
    assert (answer.status_code, "Deze code is te oud" in answer.content.decode()) == (410, True)
    assert not AttendanceMark.objects.exists()


def test_a_code_that_was_scanned_does_not_stay_good(client, evening, couple, monkeypatch):
    monkeypatch.setattr("courses.delivery.views.room.SCANNED_SECONDS", 60)
    client.force_login(couple[0].participant)
    scan(client, evening)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        answer = client.post(reverse("delivery:check_in_here"))
    assert (answer.status_code, AttendanceMark.objects.count()) == (410, 0)


def test_a_made_up_code_does_not_exist(client, evening, couple):
    client.force_login(couple[0].participant)
    real = attendance.check_in_token(evening)
    later = str(int(real.split("-")[1]) + 1)
    changed = real.replace(real.split("-")[1], later)
    for token in ("verzonnen", f"{evening.pk}-{later}-", "--", changed, "9-x-0"):
        assert client.get(reverse("delivery:check_in", args=[token])).status_code == 404


def test_somebody_of_another_group_is_told_whom_to_ask(client, evening):
    stranger, _other = enrol_two(make_running_edition())
    client.force_login(stranger.participant)
    scan(client, evening)
    answer = client.post(reverse("delivery:check_in_here"))
    assert (answer.status_code, AttendanceMark.objects.count()) == (403, 0)
    assert "Je staat niet op de lijst van deze avond" in answer.content.decode()


def test_the_code_on_the_screen_is_another_one_each_time(client, evening, trainer):
    client.force_login(trainer)
    where = reverse("delivery:room_code", args=[evening.public_id])
    first = client.get(where)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        second = client.get(where)
    assert first.context["drawing"] != second.context["drawing"]
    assert 'data-seconds="30"' in first.content.decode()


def send(client, evening, body):
    where = reverse("delivery:room_sync", args=[evening.public_id])
    return client.post(where, body, content_type="application/json")


def message(enrolment, *, now, made_at, is_present=True, key=None):
    mark = {"enrolment": enrolment.pk, "part": 1, "is_present": is_present}
    mark |= {"made_at": made_at.isoformat(), "key": str(key or uuid.uuid4())}
    return {"now": now.isoformat(), "marks": [mark]}


def test_a_screen_sends_what_it_kept_and_hears_what_counts(client, evening, couple, trainer):
    client.force_login(trainer)
    first, second = couple
    tap(client, evening, second)
    now = timezone.now()
    key = uuid.uuid4()
    answer = send(client, evening, message(first, now=now, made_at=now, key=key)).json()
    assert answer["taken"] == [str(key)]
    latest = {(one["enrolment"], one["part"], one["is_present"]) for one in answer["latest"]}
    assert latest == {(first.pk, 1, True), (second.pk, 1, True)}


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_is_wrong_is_set_right(client, evening, couple, trainer, hours):
    client.force_login(trainer)
    there = timezone.now() + timedelta(hours=hours)
    send(client, evening, message(couple[0], now=there, made_at=there - timedelta(minutes=5)))
    off = AttendanceMark.objects.get().made_at - (timezone.now() - timedelta(minutes=5))
    assert abs(off) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '{"marks": []}', '{"now": "2026-01-01T10:00:00", "marks": []}', "[" * 100_000],
    ids=["empty", "half", "list", "no time", "no zone", "deep"],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(client, evening, trainer, body):
    client.force_login(trainer)
    assert send(client, evening, body).status_code == 400
    assert not AttendanceMark.objects.exists()


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        ("2026-01-01T10:00:00+00:00", {"part": float("inf")}),
        ("2026-01-01T10:00:00+00:00", {"made_at": "0001-01-01T00:00:00+14:00"}),
        ("0001-01-01T00:00:00+00:00", {"made_at": "9999-12-31T00:00:00+00:00"}),
    ],
    ids=["endless", "too early", "too far apart"],
)
def test_numbers_and_moments_that_there_are_not_are_refused(
    client, evening, couple, trainer, now, wrong
):
    client.force_login(trainer)
    body = message(couple[0], now=timezone.now(), made_at=timezone.now())
    body = {"now": now, "marks": [body["marks"][0] | wrong]}
    assert send(client, evening, json.dumps(body)).status_code == 400
    assert not AttendanceMark.objects.exists()


def test_of_two_taps_with_one_key_one_counts(client, evening, couple, trainer):
    client.force_login(trainer)
    now, key = timezone.now(), uuid.uuid4()
    bodies = [message(one, now=now, made_at=now, key=key) for one in couple]
    both = bodies[0] | {"marks": [mark for body in bodies for mark in body["marks"]]}
    assert send(client, evening, both).status_code == 200
    assert AttendanceMark.objects.count() == 1
