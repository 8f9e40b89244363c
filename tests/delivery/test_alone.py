"""Asking to come without a partner, and the coordinator's answer."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from courses.delivery.models import AloneRequest, Application, Edition
from courses.delivery.services import (
    NothingAsked,
    NotOpen,
    allow_alone,
    allow_request,
    ask_alone,
    ask_to_go_on_alone,
    enrol_alone,
    last_request,
    place_of,
    requests_for,
    stop,
    terms_of,
)
from courses.delivery.services.cancelling import cancel_edition
from courses.delivery.services.couples import lapse_requests
from lms.accounts.models import CareGroup, Role, User
from lms.accounts.services import grant_role, has_signed_confidentiality
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import enrol_two, make_professional, make_running_edition, publish
from tests.permissions.world import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

WHY = "Wij hebben geen praktijkondersteuner"


@pytest.fixture
def edition():
    return publish(make_running_edition(days=40))


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def asked(edition):
    gp = make_professional("huisarts", PracticeFactory())
    return ask_alone(edition, gp, WHY, terms_of(edition))


def page_of(edition):
    return f"/leergang/alleen/{edition.public_id}/"


def answer_page(asked):
    return f"/planning/{asked.edition.public_id}/deelnemers/alleen/{asked.public_id}/"


def taken(edition):
    return Edition.objects.values_list("seats_taken", flat=True).get(pk=edition.pk)


def mails_to(user):
    found = OutgoingMail.objects.filter(recipient=user, calendar="").order_by("pk")
    return list(found.values_list("subject", flat=True))


def test_who_has_an_account_asks_at_once_and_no_place_is_taken(edition):
    gp = make_professional("huisarts", PracticeFactory())
    sent = {"reason": WHY, "terms": "on", "secrecy": "on"}
    answer = signed_in(gp, second_factor=False).post(page_of(edition), sent)
    assert answer.url == page_of(edition)
    request = AloneRequest.objects.get()
    assert (request.person, request.reason, request.terms) == (gp, WHY, terms_of(edition))
    assert (taken(edition), edition.couples.count()) == (0, 0)
    assert has_signed_confidentiality(gp)


def test_in_a_closed_edition_somebody_of_elsewhere_asks_nothing_and_reads_whose_it_is(edition):
    care_group = CareGroup.objects.create(name="Zorggroep De Brug")
    Edition.objects.filter(pk=edition.pk).update(is_open=False, care_group=care_group)
    gp = make_professional("huisarts", PracticeFactory())
    sent = {"reason": WHY, "terms": "on", "secrecy": "on"}
    page = signed_in(gp, second_factor=False).post(page_of(edition), sent)
    (error,) = page.context["form"].non_field_errors()
    assert (page.status_code, "Zorggroep De Brug" in error) == (422, True)
    assert not AloneRequest.objects.exists()


def test_a_visitor_confirms_by_mail_before_the_coordinator_sees_the_question(edition, client):
    gp = make_professional("huisarts").profession
    sent = {
        "first_name": "Linde",
        "last_name": "Wilgenhof",
        "email": "linde@example.org",
        "profession": gp.pk,
        "practice_name": "De Esdoorn",
        "practice_place": "Borne",
        "reason": WHY,
        "terms": "on",
        "secrecy": "on",
    }
    assert client.post(page_of(edition), sent).url == "/leergang/alleen/gevraagd/"
    assert not AloneRequest.objects.exists()
    mail = OutgoingMail.objects.get(recipient__email="linde@example.org")
    assert mail.subject == "Bevestig je vraag over Leergang"
    link = re.search(r"https?://[^/]+(/\S+)", mail.body)[1]
    assert client.get(link).status_code == 200
    assert not AloneRequest.objects.exists()
    page = client.post(link, follow=True)
    request = AloneRequest.objects.get()
    assert (str(request.person), str(request.person.practice)) == (
        "Linde Wilgenhof",
        "De Esdoorn, Borne",
    )
    assert (Application.objects.get().request, page.status_code) == (request, 200)
    assert client.post(link).status_code == 200
    assert AloneRequest.objects.count() == 1


def test_nothing_typed_is_lost_without_a_reason(edition):
    gp = make_professional("huisarts", PracticeFactory())
    page = signed_in(gp, second_factor=False).post(page_of(edition), {"reason": " ", "terms": "on"})
    assert (page.status_code, "reason" in page.context["form"].errors) == (422, True)
    assert not AloneRequest.objects.exists()


def test_asked_again_the_last_reason_counts(edition, asked):
    ask_alone(edition, asked.person, "Anders gezegd", terms_of(edition))
    assert AloneRequest.objects.get().reason == "Anders gezegd"


def test_who_takes_part_already_is_told_so(edition):
    first, _second = enrol_two(edition)
    sent = {"reason": WHY, "terms": "on", "secrecy": "on"}
    page = signed_in(first.participant, second_factor=False).post(page_of(edition), sent)
    assert (page.status_code, AloneRequest.objects.count()) == (422, 0)
    (fault,) = page.context["form"].non_field_errors()
    assert fault.startswith("Je hebt je voor deze leergang al aangemeld")


@pytest.fixture
def elsewhere(edition):
    return publish(make_running_edition(days=60, content=edition.content))


def test_who_stands_in_another_edition_is_moved_and_not_let_in_twice(
    coordinator, asked, edition, elsewhere
):
    enrol_alone(elsewhere, asked.person, by=coordinator, reason=WHY)
    page = signed_in(coordinator).post(answer_page(asked), {"decision": "ja"}, follow=True)
    (message,) = page.context["messages"]
    assert "staat in een andere uitvoering van deze leergang" in str(message)
    asked.refresh_from_db()
    assert (asked.state, taken(edition), taken(elsewhere)) == ("asked", 0, 1)


@pytest.mark.parametrize("change", ["cancelled_at", "published_at"])
def test_for_an_edition_that_takes_nobody_nothing_can_be_asked(edition, client, change):
    Edition.objects.filter(pk=edition.pk).update(
        **{change: timezone.now() if change == "cancelled_at" else None}
    )
    assert (
        client.get(page_of(edition)).status_code
        == {"cancelled_at": 410, "published_at": 404}[change]
    )


# the answer


def test_yes_gives_a_place_with_the_reason_and_the_terms_and_a_mail(coordinator, asked, edition):
    signed_in(coordinator).post(answer_page(asked), {"decision": "ja", "answer": ""})
    member = place_of(asked.person)
    assert (member.couple.exception_reason, member.couple.exception_by) == (WHY, coordinator)
    assert (member.terms, taken(edition)) == (asked.terms, 1)
    assert edition.enrolments.active().get().participant == asked.person
    assert mails_to(asked.person) == ["Je kunt alleen meedoen aan Leergang"]


def test_no_takes_nothing_and_its_words_stand_on_the_page_and_not_in_the_mail(
    coordinator, asked, edition
):
    said = {"decision": "nee", "answer": "Vraag de praktijk naast je"}
    signed_in(coordinator).post(answer_page(asked), said)
    assert (taken(edition), edition.couples.count()) == (0, 0)
    page = signed_in(asked.person, second_factor=False).get(page_of(edition)).content.decode()
    mail = OutgoingMail.objects.get(recipient=asked.person)
    assert (said["answer"] in page, said["answer"] in mail.body) == (True, False)


def test_no_without_words_is_not_sent(coordinator, asked):
    page = signed_in(coordinator).post(answer_page(asked), {"decision": "nee", "answer": " "})
    asked.refresh_from_db()
    assert (page.status_code, page.context["refused_request"], asked.state) == (422, asked, "asked")
    assert mails_to(asked.person) == []


def test_of_two_coordinators_who_answer_one_does(coordinator, asked, edition):
    client = signed_in(coordinator)
    for decision in ("ja", "nee"):
        client.post(answer_page(asked), {"decision": decision, "answer": "Zo is het"})
    asked.refresh_from_db()
    assert (asked.state, taken(edition), len(mails_to(asked.person))) == ("allowed", 1, 1)


def test_yes_in_a_full_edition_puts_one_person_in_the_queue(coordinator, asked, edition):
    Edition.objects.filter(pk=edition.pk).update(capacity=0)
    signed_in(coordinator).post(answer_page(asked), {"decision": "ja"})
    assert [couple.seats for couple in edition.couples.waiting()] == [1]


def test_yes_once_the_course_has_begun_is_said_to_be_too_late(coordinator, asked, edition):
    edition.evenings.filter(code="1").update(starts_at=timezone.now())
    page = signed_in(coordinator).post(answer_page(asked), {"decision": "ja"}, follow=True)
    (message,) = page.context["messages"]
    assert str(message) == "Voor deze leergang kan niemand zich meer aanmelden. Kies andere data."
    asked.refresh_from_db()
    assert (asked.state, edition.couples.count(), mails_to(asked.person)) == ("asked", 0, [])


def test_who_waits_for_an_answer_hears_that_the_edition_is_cancelled(coordinator, asked, edition):
    cancel_edition(edition, by=coordinator, reason="Te weinig aanmeldingen.")
    assert mails_to(asked.person) == ["Gaat niet door: Leergang"]
    asked.refresh_from_db()
    assert (asked.state, requests_for(edition)) == ("lapsed", [])
    with pytest.raises(NothingAsked):
        allow_request(asked, by=coordinator)


def test_a_place_alone_is_not_given_in_a_cancelled_edition(coordinator, edition):
    cancel_edition(edition, by=coordinator, reason="Te weinig aanmeldingen.")
    gp = make_professional("huisarts", PracticeFactory())
    with pytest.raises(NotOpen):
        enrol_alone(edition, gp, by=coordinator, reason=WHY)
    assert edition.couples.count() == 0


def test_who_lost_the_partner_of_a_cancelled_edition_goes_on_in_nothing(coordinator, edition):
    first, second = enrol_two(edition)
    stop(place_of(second.participant), by=second.participant)
    cancel_edition(edition, by=coordinator, reason="Te weinig aanmeldingen.")
    with pytest.raises(NothingAsked):
        ask_to_go_on_alone(place_of(first.participant), WHY)
    with pytest.raises(NothingAsked):
        allow_alone(first.couple, by=coordinator, reason=WHY)
    assert not AloneRequest.objects.exists()


def test_somebody_who_lost_the_partner_goes_on_after_yes(coordinator, edition):
    first, second = enrol_two(edition)
    stop(place_of(second.participant), by=second.participant)
    client = signed_in(first.participant, second_factor=False)
    client.post("/mijn/koppel/", {"alleen": "1", "reason": WHY})
    signed_in(coordinator).post(answer_page(AloneRequest.objects.get()), {"decision": "ja"})
    first.couple.refresh_from_db()
    assert (first.couple.exception_reason, first.couple.lacks_partner()) == (WHY, False)
    assert edition.enrolments.active().get() == first


def test_a_no_to_who_takes_part_leads_to_the_ways_to_go_on(coordinator, edition):
    first, second = enrol_two(edition)
    stop(place_of(second.participant), by=second.participant)
    asked = ask_to_go_on_alone(place_of(first.participant), WHY)
    said = {"decision": "nee", "answer": "Vraag eerst een collega"}
    signed_in(coordinator).post(answer_page(asked), said)
    mail = OutgoingMail.objects.filter(recipient=first.participant).latest("pk")
    assert ("/mijn/koppel/" in mail.body, taken(edition)) == (True, 1)


def test_a_question_that_lapsed_is_not_shown_as_the_last_one(edition, asked):
    lapse_requests(edition, [asked.person])
    assert last_request(edition, asked.person) is None


def test_who_stops_before_the_answer_need_not_be_answered(edition):
    first, second = enrol_two(edition)
    stop(place_of(second.participant), by=second.participant)
    client = signed_in(first.participant, second_factor=False)
    client.post("/mijn/koppel/", {"alleen": "1", "reason": WHY})
    stop(place_of(first.participant), by=first.participant)
    assert AloneRequest.objects.get().state == "lapsed"


def test_only_coordinators_answer(asked):
    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    answer = signed_in(person).post(answer_page(asked), {"decision": "ja"})
    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (404, "asked")


def test_allowing_alone_where_both_said_yes_says_what_is_the_matter(coordinator, edition):
    first, _second = enrol_two(edition)
    address = f"/planning/{edition.public_id}/deelnemers/{first.couple.public_id}/"
    page = signed_in(coordinator).post(address, {"actie": "alleen", "reason": WHY}, follow=True)
    (message,) = page.context["messages"]
    assert str(message).startswith("Allebei hebben ze ja gezegd")


def test_allowing_alone_where_nobody_said_yes_says_what_to_do(coordinator, edition):
    couple = edition.couples.create(practice=PracticeFactory())
    couple.members.create(user=make_professional("huisarts", couple.practice))
    address = f"/planning/{edition.public_id}/deelnemers/{couple.public_id}/"
    page = signed_in(coordinator).post(address, {"actie": "alleen", "reason": WHY}, follow=True)
    (message,) = page.context["messages"]
    assert str(message).startswith("Van dit koppel heeft nog niemand ja gezegd")


def test_who_asked_first_stands_first(asked, edition):
    later = ask_alone(
        edition, make_professional("huisarts", PracticeFactory()), WHY, terms_of(edition)
    )
    assert requests_for(edition) == [asked, later]


def test_a_coordinator_ends_the_place_of_one(coordinator, edition):
    first, second = enrol_two(edition)
    address = f"/planning/{edition.public_id}/deelnemers/{first.couple.public_id}/"
    member = first.couple.members.get(user=first.participant)
    signed_in(coordinator).post(address, {"actie": "stopt", "wie": member.pk})
    assert edition.enrolments.active().get() == second
    assert User.objects.filter(pk=first.participant_id).exists()
    assert AuditEvent.objects.get(event="enrolment.stopped").role == "coordinator"


def test_the_planning_says_that_somebody_waits_for_an_answer(coordinator, asked):
    page = signed_in(coordinator).get("/planning/")
    (row,) = page.context["planning"].rows
    words = "Iemand vraagt om alleen te komen, en wacht op je antwoord."
    assert words in [str(alarm) for alarm in row.alarms]
