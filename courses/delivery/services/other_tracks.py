"""Evenings of one track belong together. That somebody attends one of the other track is decided
by a coordinator, who says why."""

from django.db import transaction
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import Enrolment, Evening, OtherTrackVisit
from courses.delivery.services.tracks import chosen_track
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record


class NotAnotherTrack(Exception):
    """Only for who has a track, of the edition of this evening, and the evening is of another."""


class NoReason(Exception):
    """Without a reason everybody stays with their own track."""


@transaction.atomic
def let_visit(enrolment: Enrolment, evening: Evening, *, by: User, reason: str) -> OtherTrackVisit:
    """Instead of one's own evening with the same number; decided again, the last time counts."""
    own = chosen_track(enrolment)
    is_here = evening.edition_id == enrolment.edition_id and enrolment.ended_at is None
    if not is_here or own is None or evening.track_key in (None, own):
        raise NotAnotherTrack
    if not reason.strip():
        raise NoReason
    visit, _ = OtherTrackVisit.objects.update_or_create(
        enrolment=enrolment,
        number=evening.number,
        defaults={
            "evening": evening,
            "reason": reason,
            "decided_by": by,
            "decided_at": timezone.now(),
        },
    )
    tell("track.visit_decided", visit, by=by)
    return visit


@transaction.atomic
def take_back_visit(visit: OtherTrackVisit, *, by: User) -> None:
    """Their own track again. Marks that were made meanwhile stay in the record."""
    visit.delete()
    tell("track.visit_taken_back", visit, by=by)


def tell(event: str, visit: OtherTrackVisit, *, by: User) -> None:
    record(
        event,
        stream=stream_of(visit.enrolment.participant),
        actor=by,
        object_type="evening",
        object_ref=str(visit.evening.public_id),
        detail={"track": str(visit.evening.track_key)},
    )
    signals.other_track_visited.send(Enrolment, enrolment=visit.enrolment)


def visit_of(user: User, evening: Evening) -> OtherTrackVisit | None:
    if evening.track_key is None:
        return None
    visits = OtherTrackVisit.objects.filter(enrolment__participant=user, enrolment__ended_at=None)
    return visits.filter(evening=evening).first()
