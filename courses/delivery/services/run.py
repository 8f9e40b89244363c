"""The run of an evening: what is on, what comes and when, and who leads it.

Three rules, on the server here and on the tablet in ``room_run.js``:

- The block that was begun last is on until another is begun. As long as none was begun, the clock
  decides by the programme.
- A block takes as long as was planned, with the minutes that were added. Nothing that comes is made
  shorter, breaks least of all: it moves.
- What comes begins when what is before it ends; while that runs over its time, not before now.
"""

import uuid
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.curriculum.reading import EVENING_MINUTES, pinned
from courses.delivery.models import Evening, RunMark
from lms.accounts.models import User
from lms.audit.services import record

BREAK = "break"
EARLY = timedelta(hours=2)  # before the beginning that a block may be begun
LATE = timedelta(hours=2)  # after the planned end that the last block may still be on
MOST_EXTRA = 90  # minutes that one block may get
STEP = 5  # minutes that are added at a time
Kind = RunMark.Kind
Latest = dict[tuple[uuid.UUID, str], RunMark]


@dataclass(frozen=True)
class Block:
    """As it stands in the programme; minutes are counted from the beginning of the evening."""

    key: uuid.UUID
    title: str
    form: str
    kind: str
    start: int
    end: int

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Said:
    """What a screen says of one block; ``key`` makes that it counts once."""

    block: uuid.UUID
    kind: str
    value: int | None  # begun: 1 or 0; extra: minutes; leader: a user, or none for together
    made_at: datetime
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Item:
    """One line of the run, as it goes."""

    block: Block
    starts_at: datetime
    ends_at: datetime  # that it should; of what is over that it did
    planned_at: datetime
    extra: int
    leader: User | None
    is_on: bool
    is_over: bool
    was_begun: bool

    @property
    def minutes(self) -> int:
        return self.block.minutes + self.extra

    @property
    def is_moved(self) -> bool:
        return abs(self.starts_at - self.planned_at) >= timedelta(minutes=1)

    @property
    def is_break(self) -> bool:
        return self.block.kind == BREAK


@dataclass(frozen=True)
class Run:
    items: list[Item]
    ends_at: datetime
    planned_end: datetime
    now: datetime

    @property
    def on(self) -> Item | None:
        return next((item for item in self.items if item.is_on), None)

    @property
    def following(self) -> Item | None:
        """What comes after the block that is on; before the evening its first block."""
        return next((item for item in self.items if not item.is_on and not item.is_over), None)

    @property
    def minutes_left(self) -> int:
        """Of the block that is on; below nothing when it runs over its time."""
        return whole_minutes(self.on.ends_at - self.now) if self.on else 0

    @property
    def minutes_over(self) -> int:
        return -self.minutes_left

    @property
    def longer(self) -> int:
        """Extra minutes of the block that is on, with one step more."""
        return min(self.on.extra + STEP, MOST_EXTRA) if self.on else 0

    @property
    def shorter(self) -> int:
        return max(self.on.extra - STEP, 0) if self.on else 0

    @property
    def minutes_early(self) -> int:
        return -self.minutes_late

    @property
    def minutes_late(self) -> int:
        """That the evening ends later than planned; below nothing when earlier."""
        return whole_minutes(self.ends_at - self.planned_end)


def is_evening(evening: Evening, now: datetime) -> bool:
    """Around its own time, when blocks can be begun."""
    return evening.starts_at - EARLY <= now <= evening.ends_at + LATE


