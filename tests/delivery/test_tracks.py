"""Choosing a track: everybody for themselves, until the last day; after it a coordinator."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery.models import Edition, TrackChoice
from courses.delivery.services import (
    TrackChoiceClosed,
    choose_track,
    choosing_time,
    current_enrolment,
    move_evenings,
    remind_of_track_choice,
)
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

AFTER_EVENING_TWO = -12  # days: evening 2 was two days ago


@pytest.fixture
def edition():
    return make_running_edition(days=AFTER_EVENING_TWO)


@pytest.fixture
def people(edition):
    return [current_enrolment(one.participant) for one in enrol_two(edition)]


@pytest.fixture
def tracks(edition):
    return {track.code: track.key for track in outline(edition.content).tracks.values()}


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def choose(client, enrolment, key):
    client.force_login(enrolment.participant)
    return client.post(reverse("learning:track"), {"track": str(key)})


@pytest.mark.requirement("TRK-02")
def test_partners_choose_for_themselves_and_may_differ(client, people, tracks):
    for enrolment, code in zip(people, "AB", strict=True):
        assert choose(client, enrolment, tracks[code]).status_code == 302
    kept = TrackChoice.objects.order_by("enrolment").values_list("track_key", flat=True)
    assert list(kept) == [tracks["A"], tracks["B"]]


@pytest.mark.requirement("TRK-03")
def test_a_choice_can_change_until_the_last_minute_and_not_one_later(
    client, clock, edition, people, tracks
):
    closes_at = choosing_time(edition).closes_at
    clock.now = closes_at - timedelta(minutes=1)
    choose_track(people[0], tracks["A"])
    choose_track(people[0], tracks["B"])
    clock.now = closes_at + timedelta(minutes=1)
    with pytest.raises(TrackChoiceClosed):
        choose_track(people[0], tracks["A"])
    response = choose(client, people[0], tracks["A"])
    assert response.status_code == 403
    assert "coördinator" in response.content.decode()
    assert TrackChoice.objects.get(enrolment=people[0]).track_key == tracks["B"]


@pytest.mark.requirement("TRK-03")
def test_choosing_opens_when_the_last_shared_evening_begins(client, clock, edition, people, tracks):
    opens_at = edition.evenings.get(code="2").starts_at
    clock.now = opens_at - timedelta(seconds=1)
    assert choose(client, people[0], tracks["A"]).status_code == 403
    assert not TrackChoice.objects.exists()
    clock.now = opens_at
    assert choose(client, people[0], tracks["A"]).status_code == 302


@pytest.mark.requirement("TRK-03")
def test_the_edition_says_how_many_days_before_it_the_choice_ends(edition):
    first = edition.evenings.get(code="3A").starts_at
    edition.track_choice_days = 3
    assert choosing_time(edition).last_day == timezone.localdate(first) - timedelta(days=3)


def test_the_last_day_moves_with_the_first_evening_of_a_track(edition):
    before = choosing_time(edition).last_day
    first = edition.evenings.get(code="3A").starts_at
    move_evenings(edition, {code: first + timedelta(days=7) for code in ("3A", "3B")})
    edition.refresh_from_db()
    assert choosing_time(edition).last_day == before + timedelta(days=7)


@pytest.mark.parametrize(
    ("evening", "closes"),
    [  # the last day is the one on which the clock changes
        (datetime(2027, 4, 11, 17, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (datetime(2027, 11, 14, 17, tzinfo=UTC), datetime(2027, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_at_local_midnight_when_the_clock_changes(edition, evening, closes):
    move_evenings(edition, dict.fromkeys(("3A", "3B", "4A", "4B"), evening))
    assert choosing_time(edition).closes_at == closes


def test_a_track_that_is_not_there_is_refused_with_words(client, people):
    response = choose(client, people[0], "geen")
    assert (response.status_code, TrackChoice.objects.count()) == (422, 0)


def test_after_the_last_shared_evening_the_choice_is_the_next_step(client, people, tracks):
    client.force_login(people[0].participant)
    step = "next-step-title"
    page = client.get(reverse("learning:home")).content.decode()
    assert page[page.index(step) :].count(reverse("learning:track")) == 2  # the step, and its card
    choose_track(people[0], tracks["A"])
    page = client.get(reverse("learning:home")).content.decode()
    assert page.count(reverse("learning:track")) == 1


@pytest.mark.requirement("TRK-03")
def test_after_the_last_day_a_coordinator_decides_and_says_why(
    client, clock, edition, people, tracks
):
    clock.now = choosing_time(edition).closes_at + timedelta(minutes=1)
    coordinator = UserFactory()
    grant_role(user=coordinator, role=Role.COORDINATOR)
    sign_in(client, coordinator)
    where = reverse("delivery:tracks", args=[edition.public_id])
    sent = {"enrolment": people[0].pk, "track": str(tracks["B"]), "reason": ""}
    response = client.post(where, sent)
    assert (response.status_code, TrackChoice.objects.count()) == (422, 0)
    assert client.post(where, sent | {"reason": "Verhuisd"}).status_code == 302
    choice = TrackChoice.objects.get(enrolment=people[0])
    assert (choice.track_key, choice.decided_by, choice.reason) == (
        tracks["B"],
        coordinator,
        "Verhuisd",
    )
    assert AuditEvent.objects.filter(event="track.decided").count() == 1


@pytest.mark.requirement("TRK-05")
def test_a_coordinator_sees_numbers_per_track_and_is_warned_of_few(
    client, coordinator, edition, people, tracks
):
    edition.track_minimum = 1
    edition.save()
    choose_track(people[0], tracks["A"])
    context = client.get(reverse("delivery:tracks", args=[edition.public_id])).context
    found = [(track.code, len(chose), is_few) for track, chose, is_few in context["rows"]]
    assert found == [("A", 1, False), ("B", 0, True)]
    assert context["waiting"] == [people[1]]


def test_who_has_not_chosen_gets_one_mail_a_week_before_and_one_a_day_before(
    clock, edition, people, tracks
):
    choose_track(people[0], tracks["A"])
    closes_at = choosing_time(edition).closes_at
    for days, mails in ((9, 0), (8, 1), (7, 1), (2, 2), (1, 2), (-1, 2)):
        clock.now = closes_at - timedelta(days=days) + timedelta(hours=3)
        remind_of_track_choice()
        assert OutgoingMail.objects.filter(key__startswith="track-choice:").count() == mails, days
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {
        people[1].participant_id
    }


@pytest.mark.requirement("TRK-01")
def test_both_tracks_stand_side_by_side_with_whom_they_suit(client, people, tracks):
    client.force_login(people[0].participant)
    page = client.get(reverse("learning:track")).content.decode()
    for code in "AB":
        assert f"Richting {code}" in page
        assert f"Voor wie {code} wil." in page


def test_the_last_shared_evening_gives_a_taste_of_both_tracks(client, clock, edition, people):
    Edition.objects.update(published_at=clock.now)
    evening = edition.evenings.get(code="2")
    first = edition.evenings.get(code="1")
    clock.now = evening.starts_at - timedelta(days=1)
    client.force_login(people[0].participant)
    pages = [
        client.get(reverse("delivery:evening", args=[one.public_id])) for one in (evening, first)
    ]
    assert ["Voor wie B wil." in page.content.decode() for page in pages] == [True, False]
