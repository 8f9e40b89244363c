"""Taking part: as a couple, in a track, until somebody stops."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import (
    CoupleMember,
    CoupleSide,
    Edition,
    Enrolment,
    Evening,
    OtherTrackVisit,
    PracticeCouple,
)
from courses.delivery.services.groups import leave_edition_group
from courses.delivery.services.places import claim_seats, enrol_accepted, release
from courses.delivery.services.tracks import chosen_track
from lms.accounts.models import User


class NotACouple(Exception):
    """These two people cannot enrol together."""


class NotOnePractice(NotACouple):
    """They work at different practices, or it is not known where."""


class NotTwoSides(NotACouple):
    """Their professions stand on one side, such as two GPs, or on none."""


def are_two_sides(first: int | None, second: int | None) -> bool:
    """Whether people of these two professions make a couple."""
    sides = dict(
        CoupleSide.objects.filter(profession__in=[first, second]).values_list("profession", "side")
    )
    return len(sides) == 2 and len(set(sides.values())) == 2


@transaction.atomic
def enrol_couple(edition: Edition, first: User, second: User) -> PracticeCouple:
    """Two people of one practice take one place together, at once: both have said yes."""
    check_couple(first, second)
    claim_seats(edition, 2)
    practice, moment = first.practice, timezone.now()
    assert practice is not None  # noqa: S101 -- checked above; for the type checker
    couple = PracticeCouple.objects.create(edition=edition, practice=practice, confirmed_at=moment)
    CoupleMember.objects.bulk_create(
        CoupleMember(couple=couple, user=person, accepted_at=moment) for person in (first, second)
    )
    enrol_accepted(couple)
    return couple


def check_couple(first: User, second: User) -> None:
    """One practice, and two sides; which professions stand where is data."""
    if first.practice_id is None or first.practice_id != second.practice_id:
        raise NotOnePractice
    if not are_two_sides(first.profession_id, second.profession_id):
        raise NotTwoSides


@transaction.atomic
def end_enrolment(enrolment: Enrolment) -> None:
    """Somebody stops: from now on nothing that is shared with the group is theirs to see, and the
    place goes to whoever waits for it first."""
    moment = timezone.now()
    if not Enrolment.objects.active().filter(pk=enrolment.pk).update(ended_at=moment):
        return
    leave_edition_group(enrolment.edition, enrolment.participant)
    members = CoupleMember.objects.filter(couple=enrolment.couple_id, user=enrolment.participant_id)
    members.filter(ended_at=None).update(ended_at=moment)
    release(enrolment.couple, 1)
    signals.enrolment_ended.send(Enrolment, enrolment=enrolment)


def enrolments_of(user: User, *, edition: UUID | None = None) -> list[Enrolment]:
    """What somebody takes part in: the edition that was chosen first, then what was joined last."""
    mine = (
        Enrolment.objects.active()
        .filter(participant=user)
        .select_related("edition", "track_choice", "couple")
        .order_by("-created_at", "-pk")
    )
    for enrolment in mine:
        enrolment.participant = user
    return sorted(mine, key=lambda one: one.edition.public_id != edition)


def current_enrolment(user: User, *, edition: UUID | None = None) -> Enrolment | None:
    return next(iter(enrolments_of(user, edition=edition)), None)


def evenings_of(enrolment: Enrolment) -> list[Evening]:
    """The evenings of one participant, in order: four, of which only the base part is known
    before a track is chosen. One of the other track where a coordinator let them visit it."""
    chosen = chosen_track(enrolment)
    visits = OtherTrackVisit.objects.filter(enrolment=enrolment)
    is_theirs = Q(track_key=None) | Q(track_key=chosen) if chosen else Q(track_key=None)
    stays = is_theirs & ~Q(number__in=visits.values("number"))
    attends = stays | Q(pk__in=visits.values("evening"))
    evenings = enrolment.edition.evenings.filter(attends).select_related("edition")
    return list(evenings.order_by("number"))
