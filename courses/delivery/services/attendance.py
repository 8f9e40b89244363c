"""Who is expected on an evening, who was there, and in which part of it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.curriculum.reading import EVENING_MINUTES, pinned
from courses.delivery.models import (
    AbsenceNotice,
    Attendance,
    AttendanceConfirmation,
    AttendanceMark,
    Enrolment,
    Evening,
    OtherTrackVisit,
)
from courses.delivery.services.run import (
    BREAK,
    Said,
    blocks_in,
    latest_run_marks,
    minute_of,
    run_of,
)
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record

QR_SALT = "delivery.check-in"
SEAL_LENGTH = 20  # signs of four bits
QR_SECONDS = 90  # how long a code that was scanned is taken; the screen shows a new one sooner
Status = Attendance.Status


class CodeIsOld(Exception):
    """This code was shown a while ago: whoever was not in the room may have it too."""


class NotExpected(Exception):
    """This person does not belong to this evening."""


class NotCorrectable(Exception):
    """What has not begun is not corrected, and nothing is without a reason."""


@dataclass(frozen=True)
class Part:
    """The time between two breaks; minutes are counted from the beginning of the evening."""

    number: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Mark:
    """What a screen says of one person in one part; ``key`` makes that it counts once."""

    enrolment: int
    part: int
    is_present: bool
    made_at: datetime
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    way: str = AttendanceMark.Way.NAME
    reason: str = ""  # of a correction


Made = TypeVar("Made", Mark, Said)


def parts_of(evening: Evening) -> list[Part]:
    return parts_in(pinned(evening.edition.content_id, evening.page_key))


def parts_in(page: Any) -> list[Part]:
    """By the programme of an evening's page; without one the evening is a single part."""
    spans: list[tuple[int, int]] = []
    follows = False
    for block in page.programme if page else []:
        start, end = block.value["start"], block.value["end"]
        if block.value["kind"] == BREAK:
            follows = False
        elif follows:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
            follows = True
    return [Part(number, *span) for number, span in enumerate(spans or [(0, EVENING_MINUTES)], 1)]


def expected_on(evening: Evening) -> QuerySet[Enrolment]:
    """Who takes part in its edition, for an evening of a track who chose that; guests who catch up
    here; of another track whom a coordinator let in, who is then not expected at their own; and who
    was here and went to another edition or track since."""
    visits = OtherTrackVisit.objects.filter(enrolment=OuterRef("pk"))
    elsewhere = visits.filter(number=evening.number).exclude(evening=evening)
    own = Q(~Exists(elsewhere), edition=evening.edition_id)
    if evening.track_key:
        own &= Q(track_choice__track_key=evening.track_key)
    guests = AbsenceNotice.objects.filter(enrolment=OuterRef("pk"), catch_up=evening)
    marks = AttendanceMark.objects.filter(enrolment=OuterRef("pk"), evening=evening)
    return (
        Enrolment.objects.active()
        .filter(
            own | Q(Exists(guests)) | Q(Exists(visits.filter(evening=evening))) | Q(Exists(marks))
        )
        .select_related("participant__profession", "participant__practice")
        .order_by("participant__last_name", "participant__first_name", "pk")
    )


def latest_marks(evening: Evening) -> dict[tuple[int, int], AttendanceMark]:
    """What counts per person (enrolment) and part."""
    rows = AttendanceMark.objects.filter(evening=evening).order_by("made_at", "key")
    return {(row.enrolment_id, row.part): row for row in rows}


def by_our_clock(marks: Sequence[Made], *, device_now: datetime) -> list[Made]:
    """A tablet's clock may be wrong by hours; how far it is off now, it was off then."""
    ahead = device_now - timezone.now()
    return [replace(mark, made_at=mark.made_at - ahead) for mark in marks]


@transaction.atomic
def take_marks(evening: Evening, marks: Sequence[Mark], *, by: User) -> int:
    """Add what was marked, here or on a screen that was away from the network; how many were new.

    A mark that was sent before changes nothing. Of who is not expected nothing is kept.
    """
    marks = still_open(evening, marks)
    expected = set(expected_on(evening).values_list("pk", flat=True))
    return add_marks(evening, [mark for mark in marks if mark.enrolment in expected], by=by)


@transaction.atomic
def correct_attendance(
    evening: Evening, enrolment: Enrolment, *, present: set[int], reason: str, by: User
) -> None:
    """Afterwards it turns out otherwise, and somebody says why. What was marked before stays, and
    so does who was marked before they had another track."""
    if evening.starts_at > timezone.now() or not reason.strip():
        raise NotCorrectable
    was_marked = enrolment.marks.filter(evening=evening).exists()
    if not was_marked and not expected_on(evening).filter(pk=enrolment.pk).exists():
        raise NotExpected
    now, way = timezone.now(), AttendanceMark.Way.CORRECTED
    marks = [
        Mark(enrolment.pk, part.number, part.number in present, now, way=way, reason=reason)
        for part in parts_of(evening)
    ]
    add_marks(evening, marks, by=by)
    record(
        "attendance.corrected",
        stream=stream_of(enrolment.participant),
        actor=by,
        object_type="evening",
        object_ref=str(evening.public_id),
        detail={"parts": sorted(present)},
    )


