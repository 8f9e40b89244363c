"""Taking part: as a couple, in a track, until somebody stops."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import (
    CoupleSide,
    Edition,
    Enrolment,
    Evening,
    Group,
    PracticeCouple,
)
from courses.delivery.services.groups import join_group, leave_edition_group
from courses.delivery.services.tracks import chosen_track
from lms.accounts.models import User


class NotACouple(Exception):
    """These two people cannot enrol together."""


def are_two_sides(first: int | None, second: int | None) -> bool:
    """Whether people of these two professions make a couple."""
    sides = dict(
        CoupleSide.objects.filter(profession__in=[first, second]).values_list("profession", "side")
    )
    return len(sides) == 2 and len(set(sides.values())) == 2


@transaction.atomic
def enrol_couple(edition: Edition, first: User, second: User) -> PracticeCouple:
    """Two people of one practice take one place together."""
    is_one_practice = first.practice_id is not None and first.practice_id == second.practice_id
    if not is_one_practice or not are_two_sides(first.profession_id, second.profession_id):
        raise NotACouple
    practice = first.practice
    assert practice is not None  # noqa: S101 -- said above; for the type checker
    couple = PracticeCouple.objects.create(
        edition=edition, practice=practice, confirmed_at=timezone.now()
    )
    for person in (first, second):
        enrolment = Enrolment.objects.create(edition=edition, participant=person, couple=couple)
        join_group(edition, Group.Kind.EDITION, person)
        signals.enrolled.send(Enrolment, enrolment=enrolment)
    return couple


@transaction.atomic
def end_enrolment(enrolment: Enrolment) -> None:
    """Somebody stops: from now on nothing that is shared with the group is theirs to see."""
    moment = timezone.now()
    Enrolment.objects.active().filter(pk=enrolment.pk).update(ended_at=moment)
    leave_edition_group(enrolment.edition, enrolment.participant)
    signals.enrolment_ended.send(Enrolment, enrolment=enrolment)


def current_enrolment(user: User) -> Enrolment | None:
    """What somebody takes part in now: the edition that was joined last."""
    found = (
        Enrolment.objects.active()
        .filter(participant=user)
        .select_related("edition", "track_choice", "couple")
        .order_by("-created_at", "-pk")
        .first()
    )
    if found is not None:
        found.participant = user
    return found


def evenings_of(enrolment: Enrolment) -> list[Evening]:
    """The evenings of one participant, in order: four, of which only the base part is known
    before a track is chosen."""
    chosen = chosen_track(enrolment)
    attends = Q(track_key=None) | Q(track_key=chosen) if chosen else Q(track_key=None)
    return list(enrolment.edition.evenings.filter(attends).order_by("number"))
