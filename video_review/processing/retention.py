"""What time does by itself: recordings whose last moment has come, and work left half."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from lms.jobs.services import enqueue
from video_review.models import DestructionRecord, Recording, Status
from video_review.processing import destruction

LIMIT = 200
STRAGGLERS_WITHIN = timedelta(hours=1)


def sweep_retention() -> None:
    """What one recording runs into keeps no other alive: it is raised once all had their turn."""
    failures: list[Exception] = []
    for recording, reason in recordings_to_destroy():
        try:
            destruction.begin_destruction(recording, reason=reason)
        except Exception as failure:
            failures.append(failure)
    half = DestructionRecord.objects.filter(bytes_destroyed_at=None)
    for recording_pk in half.values_list("recording", flat=True)[:LIMIT]:
        enqueue(destruction.KIND, str(recording_pk))
    sweep_stragglers()
    if failures:
        raise ExceptionGroup("Recordings whose end has come are still there.", failures)


def recordings_to_destroy() -> Iterator[tuple[Recording, DestructionRecord.Reason]]:
    """Whose last moment has come; and what became a recording while its consent was withdrawn."""
    living = Recording.objects.exclude(status=Status.DESTROYED).select_related(
        "enrolment__participant"
    )
    for recording in living.filter(consent__withdrawn_at__isnull=False)[:LIMIT]:
        yield recording, destruction.Reason.WITHDRAWAL
    for recording in living.filter(expires_at__lte=timezone.now())[:LIMIT]:
        yield recording, destruction.Reason.RETENTION


def sweep_stragglers() -> None:
    """Remove what a worker left that was killed between storing and its row."""
    lately = DestructionRecord.objects.filter(
        bytes_destroyed_at__gte=timezone.now() - STRAGGLERS_WITHIN
    )
    for ref in lately.values_list("recording__public_id", flat=True)[:LIMIT]:
        destruction.remove_bytes(ref)
