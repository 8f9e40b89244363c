"""What the page of an evening shows of homework."""

from typing import Any

from django.utils import timezone

from courses.delivery.models import Enrolment, Evening
from courses.learning.overview import course_of, described
from lms.accounts.models import User


def homework_before(user: User, evening: Evening) -> dict[str, Any] | None:
    """What this participant has to have ready. Nothing for others, and nothing afterwards."""
    if evening.ends_at <= timezone.now():
        return None
    enrolment = (
        Enrolment.objects.active()
        .filter(participant=user, edition=evening.edition_id)
        .select_related("edition")
        .first()
    )
    if enrolment is None:
        return None
    rows = enrolment.progress.filter(evening_number=evening.number)
    course = course_of(enrolment.edition)
    return {"homework": [described(row, course) for row in rows]}


def tracks_ahead(user: User, evening: Evening) -> dict[str, Any] | None:
    """On the last evening that all share, and before it: where the road forks after it."""
    if evening.track_key is not None or evening.ends_at <= timezone.now():
        return None
    taking_part = Enrolment.objects.active().filter(participant=user, edition=evening.edition_id)
    following = evening.edition.evenings.filter(number=evening.number + 1)
    if not following.filter(track_key__isnull=False).exists() or not taking_part.exists():
        return None
    return {"tracks": list(course_of(evening.edition).tracks.values())}


def attendance_card(enrolment: Enrolment) -> dict[str, Any] | None:
    """The way to one's own attendance, once there is something to see."""
    begun = enrolment.edition.evenings.filter(starts_at__lte=timezone.now())
    return {} if begun.exists() or enrolment.absences.exists() else None
