"""What time does by itself: recordings whose last moment has come, and work left half."""

from datetime import timedelta

from django.utils import timezone

from lms.jobs.services import enqueue
from video_review.models import DestructionRecord, Recording, Status
from video_review.processing import destruction

LIMIT = 200
STRAGGLERS_WITHIN = timedelta(hours=1)


def sweep_retention() -> None:
    now = timezone.now()
    expired = Recording.objects.exclude(status=Status.DESTROYED).filter(expires_at__lte=now)
    for recording in expired.select_related("enrolment__participant")[:LIMIT]:
        destruction.begin_destruction(recording, reason=destruction.Reason.RETENTION)
    half = DestructionRecord.objects.filter(bytes_destroyed_at=None)
    for recording_pk in half.values_list("recording", flat=True)[:LIMIT]:
        enqueue(destruction.KIND, str(recording_pk))
    sweep_stragglers()


def sweep_stragglers() -> None:
    """Remove what a worker left that was killed between storing and its row."""
    lately = DestructionRecord.objects.filter(
        bytes_destroyed_at__gte=timezone.now() - STRAGGLERS_WITHIN
    )
    for ref in lately.values_list("recording__public_id", flat=True)[:LIMIT]:
        destruction.remove_bytes(ref)
