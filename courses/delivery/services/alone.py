"""Taking part without a partner: a coordinator says yes to it, with a reason."""

from django.db import transaction
from django.utils import timezone

from courses.delivery.models import Edition, PracticeCouple
from courses.delivery.services.couples import (
    NothingAsked,
    NotOpen,
    held,
    held_couple,
    join_queue,
    move_queue,
    note,
)
from courses.delivery.services.places import enrol_accepted, release
from lms.accounts.models import User


@transaction.atomic
def enrol_alone(edition: Edition, person: User, *, by: User, reason: str) -> PracticeCouple:
    """A coordinator lets one person in without a partner, and says why."""
    edition = held(edition)
    if person.practice is None:
        raise NotOpen
    couple = join_queue(edition, person.practice, seats=1, people=[person])
    couple.members.update(accepted_at=timezone.now())
    except_from_rule(couple, by=by, reason=reason)
    move_queue(edition, newcomer=couple)
    couple.refresh_from_db()
    return couple


@transaction.atomic
def allow_alone(couple: PracticeCouple, *, by: User, reason: str) -> PracticeCouple:
    """Whoever said yes goes on without the other, who did not."""
    couple = held_couple(couple)
    waits_for = couple.members.filter(ended_at=None, accepted_at=None)
    waits_for.update(ended_at=timezone.now())
    stays = couple.members.filter(ended_at=None).count()
    if stays != 1:
        raise NothingAsked
    except_from_rule(couple, by=by, reason=reason)
    if couple.seats > stays:
        release(couple, couple.seats - stays)
    enrol_accepted(couple)
    return couple


def except_from_rule(couple: PracticeCouple, *, by: User, reason: str) -> None:
    couple.exception_by, couple.exception_reason = by, reason
    couple.save(update_fields=["exception_by", "exception_reason"])
    note("enrolment.allowed_alone", couple, by=by, detail={"reason": reason})
