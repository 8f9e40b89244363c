"""One job on one recording, and the only way it writes: while it still may."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from lms.jobs.lease import Lease, LeaseLost
from video_review import sealed_store
from video_review.models import Recording, Status

PERCENT_EVERY_SECONDS = 1.0
LOOK_EVERY_SECONDS = 5.0
UNFINISHED = [Status.RECEIVED, Status.WATCHABLE]


@dataclass
class Work:
    """One job on one recording: its lease, its key, and when it last told how far it is."""

    recording: Recording
    lease: Lease
    key: bytes
    percent: int = 0
    told_at: float = 0.0
    looked_at: float = field(default_factory=time.monotonic)

    def write(self, change: Callable[[], object]) -> None:
        """Do this in a transaction that counts only while the lease and the recording hold."""
        with transaction.atomic():
            self.lease.hold()
            if not Recording.objects.filter(pk=self.recording.pk, status__in=UNFINISHED).exists():
                raise LeaseLost
            change()

    def write_or_remove(self, name: str, change: Callable[[], object]) -> None:
        """The row for bytes that are stored already; without the row the bytes go again."""
        try:
            self.write(change)
        except BaseException:
            sealed_store.remove(name)
            raise

    def tell(self, percent: float) -> None:
        now = time.monotonic()
        whole = min(99, int(percent))
        if whole <= self.percent or now - self.told_at < PERCENT_EVERY_SECONDS:
            return
        self.percent, self.told_at = whole, now
        Recording.objects.filter(pk=self.recording.pk, status__in=UNFINISHED).update(percent=whole)

    def tell_between(self, start: float, end: float) -> Callable[[float], None]:
        return lambda fraction: self.tell(start + (end - start) * fraction)

    def is_over(self) -> bool:
        """Whether the recording was destroyed while we work on it; asked now and then."""
        now = time.monotonic()
        if now - self.looked_at < LOOK_EVERY_SECONDS:
            return False
        self.looked_at = now
        return not Recording.objects.filter(pk=self.recording.pk, status__in=UNFINISHED).exists()
