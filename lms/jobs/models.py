import uuid
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=90)  # a few times the heartbeat of whoever holds it


class Status(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    GAVE_UP = "gave-up", _("Given up")


# The whole state machine: a job may enter a key only from one of its values.
ENTERED_FROM = {
    Status.WAITING: [Status.WAITING, Status.RUNNING, Status.DONE, Status.GAVE_UP],
    Status.RUNNING: [Status.WAITING, Status.RUNNING],  # again, once the lease has run out
    Status.DONE: [Status.RUNNING],
    Status.GAVE_UP: [Status.WAITING, Status.RUNNING],
}


class JobQuerySet(models.QuerySet["Job"]):
    def unheld(self) -> Self:
        """Unfinished, and no worker holds them: still waiting, or the lease has run out."""
        abandoned = Q(status=Status.RUNNING, lease_until__lte=timezone.now())
        return self.filter(Q(status=Status.WAITING) | abandoned)

    def due(self) -> Self:
        return self.unheld().filter(attempts__lt=MAX_ATTEMPTS, next_attempt_at__lte=timezone.now())

    def exhausted(self) -> Self:
        return self.unheld().filter(attempts__gte=MAX_ATTEMPTS)

    def claim(self, pk: int) -> "Job | None":
        """Lease one due job to the caller: of two workers that try, exactly one gets it."""
        token = uuid.uuid4()
        self.due().filter(pk=pk).move(
            Status.RUNNING,
            token=token,
            lease_until=timezone.now() + LEASE,
            attempts=F("attempts") + 1,
        )
        return self.filter(pk=pk, token=token).first()

    def held(self, claimed: "Job") -> Self:
        """The claimed job, unless its worker has lost it to another."""
        return self.filter(pk=claimed.pk, token=claimed.token)

    def prolong(self) -> bool:
        return self.update(lease_until=timezone.now() + LEASE) == 1

    def move(self, to: Status, **changes: Any) -> int:
        """Move these jobs to ``to``, where the table allows; return how many moved.

        One conditional UPDATE, so who moves and whether it may are decided at the same moment.
        """
        movable = self.filter(status__in=ENTERED_FROM[to])
        return movable.update(**{"status": to, "token": None, "lease_until": None} | changes)


class Job(models.Model):
    """A piece of background work. The row is the truth; a message to a worker only a hint.

    ``kind`` names the handler (see ``lms.jobs.registry``), ``ref`` what it works on. Change
    ``status`` only through ``move``.
    """

    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status, default=Status.WAITING)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="job_by_due")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="job_known_once"),
            models.CheckConstraint(
                name="only_running_job_has_lease",
                condition=Q(status=Status.RUNNING) ^ Q(lease_until=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
