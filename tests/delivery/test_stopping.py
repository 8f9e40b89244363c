"""Stopping by oneself or by a coordinator, and how the one who stays goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.delivery.models import AloneRequest, CalendarEntry, Edition, GroupMembership
from courses.delivery.services import (
    NothingAsked,
    accept,
    allow_alone,
    apply_as_couple,
    ask_again,
    ask_another,
    enrol_alone,
    place_of,
    stop,
    withdraw,
)
from courses.delivery.services.applying import Colleague
from courses.delivery.services.places import EditionFull
from courses.delivery.services.stopping import lapse
from lms.accounts import invitations
from lms.accounts.models import Invitation, User
from lms.audit.models import AuditEvent
from lms.jobs.chores import do_chores
from lms.mail.models import OutgoingMail
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import enrol_two, make_professional, make_running_edition, publish
from tests.factories.video_review import RecordingFactory, ShareFactory
from tests.permissions.world import signed_in
from video_review.models import Recording

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

STOP = "/mijn/stoppen/"
COUPLE = "/mijn/koppel/"


@pytest.fixture
def edition():
    return publish(make_running_edition(days=40))


def taken(edition):
    return Edition.objects.values_list("seats_taken", flat=True).get(pk=edition.pk)


def browser(user):
    return signed_in(user, second_factor=False)


def mails_to(user):
    return list(
        OutgoingMail.objects.filter(recipient=user, calendar="")
        .order_by("pk")
        .values_list("subject", flat=True)
    )


def link_to(user):
    return Invitation.objects.filter(user=user).latest("pk")


def typed(**changes):
    named = {"first_name": "Berk", "last_name": "Beukema", "email": "berk@example.org"}
    return {"collega": "1"} | named | changes


# stopping


def test_who_stops_gives_up_one_place_and_the_partner_keeps_the_other(edition):
    first, second = enrol_two(edition)
    page = browser(first.participant).post(STOP, follow=True)
    assert page.request["PATH_INFO"] == "/mijn/gestopt/"
    assert (taken(edition), edition.enrolments.active().get()) == (1, second)
    assert GroupMembership.objects.valid().filter(user=second.participant).count() == 1
    assert mails_to(second.participant) == ["Je praktijkpartner stopt met Leergang"]
    assert mails_to(first.participant) == []
    (event,) = AuditEvent.objects.filter(event="enrolment.stopped")
    assert (event.actor is not None, event.role) == (True, "participant")


def test_looking_at_what_it_means_changes_nothing(edition):
    first, _second = enrol_two(edition)
    assert browser(first.participant).get(STOP).status_code == 200
    assert (taken(edition), edition.enrolments.active().count()) == (2, 2)


def test_sending_it_twice_stops_once(edition):
    first, _second = enrol_two(edition)
    client = browser(first.participant)
    assert [client.post(STOP).status_code for _time in range(2)] == [302, 404]
    assert taken(edition) == 1


def test_whoever_takes_part_in_nothing_has_nothing_to_stop_with():
    client = browser(UserFactory())
    assert [client.get(page).status_code for page in (STOP, COUPLE)] == [404, 404]


def test_who_was_only_asked_has_nothing_to_stop_with(edition):
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    apply_as_couple(edition, *people)
    assert [browser(one).get(STOP).status_code for one in people] == [200, 404]


def test_who_was_asked_once_more_is_not_late(edition, clock):
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    couple = apply_as_couple(edition, *people)
    clock.now += timedelta(days=14, minutes=1)
    ask_again(couple, by=people[0])
    assert (lapse(couple), taken(edition)) == (False, 2)


def test_before_the_partner_has_answered_the_whole_application_ends_and_both_are_told(edition):
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    apply_as_couple(edition, *people)
    browser(people[0]).post(STOP)
    assert (taken(edition), edition.couples.standing().count()) == (0, 0)
    assert [mails_to(one)[-1] for one in people] == ["Je plek in Leergang is vervallen"] * 2
    with pytest.raises(NothingAsked):
        accept(link_to(people[1]))


def test_nobody_sees_each_others_recordings_any_more_once_one_of_them_stops(edition, clock):
    first, second = enrol_two(edition)
    mine, theirs = RecordingFactory(enrolment=first), RecordingFactory(enrolment=second)
    ShareFactory(recording=mine, person=second.participant)
    ShareFactory(recording=theirs, person=first.participant)
    clock.now += timedelta(minutes=1)
    stop(place_of(first.participant), by=first.participant)
    assert list(Recording.objects.visible_to(first.participant)) == [mine]
    assert list(Recording.objects.visible_to(second.participant)) == [theirs]


def test_when_both_stop_the_couple_has_ended(edition):
    people = enrol_two(edition)
    for enrolment in people:
        browser(enrolment.participant).post(STOP)
    assert (taken(edition), edition.couples.standing().count()) == (0, 0)


def test_the_calendar_of_a_couple_that_is_signed_off_hears_of_it(edition):
    first, _second = enrol_two(edition)
    before = CalendarEntry.objects.filter(user=first.participant, is_on=True).count()
    withdraw(first.couple, by=UserFactory())
    now = CalendarEntry.objects.filter(user=first.participant, is_on=True).count()
    assert (before > 0, now) == (True, 0)


# going on without the partner


@pytest.fixture
def alone(edition):
    """Whoever stays behind."""
    first, second = enrol_two(edition)
    stop(place_of(second.participant), by=second.participant)
    return first.participant


def test_my_course_says_what_somebody_can_do_whose_partner_stopped(alone):
    page = browser(alone).get("/mijn/")
    assert [card.template for card in page.context["cards"]] == [
        "delivery/includes/couple_card.html"
    ]


def test_a_new_colleague_who_says_yes_takes_the_place(edition, alone):
    answer = browser(alone).post(COUPLE, typed())
    assert (answer.status_code, taken(edition)) == (302, 2)
    partner = User.objects.get(email="berk@example.org")
    assert edition.enrolments.active().count() == 1
    partner.profession = make_professional("pvk").profession
    partner.save()
    accept(link_to(partner))
    people = edition.enrolments.active().values_list("participant", flat=True).order_by("pk")
    assert list(people) == [alone.pk, partner.pk]


def test_a_new_partner_who_stops_too_leaves_who_asked_in_place(alone, edition):
    colleague = make_professional("poh", alone.practice)
    browser(alone).post(COUPLE, typed(email=colleague.email))
    accept(link_to(colleague))
    stop(place_of(colleague), by=colleague)
    assert (taken(edition), edition.enrolments.active().get().participant) == (1, alone)
    assert place_of(alone).couple.lacks_partner()


def test_who_has_a_new_partner_need_not_be_answered_whether_to_come_alone(alone):
    browser(alone).post(COUPLE, {"alleen": "1", "reason": "Mijn collega is met verlof"})
    colleague = make_professional("poh", alone.practice)
    browser(alone).post(COUPLE, typed(email=colleague.email))
    assert AloneRequest.objects.get().state == "asked"
    accept(link_to(colleague))
    assert AloneRequest.objects.get().state == "lapsed"


def test_a_new_colleague_who_says_no_leaves_who_asked_in_place(edition, alone, client):
    browser(alone).post(COUPLE, typed())
    partner = User.objects.get(email="berk@example.org")
    client.post(f"/leergang/samen/{invitations.token_of(link_to(partner))}/", {"nee": "1"})
    assert (taken(edition), edition.enrolments.active().get().participant) == (1, alone)
    assert mails_to(alone)[-1] == "berk@example.org doet niet met je mee"


def test_a_new_colleague_who_does_not_answer_leaves_who_asked_in_place(edition, alone, clock):
    browser(alone).post(COUPLE, typed())
    clock.now += timedelta(days=14, minutes=1)
    do_chores()
    assert (taken(edition), edition.enrolments.active().get().participant) == (1, alone)


@pytest.mark.parametrize(
    ("profession", "is_same_practice", "words"),
    [
        ("huisarts", True, "Een koppel is een huisarts"),
        ("poh", False, "Jullie staan bij verschillende praktijken"),
    ],
)
def test_a_new_colleague_makes_a_couple_or_is_refused(
    alone, edition, profession, is_same_practice, words
):
    practice = alone.practice if is_same_practice else PracticeFactory()
    person = make_professional(profession, practice)
    page = browser(alone).post(COUPLE, typed(email=person.email))
    (error,) = page.context["partner_form"].non_field_errors()
    assert (page.status_code, error.startswith(words), taken(edition)) == (422, True, 1)
    assert "Beukema" in page.content.decode()


def test_one_cannot_ask_oneself(alone, edition):
    page = browser(alone).post(COUPLE, typed(email=alone.email))
    (error,) = page.context["partner_form"].non_field_errors()
    assert error.startswith("Beide adressen zijn van")
    assert (page.status_code, taken(edition)) == (422, 1)


def test_the_place_that_came_free_goes_to_who_waits_and_is_not_there_for_a_colleague(edition):
    Edition.objects.filter(pk=edition.pk).update(capacity=2)
    edition.refresh_from_db()
    first, second = enrol_two(edition)
    waits = make_professional("huisarts", PracticeFactory())
    enrol_alone(edition, waits, by=UserFactory(), reason="Solist")
    stop(place_of(second.participant), by=second.participant)
    assert taken(edition) == 2
    page = browser(first.participant).post(COUPLE, typed())
    (error,) = page.context["partner_form"].non_field_errors()
    assert error.startswith("Er is geen plek vrij voor een nieuwe partner")
    with pytest.raises(EditionFull):
        ask_another(place_of(first.participant), Colleague("A", "B", "ab@example.org"))


def test_once_the_course_has_begun_nobody_new_joins_it(alone, edition):
    edition.evenings.filter(code="1").update(
        starts_at=timezone.now() - timedelta(hours=4), ends_at=timezone.now()
    )
    assert browser(alone).post(COUPLE, typed()).status_code == 422
    assert taken(edition) == 1


def test_who_stays_asks_the_coordinator_who_says_yes(alone, edition):
    browser(alone).post(COUPLE, {"alleen": "1", "reason": "Mijn collega is met verlof"})
    request = AloneRequest.objects.get()
    assert (request.person, request.couple, request.state) == (
        alone,
        place_of(alone).couple,
        "asked",
    )
    allow_alone(request.couple, by=UserFactory(), reason=request.reason)
    page = browser(alone).get("/mijn/")
    assert (page.context["cards"], taken(edition)) == ([], 1)


def test_who_is_signed_off_before_the_answer_need_not_be_answered(alone):
    browser(alone).post(COUPLE, {"alleen": "1", "reason": "Mijn collega is met verlof"})
    withdraw(place_of(alone).couple, by=UserFactory())
    assert AloneRequest.objects.get().state == "lapsed"


def test_who_has_a_partner_asks_no_other(edition):
    first, second = enrol_two(edition)
    with pytest.raises(NothingAsked):
        ask_another(place_of(first.participant), Colleague("A", "B", "ab@example.org"))
    assert (taken(edition), set(edition.enrolments.active())) == (2, {first, second})


def test_a_colleague_who_takes_part_already_is_not_asked_a_second_time(alone, edition):
    other = make_professional("huisarts", alone.practice)
    colleague = make_professional("poh", alone.practice)
    apply_as_couple(edition, other, colleague)
    page = browser(alone).post(COUPLE, typed(email=colleague.email))
    (error,) = page.context["partner_form"].non_field_errors()
    assert error.startswith("Een van jullie heeft zich voor deze leergang al aangemeld")
    assert taken(edition) == 3


def test_when_the_last_one_stops_who_was_asked_meanwhile_is_not_left_with_a_link(alone, edition):
    browser(alone).post(COUPLE, typed())
    stop(place_of(alone), by=alone)
    assert (taken(edition), edition.couples.standing().count()) == (0, 0)
    partner = User.objects.get(email="berk@example.org")
    assert mails_to(partner)[-1] == "Je plek in Leergang is vervallen"


def test_what_somebody_takes_part_in_goes_before_what_they_wait_for(edition):
    first, _second = enrol_two(edition)
    later = publish(make_running_edition(days=45))
    Edition.objects.filter(pk=later.pk).update(capacity=0)
    partner = make_professional("poh", first.participant.practice)
    apply_as_couple(later, first.participant, partner)
    assert place_of(first.participant).couple == first.couple
    assert place_of(first.participant, edition=later.public_id).couple.edition == later


def test_of_two_courses_the_one_that_was_chosen_is_stopped_with(edition):
    first, _second = enrol_two(edition)
    later = publish(make_running_edition(days=45))
    partner = make_professional("poh", first.participant.practice)
    apply_as_couple(later, first.participant, partner)
    accept(link_to(partner))
    browser(first.participant).post(f"{STOP}?leergang={edition.public_id}")
    left = first.participant.enrolments.active().values_list("edition", flat=True)
    assert list(left) == [later.pk]