def whole_minutes(span: timedelta) -> int:
    """Of what is left the minute that has begun counts; of what is over only whole ones."""
    return -int(-span.total_seconds() // 60)


def blocks_in(page: Any) -> list[Block]:
    """By the programme of an evening's page."""
    return [
        Block(
            uuid.UUID(str(block.id)),
            block.value["title"],
            block.value["form"],
            block.value["kind"],
            block.value["start"],
            block.value["end"],
        )
        for block in (page.programme if page else [])
    ]


def blocks_of(evening: Evening) -> list[Block]:
    return blocks_in(pinned(evening.edition.content_id, evening.page_key))


def latest_run_marks(evening: Evening) -> Latest:
    rows = evening.run_marks.select_related("leader").order_by("made_at", "key")
    return {(row.block, row.kind): row for row in rows}


def run_of(evening: Evening, blocks: Sequence[Block], latest: Latest, now: datetime) -> Run:
    extra = [extra_of(block, latest) for block in blocks]
    spans = [timedelta(minutes=b.minutes + more) for b, more in zip(blocks, extra, strict=True)]
    begun = [begun_at(block, latest) for block in blocks]
    on = on_at(evening, begun, spans, now)
    *starts, ends_at = starts_of(evening, begun, spans, on, now)
    is_closed = now >= evening.ends_at + LATE
    items = [
        Item(
            block,
            starts[place],
            starts[place + 1] if place < min(on, len(starts) - 1) else starts[place] + spans[place],
            evening.starts_at + timedelta(minutes=block.start),
            extra[place],
            leader_of(block, latest),
            is_on=place == on and not is_closed,
            is_over=place < on or is_closed,
            was_begun=begun[place] is not None and place <= on,
        )
        for place, block in enumerate(blocks)
    ]
    minutes = blocks[-1].end if blocks else EVENING_MINUTES
    return Run(items, ends_at, evening.starts_at + timedelta(minutes=minutes), now)


def leader_of(block: Block, latest: Latest) -> User | None:
    mark = latest.get((block.key, Kind.LEADER))
    return mark.leader if mark else None


def extra_of(block: Block, latest: Latest) -> int:
    mark = latest.get((block.key, Kind.EXTRA))
    return mark.extra if mark else 0


def begun_at(block: Block, latest: Latest) -> datetime | None:
    mark = latest.get((block.key, Kind.BEGUN))
    return mark.made_at if mark and mark.has_begun else None


def on_at(
    evening: Evening, begun: list[datetime | None], spans: list[timedelta], now: datetime
) -> int:
    """The place of the block that is on: -1 before the first, one past the last after it."""
    known = [(moment, place) for place, moment in enumerate(begun) if moment]
    if known:
        return max(known)[1]
    passed = list(accumulate(spans, initial=timedelta()))
    return bisect_right(passed, now - evening.starts_at) - 1


def starts_of(
    evening: Evening,
    begun: list[datetime | None],
    spans: list[timedelta],
    on: int,
    now: datetime,
) -> list[datetime]:
    """When every block began or begins, and at last when the evening ends."""
    starts: list[datetime] = []
    cursor = evening.starts_at
    last_begun: datetime | None = None
    for place, span in enumerate(spans):
        moment = begun[place] if place <= on else None
        if moment and (last_begun is None or moment >= last_begun):
            cursor = last_begun = moment
        starts.append(cursor)
        cursor += span
        if place == on and begun[place]:
            cursor = max(cursor, min(now, evening.ends_at + LATE))
    for place in range(min(on, len(starts) - 1) - 1, -1, -1):
        starts[place] = min(starts[place], starts[place + 1])
    return [*starts, cursor]


def minute_of(run: Run) -> int:
    """Where the room is in the programme, in the minutes of the programme."""
    if run.on:
        return run.on.block.start
    return run.following.block.start if run.following else 24 * 60


def leaders_of(evening: Evening) -> list[User]:
    """Who may lead a block: who stands before this evening, or runs along."""
    trainers = evening.trainers.valid().select_related("user").order_by("-role", "pk")
    return [trainer.user for trainer in trainers]


@transaction.atomic
def take_run_marks(evening: Evening, said: Sequence[Said], *, by: User) -> int:
    """Add what was said of blocks, here or on a screen that was away; how many were new.

    Of a block that the evening does not have, and of what cannot be, nothing is kept.
    """
    if not said:
        return 0
    now = timezone.now()
    keys = {block.key for block in blocks_of(evening)}
    leaders = {user.pk for user in leaders_of(evening)}
    known = set(
        RunMark.objects.filter(key__in=[one.key for one in said]).values_list("key", flat=True)
    )
    fresh = [
        one
        for one in said
        if one.block in keys and one.key not in known and can_be(evening, one, leaders)
    ]
    RunMark.objects.bulk_create(
        (row_of(evening, one, by=by, now=now) for one in fresh), ignore_conflicts=True
    )
    if fresh:
        record(
            "run.marked",
            stream=f"evening:{evening.public_id}",
            actor=by,
            object_type="evening",
            object_ref=str(evening.public_id),
            detail={"marks": len(fresh)},
        )
    return len(fresh)


def can_be(evening: Evening, said: Said, leaders: set[int]) -> bool:
    if said.kind == Kind.BEGUN:
        return is_evening(evening, said.made_at)
    if said.kind == Kind.EXTRA:
        return said.value is not None and 0 <= said.value <= MOST_EXTRA
    return said.kind == Kind.LEADER and (said.value is None or said.value in leaders)


def row_of(evening: Evening, said: Said, *, by: User, now: datetime) -> RunMark:
    return RunMark(
        key=said.key,
        evening=evening,
        block=said.block,
        kind=said.kind,
        has_begun=said.kind == Kind.BEGUN and bool(said.value),
        extra=said.value or 0 if said.kind == Kind.EXTRA else 0,
        leader_id=said.value if said.kind == Kind.LEADER else None,
        made_at=min(said.made_at, now),
        received_at=now,
        made_by=by,
    )
