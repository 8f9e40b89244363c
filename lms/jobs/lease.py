from django.db import transaction

from lms.jobs.models import Job, Status


class TryLater(Exception):
    """Ours to solve and likely to heal: storage or another service is away. Tried again."""


class LeaseLost(Exception):
    """Another worker holds the job by now, or it is gone: stop, and publish nothing."""


class Lease:
    """A worker's right to a job for as long as it lives and says so."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def heartbeat(self) -> None:
        if not Job.objects.held(self.job).prolong():
            raise LeaseLost

    def hold(self) -> None:
        """Inside ``atomic``: what is written beside this counts only while the lease holds.

        The conditional UPDATE keeps the row until the transaction ends, so no other worker can
        take the job between this check and the write it protects.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("hold() protects a transaction.")
        self.heartbeat()

    def finish(self) -> bool:
        return Job.objects.held(self.job).move(Status.DONE) == 1
