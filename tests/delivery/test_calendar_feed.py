"""The link that a calendar reads, and the page on which somebody gets it."""

from datetime import timedelta

import pytest
import vobject
from django.core.cache import cache
from django.utils import timezone

from courses.delivery.models import CalendarLink, Edition
from courses.delivery.services import (
    calendar_token,
    choose_track,
    end_enrolment,
    entries_of,
    make_calendar_link,
    put_before_evening,
)
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory, EveningFactory, enrol_two, make_running_edition

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PAGE = "/mijn/agenda/"


@pytest.fixture
def edition():
    edition = make_running_edition()
    Edition.objects.update(published_at=timezone.now())
    edition.refresh_from_db()
    return edition


@pytest.fixture
def participant(edition):
    first, _ = enrol_two(edition)
    return first


def address_of(user):
    return f"/agenda/{calendar_token(make_calendar_link(user))}.ics"


def codes_in(response):
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(response.content.decode())
    events = calendar.contents.get("vevent", [])
    return [event.summary.value.rsplit(" ", 1)[1] for event in events]


# what is in it


def test_the_feed_has_the_base_part_and_after_the_choice_that_track(client, edition, participant):
    address = address_of(participant.participant)
    assert codes_in(client.get(address)) == ["1", "2"]

    choose_track(participant, edition.evenings.get(code="3B").track_key)
    assert codes_in(client.get(address)) == ["1", "2", "3B", "4B"]


def test_the_feed_has_what_somebody_takes_part_in_and_what_they_teach(client, participant):
    other = make_running_edition(days=5)
    Edition.objects.update(published_at=timezone.now())
    put_before_evening(other.evenings.get(code="3A"), participant.participant)

    assert codes_in(client.get(address_of(participant.participant))) == ["1", "2", "3A"]


def test_the_feed_says_what_the_mail_said(client, edition, participant):
    """The same name and sequence: a calendar that has both sees one evening."""
    choose_track(participant, edition.evenings.get(code="3B").track_key)
    choose_track(participant, edition.evenings.get(code="3A").track_key)
    choose_track(participant, edition.evenings.get(code="3B").track_key)
    calendar = vobject.readOne(client.get(address_of(participant.participant)).content.decode())
    mail = participant.participant.mails.filter(calendar_method="REQUEST").order_by("-pk")[0]

    def names(*read):
        return {(one.uid.value, one.sequence.value) for held in read for one in held.vevent_list}

    assert names(*map(vobject.readOne, mail.calendars())) < names(calendar)
    assert calendar.method.value == "PUBLISH"


def test_a_cancelled_evening_stays_in_the_feed_and_says_so(client, edition, participant):
    edition.evenings.filter(code="2").update(cancelled_at=timezone.now(), sequence=1)
    response = client.get(address_of(participant.participant))

    events = vobject.readOne(response.content.decode()).vevent_list
    assert [(event.status.value, event.sequence.value) for event in events] == [
        ("CONFIRMED", "0"),
        ("CANCELLED", "1"),
    ]


def test_who_stops_has_an_empty_calendar(client, participant):
    end_enrolment(participant)

    assert codes_in(client.get(address_of(participant.participant))) == []


def test_nothing_is_known_of_an_edition_that_is_not_published(client, edition, participant):
    Edition.objects.update(published_at=None)

    assert codes_in(client.get(address_of(participant.participant))) == []


def test_the_feed_names_nobody(client, edition, participant):
    put_before_evening(edition.evenings.get(code="2"), UserFactory(last_name="Esdoorn"))
    response = client.get(address_of(participant.participant))

    text = response.content.decode().replace("\r\n ", "")
    people = ["Esdoorn", participant.participant.last_name, participant.participant.email, "de Wit"]
    assert [name for name in people if name in text] == []


# who gets it


def test_a_new_link_ends_the_old_one(client, participant):
    old = address_of(participant.participant)
    new = address_of(participant.participant)

    assert [client.get(address).status_code for address in (old, new)] == [404, 200]


def test_a_link_that_nobody_made_is_not_found(client, participant):
    address = address_of(participant.participant)
    forged = [address.replace(".ics", "a.ics"), "/agenda/niets.ics", "/agenda/a.b.ics"]

    assert [client.get(one).status_code for one in forged] == [404, 404, 404]


