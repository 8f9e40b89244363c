"""What the owner takes from it: one development point with a first step."""

from django.db import transaction
from django.db.models import F

from courses.delivery.models import Enrolment
from courses.learning.services import report_progress
from lms.accounts.models import User
from lms.audit.services import record
from video_review.models import DevelopmentPoint, Recording


@transaction.atomic
def save_development_point(
    recording: Recording, *, actor: User, text: str, first_step: str
) -> DevelopmentPoint:
    """One per recording, in the owner's own words; said again, the new words take the place.

    It outlives the recording: nothing in it is about a patient. The UPDATE keeps the recording's
    row until the end, so that of two clicks the second finds what the first wrote.
    """
    Recording.objects.filter(pk=recording.pk).update(title=F("title"))
    point, _is_new = DevelopmentPoint.objects.update_or_create(
        recording=recording,
        enrolment=recording.enrolment,
        defaults={"text": text, "first_step": first_step},
    )
    record(
        "development_point.save",
        stream=f"recording:{recording.public_id}",
        actor=actor,
        role="participant",
        basis="owner",
        object_type="development_point",
        object_ref=str(point.pk),
    )
    report_progress(recording.enrolment, "development_point")
    return point


def development_point_of(recording: Recording) -> DevelopmentPoint | None:
    return recording.development_points.first()


def latest_point(enrolment: Enrolment) -> DevelopmentPoint | None:
    return DevelopmentPoint.objects.select_related("recording").filter(enrolment=enrolment).first()
