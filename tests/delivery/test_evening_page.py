"""The practical page of one evening."""

from datetime import timedelta

import pytest
import vobject
from django.utils import timezone
from django.utils.html import escape

from courses.delivery.models import AbsenceNotice, Edition, Enrolment, EveningTrainer, TrackChoice
from courses.delivery.services import company_of, end_enrolment, put_before_evening
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import (
    EditionFactory,
    EnrolmentFactory,
    EveningFactory,
    enrol_two,
    make_professional,
    make_running_edition,
)

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def edition():
    edition = make_running_edition()
    Edition.objects.update(published_at=timezone.now())
    edition.refresh_from_db()
    return edition


@pytest.fixture
def enrolment(edition):
    first, _ = enrol_two(edition)
    return first


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


def address_of(evening):
    return f"/mijn/avond/{evening.public_id}/"


def page_for(client, user, evening):
    client.force_login(user)
    return client.get(address_of(evening)).content.decode()


def status_for(client, user, evening):
    client.force_login(user)
    return client.get(address_of(evening)).status_code


def made_coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return user


# for whom it is there


def test_it_is_there_for_whose_evening_it_is_and_for_nobody_else(client, edition, enrolment):
    """The partner chose the other track; the trainer gives one evening of it."""
    evening = edition.evenings.get(code="3A")
    partner = enrolment.partner()
    for one, code in ((enrolment, "3A"), (partner, "3B")):
        key = edition.evenings.get(code=code).track_key
        TrackChoice.objects.create(enrolment=one, track_key=key)
    trainer, of_another_evening, runs_along = UserFactory(), UserFactory(), UserFactory()
    put_before_evening(evening, trainer)
    put_before_evening(evening, runs_along, EveningTrainer.Role.RUN_ALONG)
    put_before_evening(edition.evenings.get(code="3B"), of_another_evening)
    stranger, _ = enrol_two(make_running_edition(days=1))

    statuses = {
        "participant": status_for(client, enrolment.participant, evening),
        "partner": status_for(client, partner.participant, evening),
        "trainer": status_for(client, trainer, evening),
        "runs along": status_for(client, runs_along, evening),
        "trainer of another evening": status_for(client, of_another_evening, evening),
        "coordinator": status_for(client, made_coordinator(), evening),
        "stranger": status_for(client, stranger.participant, evening),
    }
    assert statuses == {
        "participant": 200,
        "partner": 404,
        "trainer": 200,
        "runs along": 200,
        "trainer of another evening": 404,
        "coordinator": 200,
        "stranger": 404,
    }


def test_before_a_track_is_chosen_its_evenings_are_not_there(client, edition, enrolment):
    evening = edition.evenings.get(code="3A")

    assert status_for(client, enrolment.participant, evening) == 404


def test_who_stopped_or_handed_over_sees_it_no_more(client, evening, enrolment):
    trainer = UserFactory()
    put_before_evening(evening, trainer)
    end_enrolment(enrolment)
    EveningTrainer.objects.update(valid_until=timezone.now())

    assert status_for(client, enrolment.participant, evening) == 404
    assert status_for(client, trainer, evening) == 404


def test_as_long_as_it_is_not_published_only_a_coordinator_knows_it(client, evening, enrolment):
    Edition.objects.update(published_at=None)

    assert status_for(client, enrolment.participant, evening) == 404
    assert status_for(client, made_coordinator(), evening) == 200


def test_who_catches_up_here_sees_it_too(client, enrolment, evening):
    elsewhere = make_running_edition(days=3)
    Edition.objects.update(published_at=timezone.now())
    there = elsewhere.evenings.get(code="2")
    AbsenceNotice.objects.create(enrolment=enrolment, evening=evening, catch_up=there)

    assert status_for(client, enrolment.participant, there) == 200
    assert status_for(client, enrolment.participant, evening) == 200  # and may still come after all


# what it says


def test_it_says_where_to_be_and_what_is_practical(client, edition, enrolment):
    edition.evenings.filter(code="2").update(
        place="De Esch", address="Marktplein 3, Borne", practical="Deur links.\n<b>Bel</b> aan."
    )
    page = page_for(client, enrolment.participant, edition.evenings.get(code="2"))

    assert "De Esch" in page
    assert '<p class="copyable">Marktplein 3, Borne</p>' in page
    assert "<p>Deur links.<br>&lt;b&gt;Bel&lt;/b&gt; aan.</p>" in page


def test_no_link_leads_to_another_site(client, edition, enrolment):
    edition.evenings.filter(code="2").update(place="De Esch", address="Marktplein 3, Borne")
    page = page_for(client, enrolment.participant, edition.evenings.get(code="2"))

    assert [link for link in ('href="http', 'href="geo:', 'src="http') if link in page] == []


def test_an_online_evening_says_its_link_and_no_place(client, edition, enrolment):
    edition.evenings.filter(code="2").update(
        place="De Esch", is_online=True, online_url="https://video.example/avond"
    )
    page = page_for(client, enrolment.participant, edition.evenings.get(code="2"))

    assert 'href="https://video.example/avond"' in page
    assert "De Esch" not in page


def test_an_online_evening_without_a_link_says_where_it_will_stand(client, edition, enrolment):
    edition.evenings.filter(code="2").update(is_online=True)
    page = page_for(client, enrolment.participant, edition.evenings.get(code="2"))

    assert "De link volgt. Hij komt hier en in je agenda te staan." in page
    assert "vanaf je eigen scherm" in page
    assert "Parkeren" not in page


