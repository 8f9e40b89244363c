"""Who chooses which track, until when, and what coordinators see and decide of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import Edition, Enrolment, Evening, TrackChoice
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record
from lms.mail.services import queue_mail

REMIND_DAYS = (1, 7)  # days left, the nearest first


class UnknownTrack(Exception):
    """The edition's course has no such track."""


class TrackChoiceClosed(Exception):
    """The last day to choose has passed; a coordinator can still decide."""


@dataclass(frozen=True)
class ChoosingTime:
    """From when a track can be chosen, and until when. None: the course has no such evening."""

    opens_at: datetime | None
    base_ends_at: datetime | None
    last_day: date | None

    @property
    def closes_at(self) -> datetime | None:
        """Local midnight after the last day, also in the night that the clock changes."""
        if self.last_day is None:
            return None
        after = self.last_day + timedelta(days=1)
        return datetime.combine(after, time.min, tzinfo=timezone.get_default_timezone())

    @property
    def has_begun(self) -> bool:
        return self.opens_at is not None and self.opens_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.has_begun and not self.is_over

    @property
    def is_base_over(self) -> bool:
        return self.base_ends_at is not None and self.base_ends_at <= timezone.now()


def choosing_time(edition: Edition, evenings: Iterable[Evening] | None = None) -> ChoosingTime:
    """Follows from the evenings, so it moves when they move."""
    held = [one for one in evenings or edition.evenings.all() if one.cancelled_at is None]
    first = min((one for one in held if one.track_key), key=lambda one: one.starts_at, default=None)
    if first is None:
        return ChoosingTime(None, None, None)
    base = [one for one in held if one.track_key is None and one.number < first.number]
    last = max(base, key=lambda one: one.number, default=None)
    day = timezone.localdate(first.starts_at, timezone.get_default_timezone())
    return ChoosingTime(
        opens_at=last.starts_at if last else None,
        base_ends_at=last.ends_at if last else None,
        last_day=day - timedelta(days=edition.track_choice_days),
    )


@transaction.atomic
def choose_track(enrolment: Enrolment, track_key: uuid.UUID) -> TrackChoice:
    """One person's choice; what the partner chooses has nothing to do with it."""
    if choosing_time(enrolment.edition).is_over:
        raise TrackChoiceClosed
    return keep_choice(enrolment, track_key, event="track.chosen", by=enrolment.participant)


@transaction.atomic
def decide_track(
    enrolment: Enrolment, track_key: uuid.UUID, *, by: User, reason: str
) -> TrackChoice:
    """A coordinator decides for somebody, also after the last day, and says why."""
    return keep_choice(enrolment, track_key, event="track.decided", by=by, reason=reason)


def keep_choice(
    enrolment: Enrolment, track_key: uuid.UUID, *, event: str, by: User, reason: str = ""
) -> TrackChoice:
    if not enrolment.edition.evenings.filter(track_key=track_key).exists():
        raise UnknownTrack
    decided_by = by if reason else None
    choice, _ = TrackChoice.objects.update_or_create(
        enrolment=enrolment,
        defaults={
            "track_key": track_key,
            "chosen_at": timezone.now(),
            "decided_by": decided_by,
            "reason": reason,
        },
    )
    enrolment.track_choice = choice
    record(
        event,
        stream=stream_of(enrolment.participant),
        actor=by,
        object_type="edition",
        object_ref=str(enrolment.edition.public_id),
        detail={"track": str(track_key)},
    )
    signals.track_chosen.send(Enrolment, enrolment=enrolment)
    return choice


def chosen_track(enrolment: Enrolment) -> uuid.UUID | None:
    choice: TrackChoice | None = getattr(enrolment, "track_choice", None)
    return choice.track_key if choice else None


def remind_of_track_choice() -> None:
    """A week and a day before the last day, whoever has not chosen yet gets one mail each time."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    coming = Edition.objects.filter(
        cancelled_at=None, evenings__track_key__isnull=False, evenings__starts_at__gt=timezone.now()
    )
    for edition in coming.distinct().prefetch_related("evenings"):
        last_day = choosing_time(edition).last_day
        if last_day is None or last_day < today or not choosing_time(edition).has_begun:
            continue
        left = (last_day - today).days
        mark = next((days for days in REMIND_DAYS if left <= days), None)
        if mark is not None:
            remind(edition, last_day, mark)


def remind(edition: Edition, last_day: date, mark: int) -> None:
    waiting = edition.enrolments.active().filter(
        track_choice=None, couple__confirmed_at__isnull=False
    )
    for enrolment in waiting.select_related("participant"):
        queue_mail(
            key=f"track-choice:{enrolment.pk}:{last_day:%Y-%m-%d}:{mark}",
            recipient=enrolment.participant,
            template="track_choice_due",
            context={"last_day": last_day},
            url_name="learning:track",
        )
