"""A place is taken once, and the queue for it keeps its order."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.delivery.models import CoupleMember, Edition, Enrolment, PracticeCouple
from courses.delivery.services import (
    EditionFull,
    claim_seats,
    end_enrolment,
    enrol_couple,
    give_back,
    promote_waiting,
)
from lms.mail.models import OutgoingMail
from tests.delivery.crowds import ROUNDS, ask_at_once, several_writers
from tests.factories.accounts import PracticeFactory
from tests.factories.delivery import (
    EditionFactory,
    PracticeCoupleFactory,
    enrol_two,
    make_professional,
    make_running_edition,
)

CROWD = 20


def taken(edition):
    return Edition.objects.values_list("seats_taken", flat=True).get(pk=edition.pk)


def make_waiting(edition, *, seats=2, minutes=0, accepted=True):
    """In the queue, everybody having said yes."""
    practice = PracticeFactory()
    applied = timezone.now() - timedelta(days=1) + timedelta(minutes=minutes)
    couple = PracticeCouple.objects.create(
        edition=edition, practice=practice, seats=seats, applied_at=applied
    )
    for code in ("huisarts", "poh")[:seats]:
        user = make_professional(code, practice)
        when = applied if accepted else None
        CoupleMember.objects.create(couple=couple, user=user, accepted_at=when)
    return couple


def make_full_edition(capacity=2):
    """With one couple in it; the rest of its places are taken, too."""
    edition = make_running_edition()
    Edition.objects.filter(pk=edition.pk).update(capacity=capacity, seats_taken=capacity - 2)
    edition.refresh_from_db()
    return edition, enrol_two(edition)


@pytest.mark.django_db
def test_the_database_itself_refuses_more_people_than_there_are_places():
    edition = EditionFactory(capacity=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(seats_taken=3)


@pytest.mark.django_db
@pytest.mark.parametrize(("already", "fits"), [(0, True), (14, True), (15, False), (16, False)])
def test_a_couple_needs_two_places(already, fits):
    edition = EditionFactory(seats_taken=already)
    if fits:
        claim_seats(edition, 2)
    else:
        with pytest.raises(EditionFull):
            claim_seats(edition, 2)
    assert taken(edition) == already + 2 * fits


@pytest.mark.django_db
def test_what_was_not_taken_is_not_given_back():
    edition = EditionFactory(seats_taken=1)
    give_back(edition, 2)
    assert taken(edition) == 1


@pytest.mark.requirement("CRS-09")
@pytest.mark.django_db
def test_the_ninth_couple_does_not_fit_in_an_edition_of_sixteen():
    edition = make_running_edition()
    for _couple in range(8):
        enrol_two(edition)
    practice = PracticeFactory()
    ninth = [make_professional(code, practice) for code in ("huisarts", "pvk")]
    with pytest.raises(EditionFull):
        enrol_couple(edition, *ninth)
    assert (taken(edition), edition.enrolments.count(), edition.couples.count()) == (16, 16, 8)


@pytest.mark.django_db
def test_who_stops_twice_gives_back_one_place():
    edition, (first, _second) = make_full_edition()
    end_enrolment(first)
    end_enrolment(first)
    assert (taken(edition), first.couple.seats) == (1, 1)


@pytest.mark.django_db
def test_a_couple_of_whom_both_stopped_has_ended():
    _edition, people = make_full_edition()
    for enrolment in people:
        end_enrolment(Enrolment.objects.get(pk=enrolment.pk))
    couple = PracticeCouple.objects.get(pk=people[0].couple_id)
    assert (couple.seats, couple.ended_at is None) == (0, False)


@pytest.mark.requirement("CRS-09")
@pytest.mark.django_db
def test_the_queue_does_not_skip_a_couple_for_a_single():
    edition, (first, second) = make_full_edition()
    single = make_waiting(edition, seats=1, minutes=2)
    couple = make_waiting(edition, minutes=1)
    end_enrolment(first)
    assert list(edition.couples.waiting()) == [couple, single]
    assert taken(edition) == 1
    end_enrolment(Enrolment.objects.get(pk=second.pk))
    assert list(edition.couples.waiting()) == [single]
    assert taken(edition) == 2
    people = Enrolment.objects.active().filter(edition=edition)
    assert set(people.values_list("couple", flat=True)) == {couple.pk}


@pytest.mark.django_db
def test_who_gets_a_place_from_the_queue_is_told_once_each():
    edition, people = make_full_edition()
    couple = make_waiting(edition)
    for enrolment in people:
        end_enrolment(Enrolment.objects.get(pk=enrolment.pk))
    promote_waiting(edition)
    told = OutgoingMail.objects.filter(key__startswith=f"place:{couple.pk}:")
    members = couple.members.values_list("user", flat=True)
    assert sorted(told.values_list("recipient", flat=True)) == sorted(members)


@pytest.mark.django_db
def test_who_has_not_said_yes_holds_a_place_and_does_not_take_part_yet():
    edition = make_running_edition()
    couple = make_waiting(edition, accepted=False)
    assert promote_waiting(edition) == [couple]
    assert (taken(edition), edition.enrolments.count()) == (2, 0)


@pytest.mark.requirement("CRS-09")
@several_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_twenty_who_want_the_last_place_at_once_one_gets_it(_round):
    edition = EditionFactory(seats_taken=14)

    def claim(_who):
        with transaction.atomic():
            claim_seats(edition, 2)
            PracticeCoupleFactory(edition=edition)

    won = ask_at_once(claim, range(CROWD), refused=EditionFull)
    assert (won, taken(edition), edition.couples.count()) == (1, 16, 1)