def test_what_is_not_known_yet_says_so(client, evening, enrolment):
    page = page_for(client, enrolment.participant, evening)

    assert "De plaats is nog niet bekend." in page
    assert "Parkeren, de maaltijd en welke deur: het komt hier zodra het bekend is." in page
    assert "Er is nog niets. Wat je trainers klaarzetten, komt hier." in page


def test_a_cancelled_evening_says_that_nobody_has_to_come(client, edition, enrolment):
    edition.evenings.filter(code="2").update(cancelled_at=timezone.now())
    page = page_for(client, enrolment.participant, edition.evenings.get(code="2"))

    assert "Deze avond gaat niet door" in page
    assert "Zet in mijn agenda" not in page


def test_a_participant_reads_what_to_have_ready_and_a_trainer_does_not(client, evening, enrolment):
    trainer = UserFactory()
    put_before_evening(evening, trainer)
    rows = enrolment.progress.filter(evening_number=2)
    own, theirs = (page_for(client, user, evening) for user in (enrolment.participant, trainer))

    assert rows.count() > 0
    addresses = [f"/mijn/opdracht/{row.assignment_key}/" for row in rows]
    assert [one for one in addresses if one not in own] == []
    assert [one for one in addresses if one in theirs] == []


def test_it_comes_as_a_calendar_of_one_evening(client, evening, enrolment):
    client.force_login(enrolment.participant)
    response = client.get(f"{address_of(evening)}avond.ics")

    (event,) = vobject.readOne(response.content.decode()).vevent_list
    assert event.uid.value == f"{evening.public_id}@example.org"
    assert client.get(f"/mijn/avond/{evening.edition.public_id}/avond.ics").status_code == 404


# who is coming


def test_the_people_of_the_evening_read_who_is_coming_and_a_coordinator_does_not(
    client, evening, enrolment
):
    practice = PracticeFactory(name="Praktijk Boomgaard")
    trainer = make_professional("poh", practice)
    put_before_evening(evening, trainer)
    partner = enrolment.partner().participant
    said = [str(trainer), str(partner), "Praktijk Boomgaard", str(partner.practice.name)]
    own, taught, planned = (
        page_for(client, user, evening)
        for user in (enrolment.participant, trainer, made_coordinator())
    )

    assert [one for one in said if escape(one) not in own] == []
    assert [one for one in said if escape(one) not in taught] == []
    assert [one for one in said if escape(one) in planned] == []


def test_only_who_comes_is_counted(edition, enrolment):
    """One chose the track, one chose the other, one said no, one stopped, one catches up."""
    evening = edition.evenings.get(code="3A")
    key, other_key = evening.track_key, edition.evenings.get(code="3B").track_key
    others = [*enrol_two(edition), *enrol_two(edition)]
    for one, chosen in zip([enrolment, *others], [key, other_key, key, key, None], strict=True):
        if chosen:
            TrackChoice.objects.create(enrolment=one, track_key=chosen)
    AbsenceNotice.objects.create(enrolment=others[1], evening=evening)
    end_enrolment(Enrolment.objects.get(pk=others[2].pk))
    guest, _ = enrol_two(make_running_edition(days=2))
    AbsenceNotice.objects.create(
        enrolment=guest, evening=guest.edition.evenings.get(code="3A"), catch_up=evening
    )

    expected = {enrolment.participant, guest.participant}
    assert set(company_of(evening).participants) == expected


def test_afterwards_it_says_who_was_expected(client, edition, enrolment):
    page = page_for(client, enrolment.participant, edition.evenings.get(code="1"))

    assert "Wie er werd verwacht" in page
    assert "Van deze avond is hier niets achtergelaten." in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(client, count, django_assert_num_queries):
    edition = EditionFactory(published_at=timezone.now(), content__published_at=timezone.now())
    evening = EveningFactory(edition=edition)
    people = [make_professional("huisarts", PracticeFactory()) for _ in range(2 * count)]
    enrolments = [EnrolmentFactory(edition=edition, participant=one) for one in people[:count]]
    for one in people[count:]:
        evening.trainers.create(user=one, valid_from=timezone.now() - timedelta(hours=1))
    client.force_login(enrolments[0].participant)
    client.get(address_of(evening))
    # session, who it is, the evening with what it is to them, their enrolment, whether they said
    # otherwise or catch up here, outline, trainers, participants; hand-outs of editors and of
    # trainers, homework, meetings after it
    with django_assert_num_queries(12):
        assert client.get(address_of(evening)).status_code == 200


# the way there


def test_the_own_page_leads_to_the_evenings_that_are_known(client, edition, enrolment):
    client.force_login(enrolment.participant)
    page = client.get("/mijn/").content.decode()
    linked = [evening.code for evening in edition.evenings.all() if address_of(evening) in page]

    assert linked == ["1", "2"]
    assert page.count(address_of(edition.evenings.get(code="2"))) == 2  # its card, and the road


def test_an_evening_that_is_not_published_has_no_way_to_it(client, edition, enrolment):
    Edition.objects.update(published_at=None)
    client.force_login(enrolment.participant)

    assert "/mijn/avond/" not in client.get("/mijn/").content.decode()


def test_a_trainer_finds_the_way_to_the_evenings_that_are_theirs(client, edition, evening):
    trainer = UserFactory()
    put_before_evening(evening, trainer)
    client.force_login(trainer)
    page = client.get("/mijn/").content.decode()

    assert [one.code for one in edition.evenings.all() if address_of(one) in page] == ["2"]
