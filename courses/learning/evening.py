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
