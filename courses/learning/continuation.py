"""The continuation plan: what somebody goes on with once the last evening is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.delivery.models import Enrolment
from courses.delivery.services import chosen_track, current_enrolment
from courses.learning.cards import CardContent
from courses.learning.models import ContinuationPoint
from lms.accounts.models import User


def plan_opens_at(enrolment: Enrolment) -> datetime | None:
    """The end of the last evening of this participant; of all, as long as no track is chosen."""
    track = chosen_track(enrolment)
    ends = [
        evening.ends_at
        for evening in enrolment.edition.evenings.all()
        if evening.cancelled_at is None
        and (track is None or evening.track_key is None or evening.track_key == track)
    ]
    return max(ends, default=None)


def is_plan_open(opens_at: datetime | None) -> bool:
    return opens_at is not None and opens_at <= timezone.now()


def enrolment_of_plan(user: User, *, edition: UUID | None = None) -> Enrolment | None:
    """The course somebody takes part in now. A plan that was made before stays, until there is a
    later one, and also when nothing follows it."""
    current = current_enrolment(user, edition=edition)
    if current is not None and is_plan_open(plan_opens_at(current)):
        return current
    points = ContinuationPoint.objects.visible_to(user).select_related(
        "enrolment__edition", "enrolment__track_choice"
    )
    latest = points.order_by("-enrolment__created_at", "-enrolment_id").first()
    return latest.enrolment if latest else current


@transaction.atomic
def keep_plan(enrolment: Enrolment, points: Mapping[int, dict[str, Any] | None]) -> None:
    """Keep these points by their number; none takes one away, what is not named stays."""
    gone = [number for number, point in points.items() if point is None]
    enrolment.continuation_plan.filter(number__in=gone).delete()
    for number, point in points.items():
        if point is not None:
            ContinuationPoint.objects.update_or_create(
                enrolment=enrolment, number=number, defaults=point
            )


def tick_off(point: ContinuationPoint) -> None:
    """Done; saying it twice keeps the first moment."""
    ContinuationPoint.objects.filter(pk=point.pk, done_at=None).update(done_at=timezone.now())


def take_back_tick(point: ContinuationPoint) -> None:
    ContinuationPoint.objects.filter(pk=point.pk).update(done_at=None)


def plan_card(enrolment: Enrolment) -> CardContent | None:
    if not is_plan_open(plan_opens_at(enrolment)):
        return None
    return {"points": list(enrolment.continuation_plan.all())}