def add_marks(evening: Evening, marks: Sequence[Mark], *, by: User) -> int:
    now = timezone.now()
    parts = parts_of(evening)
    numbers = {part.number for part in parts}
    known = AttendanceMark.objects.filter(key__in=[mark.key for mark in marks])
    sent_before = set(known.values_list("key", flat=True))
    fresh = [mark for mark in marks if mark.part in numbers and mark.key not in sent_before]
    AttendanceMark.objects.bulk_create(
        (
            AttendanceMark(
                key=mark.key,
                evening=evening,
                enrolment_id=mark.enrolment,
                part=mark.part,
                is_present=mark.is_present,
                way=mark.way,
                reason=mark.reason,
                made_at=min(mark.made_at, now),
                received_at=now,
                made_by=by,
            )
            for mark in fresh
        ),
        ignore_conflicts=True,
    )
    if fresh:
        # Written first: of two screens that send at once the second waits here for the first, and
        # then settles with the marks of both.
        record(
            "attendance.marked",
            stream=f"evening:{evening.public_id}",
            actor=by,
            object_type="evening",
            object_ref=str(evening.public_id),
            detail={"marks": len(fresh)},
        )
        settle(evening, {mark.enrolment for mark in fresh}, parts)
    return len(fresh)


def still_open(evening: Evening, marks: Sequence[Mark]) -> list[Mark]:
    """What was tapped before the list was confirmed counts, though it arrives after it."""
    confirmed = AttendanceConfirmation.objects.filter(evening=evening).first()
    return [mark for mark in marks if not confirmed or mark.made_at <= confirmed.confirmed_at]


def settle(evening: Evening, enrolments: Iterable[int], parts: list[Part]) -> None:
    """Attendance is what the marks come down to: there in every part, in some, or in none."""
    latest = latest_marks(evening)
    marked = {enrolment for enrolment, _part in latest}
    rows = [
        settled(evening, enrolment, parts, [latest.get((enrolment, one.number)) for one in parts])
        for enrolment in enrolments
        if enrolment in marked
    ]
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "evening"],
        update_fields=["status", "minutes", "confirmed_by", "confirmed_at"],
    )


def settled(
    evening: Evening, enrolment: int, parts: list[Part], marks: list[AttendanceMark | None]
) -> Attendance:
    there = [part for part, mark in zip(parts, marks, strict=True) if mark and mark.is_present]
    last = max(filter(None, marks), key=lambda mark: (mark.made_at, mark.key))
    return Attendance(
        evening=evening,
        enrolment_id=enrolment,
        status=status_of(len(there), len(parts)),
        minutes=sum(part.minutes for part in there),
        confirmed_by_id=last.made_by_id,
        confirmed_at=last.made_at,
    )


def status_of(attended: int, parts: int) -> str:
    if not attended:
        return Status.ABSENT
    return Status.PRESENT if attended == parts else Status.PARTIAL


def part_at(parts: list[Part], minute: int) -> Part:
    """The part that runs, or is about to: who comes in during a break is there for what follows."""
    return next((part for part in parts if minute < part.end), parts[-1])


def check_in_token(evening: Evening) -> str:
    """For the code on the screen: which evening, when it was made, and our seal. Short, so that a
    telephone reads it from across the room."""
    made = f"{evening.pk}-{int(timezone.now().timestamp())}"
    return f"{made}-{seal_of(made)}"


def seal_of(made: str) -> str:
    return salted_hmac(QR_SALT, made, algorithm="sha256").hexdigest()[:SEAL_LENGTH]


def evening_of_token(token: str) -> Evening:
    """``CodeIsOld`` when it was shown too long ago; ``BadSignature`` when it is none of ours."""
    made, _, seal = token.rpartition("-")
    if not constant_time_compare(seal, seal_of(made)):
        raise BadSignature
    pk, _, moment = made.partition("-")
    if timezone.now().timestamp() - int(moment) > QR_SECONDS:
        raise CodeIsOld
    return Evening.objects.select_related("edition").get(pk=pk)


def check_in(evening: Evening, user: User) -> Part:
    """Somebody scanned the code in the room: they are there from this part on."""
    enrolment = expected_on(evening).filter(participant=user).first()
    if enrolment is None:
        raise NotExpected
    now = timezone.now()
    page = pinned(evening.edition.content_id, evening.page_key)
    run = run_of(evening, blocks_in(page), latest_run_marks(evening), now)
    part = part_at(parts_in(page), minute_of(run))
    mark = Mark(enrolment.pk, part.number, True, now, way=AttendanceMark.Way.QR)
    if not take_marks(evening, [mark], by=user):
        raise NotExpected  # the list was confirmed before
    return part
