"""By which day a recording of this participant has to be gone: the evenings meet the rule."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from courses.delivery.models import Enrolment
from courses.delivery.services import chosen_track
from courses.learning.models import Progress
from video_review import retention
from video_review.models import Consent


class CourseIsOver(Exception):
    """The last evening is so long ago that no recording may exist any more."""


@dataclass(frozen=True)
class Days:
    """Between which days a patient's latest deletion date lies."""

    proposed: date
    latest: date


def evening_days(enrolment: Enrolment) -> list[tuple[int, date]]:
    """Number and day of the evenings this participant has, or may still choose."""
    chosen = chosen_track(enrolment)
    evenings = enrolment.edition.evenings.order_by("starts_at")
    if chosen is not None:
        evenings = evenings.filter(Q(track_key=None) | Q(track_key=chosen))
    return [(evening.number, timezone.localdate(evening.starts_at)) for evening in evenings]


def session_day(enrolment: Enrolment, evening_number: int | None = None) -> date:
    """The day of the evening a recording is made for: the one named, else the next to come."""
    days = evening_days(enrolment)
    if not days:
        raise CourseIsOver
    named = [day for number, day in days if number == evening_number]
    to_come = [day for _number, day in days if day >= timezone.localdate()]
    return (named or to_come or [days[-1][1]])[0]


def deletion_days(enrolment: Enrolment) -> Days:
    days = evening_days(enrolment)
    if not days:
        raise CourseIsOver
    latest = retention.latest_day(last_session_on=days[-1][1], days=settings.RETENTION_DAYS)
    if latest < timezone.localdate():
        raise CourseIsOver
    proposed = retention.last_day(
        session_on=session_day(enrolment),
        last_session_on=days[-1][1],
        delete_by=latest,
        days=settings.RETENTION_DAYS,
    )
    return Days(proposed=proposed, latest=latest)


def last_day_of(consent: Consent, assignment_key: uuid.UUID | None = None) -> date:
    """The last day of a recording made under this consent, for the evening it is homework of."""
    enrolment = consent.enrolment
    evening_number = None
    if assignment_key is not None:
        asked = Progress.objects.filter(enrolment=enrolment, assignment_key=assignment_key)
        evening_number = asked.values_list("evening_number", flat=True).first()
    session_on = session_day(enrolment, evening_number)
    return retention.last_day(
        session_on=session_on,
        last_session_on=evening_days(enrolment)[-1][1],
        delete_by=consent.delete_by,
        days=settings.RETENTION_DAYS,
    )
