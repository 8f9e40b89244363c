"""What a worker does with a job. Safe to run twice, safe to kill halfway.

The row is the truth, a message only a hint to look at it. Whether the message got lost, the worker
or the whole broker: ``sweep`` finds the row again.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lms.jobs.lease import Lease, LeaseLost, TryLater
from lms.jobs.models import Job, Status
from lms.jobs.registry import KINDS

BACK_OFF = timedelta(minutes=1)
SWEEP_LIMIT = 100


def run(job_id: int) -> None:
    job = Job.objects.claim(job_id)
    if job is None:
        return  # not due, finished, gone, or another worker holds it
    kind, lease = KINDS[job.kind], Lease(job)
    try:
        kind.run(job.ref, lease)
    except LeaseLost:
        return
    except TryLater as error:
        Job.objects.held(job).move(
            Status.WAITING,
            next_attempt_at=timezone.now() + back_off(job.attempts),
            failure=str(error)[:200],
        )
    else:
        lease.finish()


def back_off(attempts: int) -> timedelta:
    """1 minute after the first attempt, 4 after the second."""
    return BACK_OFF * 4 ** (attempts - 1)


def sweep(publish: Callable[[int, str], object]) -> None:
    """Publish what is due, a message too many is harmless; give up what failed too often."""
    for job in Job.objects.due().order_by("next_attempt_at")[:SWEEP_LIMIT]:
        publish(job.pk, KINDS[job.kind].queue)
    for job in Job.objects.exhausted()[:SWEEP_LIMIT]:
        with transaction.atomic():  # given up and told so, or neither
            if Job.objects.exhausted().filter(pk=job.pk).move(Status.GAVE_UP):
                KINDS[job.kind].give_up(job.ref)
