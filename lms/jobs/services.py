from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lms.jobs.models import Job, Status
from lms.jobs.registry import KINDS
from lms.jobs.tasks import publish


@transaction.atomic
def enqueue(kind: str, ref: str, *, at: datetime | None = None) -> Job:
    """Have this kind of work done on ``ref``, once, after the caller's transaction commits.

    Asked again while it waits or runs, it stays one job; asked again later, it runs anew.
    """
    due = at or timezone.now()
    job, is_new = Job.objects.get_or_create(kind=kind, ref=ref, defaults={"next_attempt_at": due})
    if not is_new:
        ended = Job.objects.filter(pk=job.pk, status__in=[Status.DONE, Status.GAVE_UP])
        ended.move(Status.WAITING, next_attempt_at=due, attempts=0, failure="")
    # Robust: a broker that is away costs a minute, until the sweep, and nobody an error page.
    transaction.on_commit(lambda: publish(job.pk, KINDS[kind].queue), robust=True)
    return job