def test_the_link_of_an_account_that_was_closed_is_not_found(client, participant):
    address = address_of(participant.participant)
    type(participant.participant).objects.update(is_active=False)

    assert client.get(address).status_code == 404


def test_who_guesses_is_stopped_while_who_has_a_link_goes_on(client, participant):
    cache.clear()
    address = address_of(participant.participant)
    guesses = [client.get("/agenda/niets.ics").status_code for _ in range(31)]

    assert guesses == [404] * 30 + [429]
    assert client.get(address).status_code == 200


def test_a_calendar_that_looks_all_the_time_is_told_to_wait(client, participant):
    cache.clear()
    address = address_of(participant.participant)
    answers = [client.get(address).status_code for _ in range(61)]

    assert (answers[:60], answers[60]) == ([200] * 60, 429)


# what it costs


def test_what_did_not_change_is_not_sent_again(client, edition, participant):
    address = address_of(participant.participant)
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    since = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    edition.evenings.filter(code="2").update(place="Elders", sequence=1)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert [one.status_code for one in (again, since, changed)] == [304, 304, 200]
    assert first["Cache-Control"] == "private, no-cache"


def test_a_trainer_with_forty_evenings_costs_as_much_as_one_with_one(
    client, django_assert_num_queries
):
    teacher, busy = UserFactory(), UserFactory()
    edition = EditionFactory(published_at=timezone.now())
    for number in range(40):
        evening = EveningFactory(edition=edition, code=str(number), number=number)
        put = [busy, teacher] if number == 0 else [busy]
        for user in put:
            evening.trainers.create(user=user)
    assert (len(entries_of(teacher)), len(entries_of(busy))) == (1, 40)

    for user in (teacher, busy):
        address = address_of(user)
        with django_assert_num_queries(5):  # the link; evenings, meetings and what was told of both
            assert client.get(address).status_code == 200


# the page


def test_a_link_is_made_only_when_it_is_asked_for(client, participant):
    client.force_login(participant.participant)
    client.get(PAGE)
    assert CalendarLink.objects.count() == 0

    response = client.post(f"{PAGE}link/", follow=True)
    link = CalendarLink.objects.get()
    address = f"testserver/agenda/{calendar_token(link)}.ics"
    assert response.redirect_chain == [(PAGE, 302)]
    page = response.content.decode()
    assert f'href="webcal://{address}"' in page
    assert f'readonly value="http://{address}"' in page


def test_asking_again_makes_another_link(client, participant):
    client.force_login(participant.participant)
    old = address_of(participant.participant)
    response = client.post(f"{PAGE}link/", follow=True)

    said = [str(one) for one in response.context["messages"]]
    assert said == ["Dit is je nieuwe link. De oude doet niets meer: zet de nieuwe in je agenda."]
    assert client.get(old).status_code == 404


def test_all_evenings_come_as_one_file(client, participant):
    client.force_login(participant.participant)
    response = client.get(f"{PAGE}avonden.ics")

    assert response["Content-Disposition"] == 'attachment; filename="avonden.ics"'
    assert response["Cache-Control"] == "no-store"
    assert codes_in(response) == ["1", "2"]


def test_who_has_no_evenings_reads_what_comes(client):
    client.force_login(UserFactory())

    assert "Je hebt nog geen avonden." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_evening_and_for_three(
    client, count, django_assert_num_queries
):
    user = UserFactory()
    edition = EditionFactory(published_at=timezone.now())
    for number in range(count):
        EveningFactory(edition=edition, code=str(number), number=number).trainers.create(user=user)
    client.force_login(user)
    client.get(PAGE)
    with django_assert_num_queries(7):  # as the feed, and session and who it is
        client.get(PAGE)


def test_an_evening_of_last_year_is_there_to_look_back_at(client, edition, participant):
    edition.evenings.filter(code="1").update(
        starts_at=timezone.now() - timedelta(days=400), ends_at=timezone.now() - timedelta(days=399)
    )

    assert codes_in(client.get(address_of(participant.participant))) == ["1", "2"]
