"""Applying on a page, for two, and what is kept of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.models import CoursePage
from courses.delivery.models import AgreedTerms, Application, CoupleMember, Edition, PracticeCouple
from courses.delivery.services import clear_applications, takes_applications, terms_of
from lms.accounts import invitations
from lms.accounts.models import (
    CareGroup,
    ConfidentialityStatement,
    Invitation,
    Practice,
    Role,
    User,
)
from lms.accounts.practices import practice_of, similar_practices
from lms.accounts.services import account_of, grant_role
from lms.jobs.chores import do_chores
from lms.mail.models import OutgoingMail
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import make_professional, make_running_edition, publish

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

TYPED = {
    "first_name": "Linde",
    "last_name": "Wilgenhof",
    "email": "linde@example.org",
    "practice_name": "Huisartsenpraktijk De Esdoorn",
    "practice_place": "Borne",
    "partner_first_name": "Berk",
    "partner_last_name": "Beukema",
    "partner_email": "berk@example.org",
    "terms": "on",
    "secrecy": "on",
}
YES = {"terms": "on", "secrecy": "on"}


@pytest.fixture
def edition():
    edition = publish(make_running_edition(days=40))
    CoursePage.objects.update(price="<p>Samen 100 euro.</p>", enrolment_terms="<p>Kom.</p>")
    return edition


@pytest.fixture
def typed(edition):
    gp = make_professional("huisarts").profession
    return TYPED | {"profession": gp.pk}


def page_of(edition):
    return reverse("delivery:apply", args=[edition.public_id])


def send(client, edition, typed, **changes):
    return client.post(page_of(edition), typed | changes)


def link_in_last_mail(email):
    mail = OutgoingMail.objects.filter(recipient__email=email).latest("pk")
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def apply_and_confirm(client, edition, typed):
    assert send(client, edition, typed).status_code == 302
    return client.post(link_in_last_mail(typed["email"]), follow=True)


# from typing to a place


@pytest.mark.requirement("CRS-06")
def test_who_applies_confirms_by_mail_and_the_partner_says_yes_by_another(client, edition, typed):
    answer = send(client, edition, typed)
    assert answer.url == reverse("delivery:apply_asked")
    assert not PracticeCouple.objects.exists()

    confirmed = client.post(link_in_last_mail("linde@example.org"), follow=True)
    assert "vastgehouden" in confirmed.content.decode()
    couple = PracticeCouple.objects.get()
    assert couple.confirmed_at is not None
    assert str(couple.practice) == "Huisartsenpraktijk De Esdoorn, Borne"
    assert Edition.objects.get(pk=edition.pk).seats_taken == 2
    assert not edition.enrolments.exists()

    poh = make_professional("poh").profession
    yes = {"profession": poh.pk, "terms": "on", "secrecy": "on"}
    client.post(link_in_last_mail("berk@example.org"), yes)
    names = edition.enrolments.values_list("participant__first_name", flat=True).order_by("pk")
    assert list(names) == ["Linde", "Berk"]
    partner = User.objects.get(email="berk@example.org")
    assert (partner.practice, partner.profession) == (couple.practice, poh)


def test_a_name_has_no_lines_of_its_own_in_what_others_read(client, edition, typed):
    name = "Linde\r\n\r\nKlik hier:\nhttps://elders.example"
    apply_and_confirm(client, edition, typed | {"first_name": name, "partner_first_name": name})

    assert User.objects.get(email="berk@example.org").first_name == (
        "Linde Klik hier: https://elders.example"
    )
    bodies = OutgoingMail.objects.values_list("body", flat=True)
    assert [body for body in bodies if "\nKlik" in body] == []


def test_whose_address_it_is_nobody_learns_before_they_say_yes(client, edition, typed):
    poh = make_professional("poh")
    client.force_login(applicant := make_professional("huisarts", PracticeFactory()))
    send(client, edition, typed, partner_email=poh.email)

    pages = [reverse(f"delivery:{name}") for name in ("applied", "couple", "stop")]
    said = [client.get(page).content.decode() for page in pages]
    assert [(poh.email in page, poh.last_name in page) for page in said] == [(True, False)] * 3
    invitation = Invitation.objects.get(user=poh)
    client.post(reverse("delivery:couple_answer", args=[invitations.token_of(invitation)]), YES)
    client.force_login(applicant)
    assert poh.last_name in client.get(pages[1]).content.decode()


def test_looking_at_the_link_takes_no_place(client, edition, typed):
    send(client, edition, typed)
    assert client.get(link_in_last_mail("linde@example.org")).status_code == 200
    assert not PracticeCouple.objects.exists()


def test_a_known_address_and_an_unknown_one_get_the_same_answer(client, edition, typed):
    UserFactory(email="bekend@example.org", practice=PracticeFactory())
    answers = [
        send(client, edition, typed, email=email)
        for email in ("bekend@example.org", "onbekend@example.org")
    ]
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("delivery:apply_asked"))
    }
    subjects = OutgoingMail.objects.values_list("subject", flat=True)
    assert len(set(subjects)) == 1


def test_what_is_known_of_somebody_is_not_changed_by_what_a_stranger_typed(client, edition, typed):
    practice = PracticeFactory()
    known = make_professional("poh", practice)
    User.objects.filter(pk=known.pk).update(first_name="Vlier", last_name="Haag")
    apply_and_confirm(client, edition, typed | {"email": known.email})
    known.refresh_from_db()
    assert (known.first_name, known.practice, known.profession.code) == ("Vlier", practice, "poh")
    assert PracticeCouple.objects.get().practice == practice


def test_who_is_signed_in_is_asked_for_the_colleague_only_and_has_a_place_at_once(client, edition):
    user = make_professional("huisarts", PracticeFactory())
    client.force_login(user)
    page = client.get(page_of(edition)).content.decode()
    assert "partner_email" in page
    assert not re.search(r'name="(email|first_name|profession|practice_name)"', page)
    answer = send(
        client,
        edition,
        {name: TYPED[name] for name in TYPED if "partner" in name}
        | {"terms": "on", "secrecy": "on"},
    )
    assert answer.url == reverse("delivery:applied")
    assert "vastgehouden" in client.get(answer.url).content.decode()
    assert Edition.objects.get(pk=edition.pk).seats_taken == 2
    assert "vastgehouden" in client.get(reverse("learning:home")).content.decode()


def test_without_a_place_they_stand_on_the_waiting_list_and_read_which_number(
    client, edition, typed
):
    Edition.objects.update(seats_taken=15)
    confirmed = apply_and_confirm(client, edition, typed)
    assert "Wachtlijst, nummer 1" in confirmed.content.decode()
    assert PracticeCouple.objects.get().confirmed_at is None


# what is agreed to


def test_what_somebody_agreed_to_is_kept_word_for_word(client, edition, typed):
    assert "Samen 100 euro." in client.get(page_of(edition)).content.decode()
    apply_and_confirm(client, edition, typed)
    CoursePage.objects.update(price="<p>Samen 200 euro.</p>")
    member = CoupleMember.objects.get(user__email="linde@example.org")
    assert member.terms.text == "<p>Samen 100 euro.</p><p>Kom.</p>"
    assert ConfidentialityStatement.objects.filter(user=member.user).exists()

    partner_page = link_in_last_mail("berk@example.org")
    assert "Samen 200 euro." in client.get(partner_page).content.decode()
    poh = make_professional("poh").profession
    client.post(partner_page, {"profession": poh.pk, "terms": "on", "secrecy": "on"})
    partner = CoupleMember.objects.get(user__email="berk@example.org")
    assert partner.terms.text == "<p>Samen 200 euro.</p><p>Kom.</p>"
    assert AgreedTerms.objects.count() == 2


# what is refused, and what to do then


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"partner_email": "Linde@example.org"}, "je eigen adres"),
        ({"partner_email": "berk"}, "nog geen heel e-mailadres"),
        ({"terms": ""}, "Zet hier een vinkje"),
        ({"profession": ""}, "Kies je beroep"),
        ({"practice_place": ""}, "plaats van je praktijk"),
        ({"website": "http://spam"}, "Het leek alsof een computer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_still_stands_there(
    client, edition, typed, changes, words
):
    answer = send(client, edition, typed, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Beukema"' in page
    assert not Application.objects.exists()


@pytest.mark.requirement("CRS-06")
def test_two_gps_are_refused_and_told_what_to_do(client, edition):
    practice = PracticeFactory()
    first, second = (make_professional("huisarts", practice) for _ in range(2))
    client.force_login(first)
    partner = {name: TYPED[name] for name in TYPED if "partner" in name}
    said = partner | {"partner_email": second.email, "terms": "on", "secrecy": "on"}
    answer = send(client, edition, said)
    assert answer.status_code == 422
    assert "coördinator" in answer.content.decode()
    assert not PracticeCouple.objects.exists()


def test_applying_twice_is_refused_and_says_where_to_look(client, edition, typed):
    apply_and_confirm(client, edition, typed)
    send(client, edition, typed)
    answer = client.post(link_in_last_mail("linde@example.org"))
    assert answer.status_code == 422
    assert "al aangemeld" in answer.content.decode()
    assert PracticeCouple.objects.count() == 1


def test_a_link_of_which_the_application_was_cleared_away_says_what_to_do(
    client, clock, edition, typed
):
    send(client, edition, typed)
    clock.now += timedelta(days=8)
    Application.objects.all().delete()
    link = link_in_last_mail("linde@example.org")
    answers = [client.get(link), client.post(f"{link}wachtwoord/", follow=True)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "Zoek de laatste mail, of meld je opnieuw aan" in answers[0].content.decode()


@pytest.mark.parametrize("who", ["applicant", "partner"])
def test_who_stands_in_another_edition_of_the_course_is_told_how_to_get_here(
    client, edition, typed, who
):
    apply_and_confirm(client, edition, typed)
    CoupleMember.objects.update(accepted_at=timezone.now())
    elsewhere = publish(make_running_edition(days=70, content=edition.content))
    again = {
        "applicant": {"partner_email": "els@example.org"},
        "partner": {"email": "els@example.org", "partner_email": "berk@example.org"},
    }[who]
    answer = apply_and_confirm(client, elsewhere, typed | again)
    assert answer.status_code == 422
    assert "om jullie hierheen over te zetten" in answer.content.decode()
    assert not elsewhere.couples.exists()

    edition.evenings.update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    client.post(link_in_last_mail((typed | again)["email"]))
    assert elsewhere.couples.count() == 1


def test_who_was_named_elsewhere_and_never_said_yes_applies_where_they_like(client, edition, typed):
    apply_and_confirm(client, edition, typed)
    elsewhere = publish(make_running_edition(days=70, content=edition.content))
    again = {"email": "els@example.org", "partner_email": "berk@example.org"}
    apply_and_confirm(client, elsewhere, typed | again)
    assert elsewhere.couples.count() == 1


@pytest.mark.requirement("CRS-08")
def test_a_closed_edition_refuses_a_practice_of_elsewhere_and_says_whose_it_is(
    client, edition, typed
):
    care_group = CareGroup.objects.create(name="Zorggroep De Brug")
    Edition.objects.update(is_open=False, care_group=care_group)
    answer = apply_and_confirm(client, edition, typed)
    assert answer.status_code == 422
    assert "Zorggroep De Brug" in answer.content.decode()
    assert not PracticeCouple.objects.exists()
    Practice.objects.create(
        name=TYPED["practice_name"], place=TYPED["practice_place"], care_group=care_group
    )
    assert (
        "vastgehouden"
        in client.post(link_in_last_mail("linde@example.org"), follow=True).content.decode()
    )


def test_who_confirms_too_late_reads_so_and_not_that_the_practice_is_of_elsewhere(
    client, edition, typed
):
    care_group = CareGroup.objects.create(name="Zorggroep De Brug")
    Edition.objects.update(is_open=False, care_group=care_group)
    send(client, edition, typed)
    edition.evenings.filter(code="1").update(starts_at=timezone.now())
    answer = client.post(link_in_last_mail("linde@example.org"))
    assert answer.status_code == 422
    assert answer.context["error"].startswith("Voor deze leergang kan niemand zich meer aanmelden")


@pytest.mark.parametrize("change", [{"cancelled_at": timezone.now()}, {"begun": True}])
def test_where_nobody_can_apply_any_more_the_page_says_what_else(client, edition, typed, change):
    if change.pop("begun", False):
        edition.evenings.filter(code="1").update(starts_at=timezone.now() - timedelta(hours=1))
    Edition.objects.filter(pk=edition.pk).update(**change)
    answer = send(client, edition, typed)
    assert answer.status_code == 410
    assert "Bekijk andere data" in answer.content.decode()


def test_a_draft_is_known_to_nobody(client, edition):
    Edition.objects.update(published_at=None)
    assert not takes_applications(Edition.objects.get())
    assert client.get(page_of(edition)).status_code == 404


def test_an_older_link_stops_when_somebody_applies_once_more(client, edition, typed):
    send(client, edition, typed)
    older = link_in_last_mail("linde@example.org")
    send(client, edition, typed)
    answer = client.post(older)
    assert answer.status_code == 410
    assert "Zoek de laatste mail, of meld je opnieuw aan" in answer.content.decode()
    assert not PracticeCouple.objects.exists()


def test_a_link_whose_days_are_over_takes_no_place_and_offers_to_apply_again(
    client, clock, edition, typed
):
    send(client, edition, typed)
    clock.now += timedelta(days=8)
    answer = client.post(link_in_last_mail("linde@example.org"), follow=True)
    assert answer.status_code == 410
    assert page_of(edition) in answer.content.decode()
    assert not PracticeCouple.objects.exists()


def test_who_sends_it_seven_times_in_an_hour_is_asked_to_wait(client, edition, typed):
    answers = [send(client, edition, typed).status_code for _ in range(7)]
    assert answers == [302] * 6 + [429]


# practices stand here once


def test_a_practice_that_is_written_a_little_differently_is_offered(client, edition, typed):
    known = Practice.objects.create(name="HAP De Esdoorn", place="Borne")
    answer = send(client, edition, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bedoel je een van deze praktijken?" in page
    assert 'value="Huisartsenpraktijk De Esdoorn"' in page
    send(client, edition, typed, practice=known.pk)
    client.post(link_in_last_mail("linde@example.org"))
    assert PracticeCouple.objects.get().practice == known
    assert Practice.objects.filter(place="Borne").count() == 1


def test_who_says_that_it_is_another_practice_gets_their_own(client, edition, typed):
    known = Practice.objects.create(name="HAP De Esdoorn", place="Borne")
    send(client, edition, typed, practice="new")
    client.post(link_in_last_mail("linde@example.org"))
    assert PracticeCouple.objects.get().practice != known


def test_capitals_and_signs_make_no_other_practice(client, edition, typed):
    known = Practice.objects.create(name="huisartsenpraktijk de esdoorn", place="BORNE")
    apply_and_confirm(client, edition, typed)
    assert PracticeCouple.objects.get().practice == known


@pytest.mark.parametrize(
    ("name", "place", "is_similar"),
    [
        ("De Esdoorn", "Borne", True),
        ("Groepspraktijk Esdoorn", "Borne", True),
        ("Huisartsenpraktijk De Esdorn", "Borne", True),
        ("Huisartsenpraktijk De Esdoorn", "Bornee", True),
        ("Huisartsenpraktijk De Esdoorn", "Zwolle", False),
        ("Huisartsenpraktijk De Linde", "Borne", False),
    ],
)
def test_which_practices_look_alike(name, place, is_similar):
    known = practice_of("Huisartsenpraktijk De Esdoorn", "Borne")
    assert similar_practices(name, place) == ([known] if is_similar else [])


# what is cleared away


def test_what_nobody_confirmed_is_cleared_away_with_the_account_made_for_it(
    client, clock, edition, typed
):
    known = UserFactory(email="bekend@example.org")
    send(client, edition, typed)
    asked, _is_new = account_of("gevraagd@example.org")
    for user in (known, asked):
        send(client, edition, typed, email=user.email)
    do_chores()
    assert Application.objects.count() == 3
    clock.now += timedelta(days=8)
    do_chores()
    assert not Application.objects.exists()
    assert not User.objects.filter(email="linde@example.org").exists()
    assert User.objects.filter(pk__in=[known.pk, asked.pk]).count() == 2


def test_what_was_confirmed_stays(client, clock, edition, typed):
    apply_and_confirm(client, edition, typed)
    clock.now += timedelta(days=8)
    clear_applications()
    assert Application.objects.get().couple == PracticeCouple.objects.get()


def give_password(user, _edition):
    user.set_password("leergang-oefenen-2026")
    user.save()


def let_in(user, _edition):
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())


def apply_elsewhere(user, edition):
    Application.objects.create(
        edition=edition,
        applicant=user,
        terms=terms_of(edition),
        made_at=timezone.now() + timedelta(days=8),
    )


def give_role(user, _edition):
    grant_role(user=user, role=Role.COORDINATOR)


def sign_secrecy(user, _edition):
    ConfidentialityStatement.objects.create(user=user, version="1")


@pytest.mark.parametrize("use", [give_password, let_in, apply_elsewhere, give_role, sign_secrecy])
def test_an_account_that_was_made_for_it_and_is_used_since_stays(
    client, clock, edition, typed, use
):
    send(client, edition, typed)
    use(User.objects.get(email="linde@example.org"), edition)
    clock.now += timedelta(days=8)
    clear_applications()
    assert not Application.objects.filter(first_name="Linde").exists()
    assert User.objects.filter(email="linde@example.org").exists()


def test_an_account_that_was_made_for_it_is_cleared_away_after_applying_once_more_too(
    client, clock, edition, typed
):
    send(client, edition, typed)
    send(client, edition, typed)
    clock.now += timedelta(days=8)
    clear_applications()
    assert not User.objects.filter(email="linde@example.org").exists()


def test_of_a_link_for_an_application_only_who_made_it_is_shown_it(client, edition, typed):
    send(client, edition, typed)
    purpose = f"delivery.application:{Application.objects.get().pk}"
    invitation = invitations.invite(UserFactory(), purpose, days=1)
    address = reverse("delivery:apply_confirm", args=[invitations.token_of(invitation)])
    answer = client.post(address)
    assert answer.status_code == 410
    assert TYPED["partner_first_name"] not in answer.content.decode()
    assert not PracticeCouple.objects.exists()


def test_an_account_that_somebody_else_asked_meanwhile_stays(client, clock, edition, typed):
    send(client, edition, typed)
    other = make_professional("poh", PracticeFactory())
    client.force_login(other)
    partner = {"partner_first_name": "Linde", "partner_last_name": "Wilgenhof"}
    said = partner | {"partner_email": "linde@example.org", "terms": "on", "secrecy": "on"}
    send(client, edition, said)
    clock.now += timedelta(days=8)
    do_chores()
    assert User.objects.filter(email="linde@example.org").exists()
    assert Invitation.objects.filter(user__email="linde@example.org").exists()
