"""Applying as a couple, the partner's answer, and what becomes of the place."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from courses.delivery.models import CoupleMember, Edition, Enrolment, GroupMembership
from courses.delivery.services import (
    EditionFull,
    NotACouple,
    NothingAsked,
    NotOpen,
    OnePerson,
    StandsAlready,
    StandsElsewhere,
    accept,
    allow_alone,
    apply_as_couple,
    ask,
    ask_again,
    decline,
    enrol_alone,
    is_open_to,
    lapse_unanswered,
    transfer,
    withdraw,
)
from courses.delivery.views.enrolment import say_no
from lms.accounts import invitations
from lms.accounts.models import CareGroup, ConfidentialityStatement, Invitation, Profession, Role
from lms.accounts.services import account_of, grant_role
from lms.audit.models import AuditEvent
from lms.jobs.chores import do_chores
from lms.mail.models import OutgoingMail
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import make_professional, make_running_edition
from tests.permissions.world import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def make_open_edition(*, capacity=16, content=None):
    edition = make_running_edition(days=40, content=content)
    edition.capacity, edition.published_at = capacity, timezone.now()
    edition.save(update_fields=["capacity", "published_at"])
    return edition


def make_two(first="huisarts", second="poh"):
    practice = PracticeFactory()
    return [make_professional(code, practice) for code in (first, second)]


def link_to(user):
    return Invitation.objects.filter(user=user).latest("pk")


def apply_and_accept(edition):
    first, second = make_two()
    couple = apply_as_couple(edition, first, second)
    accept(link_to(second))
    couple.refresh_from_db()
    return couple


def taken(edition):
    return Edition.objects.values_list("seats_taken", flat=True).get(pk=edition.pk)


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


# applying


@pytest.mark.requirement("CRS-06")
@pytest.mark.parametrize(
    ("first", "second", "is_couple"),
    [
        ("huisarts", "poh", True),
        ("pvk", "huisarts", True),
        ("huisarts", "huisarts", False),
        ("poh", "pvk", False),
    ],
)
def test_who_applies_together_is_a_couple_of_two_sides(first, second, is_couple):
    edition = make_open_edition()
    people = make_two(first, second)
    if not is_couple:
        with pytest.raises(NotACouple):
            apply_as_couple(edition, *people)
    else:
        apply_as_couple(edition, *people)
    assert (taken(edition), edition.couples.count()) == (2 * is_couple, 1 * is_couple)


def test_people_of_two_practices_do_not_apply_together():
    edition = make_open_edition()
    with pytest.raises(NotACouple):
        apply_as_couple(edition, make_two()[0], make_two()[1])
    assert edition.couples.count() == 0


def test_somebody_does_not_apply_with_themselves():
    first, _second = make_two()
    with pytest.raises(OnePerson):
        apply_as_couple(make_open_edition(), first, first)


def test_the_place_is_held_until_the_partner_says_yes_and_then_both_take_part():
    edition = make_open_edition()
    first, second = make_two()
    couple = apply_as_couple(edition, first, second)
    assert (taken(edition), edition.enrolments.count()) == (2, 0)
    accept(link_to(second))
    people = edition.enrolments.order_by("participant").values_list("participant", "couple")
    assert list(people) == [(first.pk, couple.pk), (second.pk, couple.pk)]
    in_group = GroupMembership.objects.filter(group__edition=edition, user__in=[first, second])
    assert in_group.count() == 2
    assert ConfidentialityStatement.objects.filter(user=second).count() == 1


@pytest.mark.requirement("CRS-09")
def test_beyond_the_last_place_a_couple_waits_as_a_couple():
    edition = make_open_edition(capacity=3)
    apply_as_couple(edition, *make_two())
    late = apply_as_couple(edition, *make_two())
    assert (late.confirmed_at, late.seats, taken(edition)) == (None, 2, 2)
    assert list(edition.couples.waiting()) == [late]


@pytest.mark.parametrize("who", ["both", "partner", "applicant"])
def test_nobody_stands_in_an_edition_twice(who):
    edition = make_open_edition()
    first, second = make_two()
    apply_as_couple(edition, first, second)
    other = make_professional("poh", first.practice), make_professional("huisarts", first.practice)
    again = {"both": (first, second), "partner": (other[1], second), "applicant": (first, other[0])}
    with pytest.raises(StandsAlready):
        apply_as_couple(edition, *again[who])
    assert (taken(edition), edition.couples.count()) == (2, 1)


@pytest.mark.requirement("CRS-06")
@pytest.mark.parametrize("who", ["applicant", "partner"])
def test_one_course_is_followed_in_one_edition_at_a_time(who):
    elsewhere = apply_and_accept(make_open_edition()).edition
    edition = make_open_edition(content=elsewhere.content)
    stands = CoupleMember.objects.get(couple__edition=elsewhere, user__profession__code="huisarts")
    new = make_professional("poh", stands.user.practice)
    two = (stands.user, new) if who == "applicant" else (new, stands.user)
    with pytest.raises(StandsElsewhere):
        apply_as_couple(edition, *two)
    assert (taken(edition), edition.couples.count()) == (0, 0)
    moment = timezone.now()
    elsewhere.evenings.update(starts_at=moment - timedelta(hours=4), ends_at=moment)
    apply_as_couple(edition, *two)
    assert taken(edition) == 2


def test_another_course_is_followed_beside_it():
    couple = apply_and_accept(make_open_edition())
    other = make_open_edition()
    assert other.content.course != couple.edition.content.course
    apply_as_couple(other, *[one.user for one in couple.members.all()])
    assert taken(other) == 2


def test_of_two_editions_somebody_is_asked_for_they_say_yes_to_one(client):
    edition = make_open_edition()
    other = make_open_edition(content=edition.content)
    first, partner = make_two()
    apply_as_couple(edition, first, partner)
    apply_as_couple(other, make_professional("huisarts", first.practice), partner)
    latest, earlier = Invitation.objects.filter(user=partner).order_by("-pk")
    accept(earlier)
    said = {"terms": "on", "secrecy": "on"}
    address = f"/leergang/samen/{invitations.token_of(latest)}/"
    response = client.post(address, said)
    assert response.status_code == 422
    (fault,) = response.context["form"].non_field_errors()
    assert fault.startswith("Je staat al in een andere uitvoering van deze leergang.")
    assert other.enrolments.count() == 0
    withdraw(edition.couples.get(), by=UserFactory())
    assert client.post(address, said).status_code == 302
    assert other.enrolments.count() == 2


def test_an_edition_is_open_only_when_published_not_cancelled_and_not_begun():
    edition, moment = make_open_edition(), timezone.now()
    practice = PracticeFactory()
    assert is_open_to(edition, practice)
    for name, value in (("published_at", None), ("cancelled_at", moment)):
        kept = getattr(edition, name)
        setattr(edition, name, value)
        assert not is_open_to(edition, practice)
        setattr(edition, name, kept)
    edition.evenings.filter(code="1").update(
        starts_at=moment - timedelta(hours=5), ends_at=moment - timedelta(hours=1)
    )
    assert not is_open_to(edition, practice)


@pytest.mark.requirement("CRS-08")
def test_a_closed_edition_takes_practices_of_its_care_group_only():
    edition = make_open_edition()
    ours = CareGroup.objects.create(name="Zorggroep")
    edition.is_open, edition.care_group = False, ours
    edition.save(update_fields=["is_open", "care_group"])
    with pytest.raises(NotOpen):
        apply_as_couple(edition, *make_two())
    people = make_two()
    people[0].practice.care_group = ours
    people[0].practice.save()
    apply_as_couple(edition, *people)
    assert taken(edition) == 2


# the answer


def test_a_new_partner_tells_a_profession_and_chooses_a_password(client):
    edition = make_open_edition()
    first = make_two()[0]
    partner, is_new = account_of("nieuw@example.org", practice=first.practice)
    apply_as_couple(edition, first, partner)
    poh = Profession.objects.get(code="poh")
    said = {"terms": "on", "secrecy": "on", "profession": poh.pk}
    address = f"/leergang/samen/{invitations.token_of(link_to(partner))}/"
    response = client.post(address, said)
    assert is_new
    assert response.url.startswith("/account/password/reset/key/")
    assert edition.enrolments.count() == 2
    assert client.post(address, said).status_code == 410
    assert edition.enrolments.count() == 2


def test_two_of_one_profession_are_told_what_to_do_and_the_link_still_works(client):
    edition = make_open_edition()
    first = make_two()[0]
    partner, _is_new = account_of("nieuw@example.org", practice=first.practice)
    apply_as_couple(edition, first, partner)
    link = link_to(partner)
    said = {"terms": "on", "secrecy": "on", "profession": first.profession_id}
    response = client.post(f"/leergang/samen/{invitations.token_of(link)}/", said)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()[0].startswith("Een koppel is een huisarts")
    link.refresh_from_db()
    partner.refresh_from_db()
    assert (link.used_at, partner.profession, edition.enrolments.count()) == (None, None, 0)


def test_a_link_that_is_none_of_ours_does_not_exist(client):
    assert client.get("/leergang/samen/verzonnen/").status_code == 404


def test_a_link_for_somebody_else_is_no_answer(client):
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    purpose = f"delivery.couple:{couple.members.get(user=second).pk}"
    link = invitations.invite(make_professional("poh", first.practice), purpose, days=1)
    assert client.get(f"/leergang/samen/{invitations.token_of(link)}/").status_code == 404
    with pytest.raises(NothingAsked):
        accept(link)
    assert couple.enrolments.count() == 0


def test_after_its_days_a_link_says_what_to_do(client, clock):
    _first, second = people = make_two()
    apply_as_couple(make_open_edition(), *people)
    address = f"/leergang/samen/{invitations.token_of(link_to(second))}/"
    assert client.get(address).status_code == 200
    clock.now += timedelta(days=14, minutes=1)
    assert client.get(address).status_code == 410
    with pytest.raises(invitations.Expired):
        accept(link_to(second))


def test_who_is_asked_reads_that_the_other_took_it_back(client):
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    address = f"/leergang/samen/{invitations.token_of(link_to(second))}/"
    withdraw(couple, by=first)
    answer = client.post(address, {"terms": "on", "secrecy": "on"})
    assert answer.status_code == 410
    assert "je praktijkpartner trok de aanmelding in" in answer.content.decode()


def test_whoever_else_opens_the_link_reads_whose_it_is(client):
    first, second = make_two()
    apply_as_couple(make_open_edition(), first, second)
    address = f"/leergang/samen/{invitations.token_of(link_to(second))}/"
    client.force_login(second)
    assert "Deze uitnodiging is voor" not in client.get(address).content.decode()
    client.force_login(first)
    words = f"Deze uitnodiging is voor {second}, en jij bent ingelogd als {first}."
    assert words in client.get(address).content.decode()


def test_of_two_links_for_the_same_the_newest_works():
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    older = link_to(second)
    ask(couple.members.get(user=second), by=first)
    with pytest.raises(invitations.Expired):
        accept(older)
    accept(link_to(second))


def test_asked_once_more_the_days_begin_anew(clock):
    edition = make_open_edition()
    first, second = make_two()
    couple = apply_as_couple(edition, first, second)
    clock.now += timedelta(days=10)
    ask_again(couple, by=first)
    clock.now += timedelta(days=10)
    lapse_unanswered()
    accept(link_to(second))
    assert edition.enrolments.count() == 2


def test_of_who_was_known_the_answer_changes_nothing():
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    accept(link_to(second), profession=first.profession)
    second.refresh_from_db()
    assert (second.profession.code, second.practice) == ("poh", couple.practice)


def test_who_says_no_gives_the_place_to_who_waits(client):
    edition = make_open_edition(capacity=2)
    _first, second = people = make_two()
    apply_as_couple(edition, *people)
    waiting = apply_and_accept(edition)
    assert waiting.confirmed_at is None
    client.post(f"/leergang/samen/{invitations.token_of(link_to(second))}/", {"nee": "1"})
    assert set(edition.enrolments.values_list("couple", flat=True)) == {waiting.pk}
    assert taken(edition) == 2


def test_without_an_answer_in_time_the_place_goes_on_and_both_are_told_once(clock):
    edition = make_open_edition(capacity=2)
    late = apply_as_couple(edition, *make_two())
    waiting = apply_and_accept(edition)
    do_chores()
    assert edition.couples.standing().count() == 2
    clock.now += timedelta(days=14, minutes=1)
    do_chores()
    do_chores()
    assert list(edition.couples.standing()) == [waiting]
    assert OutgoingMail.objects.filter(key__startswith=f"ended:{late.pk}:").count() == 2
    assert OutgoingMail.objects.filter(key__startswith=f"place:{waiting.pk}:").count() == 2


def test_who_says_no_after_all_does_not_end_the_place_of_who_goes_on_alone():
    edition = make_open_edition(capacity=0)
    first, second = make_two()
    couple = apply_as_couple(edition, first, second)
    member = couple.members.get(user=second)
    allow_alone(couple, by=UserFactory(), reason="De partner is ziek")
    with pytest.raises(NothingAsked):
        decline(member)
    assert list(edition.couples.waiting()) == [couple]


def test_who_says_yes_and_no_at_once_is_led_to_what_stands(rf):
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    accept(link_to(second))
    answer = say_no(rf.post("/"), couple.members.get(user=second), "link")
    assert (answer.status_code, answer.url) == (302, "/leergang/samen/link/")
    assert couple.enrolments.active().count() == 2


# what a coordinator decides


@pytest.mark.requirement("CRS-06")
def test_a_coordinator_lets_somebody_in_alone_with_a_reason():
    edition, coordinator = make_open_edition(), UserFactory()
    person = make_two()[0]
    couple = enrol_alone(edition, person, by=coordinator, reason="Eenmanspraktijk")
    assert (couple.exception_by, couple.exception_reason) == (coordinator, "Eenmanspraktijk")
    assert (taken(edition), edition.enrolments.get().participant) == (1, person)
    assert events().count("enrolment.allowed_alone") == 1


def test_who_is_allowed_alone_gives_back_the_place_of_the_other():
    edition = make_open_edition()
    first, second = make_two()
    couple = apply_as_couple(edition, first, second)
    allow_alone(couple, by=UserFactory(), reason="De partner is ziek")
    assert (taken(edition), edition.enrolments.get().participant) == (1, first)
    assert CoupleMember.objects.get(user=second).ended_at is not None


def test_a_couple_goes_to_another_edition_with_all_it_made(clock):
    here = make_open_edition()
    there = make_open_edition(content=here.content)
    couple = apply_and_accept(here)
    before = set(couple.enrolments.values_list("pk", flat=True))
    clock.now += timedelta(minutes=1)
    transfer(couple, there, by=UserFactory())
    assert (taken(here), taken(there)) == (0, 2)
    assert set(there.enrolments.values_list("pk", flat=True)) == before
    clock.now += timedelta(minutes=1)
    groups = GroupMembership.objects.valid().filter(user__enrolments__in=before)
    assert set(groups.values_list("group__edition", flat=True)) == {there.pk}
    assert events().count("enrolment.transferred") == 1


@pytest.mark.parametrize("is_queue", [True, False])
def test_a_couple_does_not_go_where_it_is_full_or_others_wait(is_queue):
    here = make_open_edition()
    there = make_open_edition(capacity=2, content=here.content)
    couple = apply_and_accept(here)
    apply_as_couple(there, *make_two())
    if is_queue:
        waiting = apply_as_couple(there, *make_two())
        Edition.objects.filter(pk=there.pk).update(capacity=4)
        assert list(there.couples.waiting()) == [waiting]
    with pytest.raises(EditionFull):
        transfer(couple, there, by=UserFactory())
    assert (taken(here), taken(there), here.enrolments.count()) == (2, 2, 2)


def test_who_moved_meanwhile_is_not_signed_off_in_the_edition_they_left():
    here = make_open_edition()
    there = make_open_edition(content=here.content)
    couple = apply_and_accept(here)
    transfer(couple, there, by=UserFactory())
    with pytest.raises(NothingAsked):
        withdraw(couple, by=UserFactory())  # as it was
    assert (taken(there), there.enrolments.active().count()) == (2, 2)


def test_a_couple_that_is_signed_off_takes_part_no_more():
    edition = make_open_edition()
    couple = apply_and_accept(edition)
    withdraw(couple, by=UserFactory())
    assert (taken(edition), Enrolment.objects.active().filter(edition=edition).count()) == (0, 0)
    assert not GroupMembership.objects.valid().filter(group__edition=edition).exists()
    assert not couple.members.filter(ended_at=None).exists()
    assert events().count("enrolment.withdrawn") == 1


# their page


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    TOTP.activate(user, generate_totp_secret())
    return user


def address_of(couple):
    return f"/planning/{couple.edition.public_id}/deelnemers/{couple.public_id}/"


def people_page(edition):
    return f"/planning/{edition.public_id}/deelnemers/"


@pytest.mark.parametrize("couples", [1, 3])
def test_the_page_costs_the_same_for_one_couple_and_for_three(
    coordinator, couples, django_assert_num_queries
):
    edition = make_open_edition(capacity=2)
    for _number in range(couples):
        apply_as_couple(edition, *make_two())
    client = signed_in(coordinator)
    client.get(people_page(edition))
    with django_assert_num_queries(8):
        page = client.get(people_page(edition))
    assert (len(page.context["seated"]), len(page.context["waiting"])) == (1, couples - 1)


def test_the_waiting_list_stands_in_its_order(coordinator):
    edition = make_open_edition(capacity=2)
    first, *waiting = [apply_as_couple(edition, *make_two()) for _number in range(3)]
    page = signed_in(coordinator).get(people_page(edition))
    assert (page.context["seated"], page.context["waiting"]) == ([first], waiting)


def test_allowing_somebody_alone_needs_a_reason(coordinator):
    couple = apply_as_couple(make_open_edition(), *make_two())
    client = signed_in(coordinator)
    refused = client.post(address_of(couple), {"actie": "alleen", "reason": " "})
    assert (refused.status_code, refused.context["refused"]) == (422, couple)
    assert taken(couple.edition) == 2
    client.post(address_of(couple), {"actie": "alleen", "reason": "Solist"})
    couple.refresh_from_db()
    assert (couple.exception_by, couple.exception_reason, couple.seats) == (
        coordinator,
        "Solist",
        1,
    )


def test_a_coordinator_asks_again_in_the_name_of_who_applied(coordinator):
    first, second = make_two()
    couple = apply_as_couple(make_open_edition(), first, second)
    signed_in(coordinator).post(address_of(couple), {"actie": "opnieuw"})
    mails = OutgoingMail.objects.filter(recipient=second).values_list("subject", flat=True)
    assert list(mails) == [f"{first} wil samen met jou een leergang volgen"] * 2


def test_signing_off_twice_says_that_it_has_changed(coordinator):
    couple = apply_as_couple(make_open_edition(), *make_two())
    client = signed_in(coordinator)
    for _time in range(2):
        assert client.post(address_of(couple), {"actie": "afmelden"}).status_code == 302
    assert (taken(couple.edition), events().count("enrolment.withdrawn")) == (0, 1)


@pytest.mark.parametrize(
    ("make_couple", "asked"),
    [(lambda edition: apply_as_couple(edition, *make_two()), True), (apply_and_accept, False)],
)
def test_who_may_come_alone_is_asked_only_while_somebody_has_not_answered(
    coordinator, make_couple, asked
):
    couple = make_couple(make_open_edition())
    page = signed_in(coordinator).get(people_page(couple.edition)).content.decode()
    assert ('value="alleen"' in page, 'value="opnieuw"' in page) == (asked, asked)
    assert ('value="afmelden"' in page, 'value="stopt"' in page) == (True, True)
