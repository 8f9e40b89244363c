"""What the page of an evening shows of homework."""

from typing import Any

from django.utils import timezone

from courses.delivery.models import Enrolment, Evening
from courses.learning.overview import course_of, described
from lms.accounts.models import User


def homework_before(
    _user: User, evening: Evening, enrolment: Enrolment | None
) -> dict[str, Any] | None:
    """What this participant has to have ready. Nothing for others, and nothing afterwards."""
    if enrolment is None or evening.ends_at <= timezone.now():
        return None
    rows = enrolment.progress.filter(evening_number=evening.number)
    course = course_of(evening.edition)
    return {"homework": [described(row, course) for row in rows]}


def tracks_ahead(
    _user: User, evening: Evening, enrolment: Enrolment | None
) -> dict[str, Any] | None:
    """On the last evening that all share, and before it: where the road forks after it."""
    if enrolment is None or evening.track_key is not None or evening.ends_at <= timezone.now():
        return None
    course = course_of(evening.edition)
    following = (one for one in course.evenings.values() if one.number == evening.number + 1)
    if not any(one.track_key for one in following):
        return None
    return {"tracks": list(course.tracks.values())}


def attendance_card(enrolment: Enrolment) -> dict[str, Any] | None:
    """The way to one's own attendance, once there is something to see."""
    begun = any(one.starts_at <= timezone.now() for one in enrolment.edition.evenings.all())
    return {} if begun or enrolment.absences.exists() else None
