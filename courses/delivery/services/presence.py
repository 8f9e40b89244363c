"""What attendance comes down to for people: evening by evening of their own row, with what they
caught up elsewhere."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import (
    AbsenceNotice,
    Attendance,
    AttendanceMark,
    Edition,
    Enrolment,
    Evening,
    OtherTrackVisit,
)
from courses.delivery.services.tracks import chosen_track
from lms.accounts.models import User


class State(models.TextChoices):
    PRESENT = "present", _("Present")
    PARTIAL = "partial", _("Partly present")
    CAUGHT_UP = "caught-up", _("Caught up with another group")
    PLANNED = "planned", _("Catches up with another group")
    EXCUSED = "excused", _("Said they cannot come")
    ABSENT = "absent", _("Absent")
    UNMARKED = "unmarked", _("Not marked")
    AHEAD = "ahead", _("Still to come")
    CANCELLED = "cancelled", _("Cancelled")


@dataclass(frozen=True)
class Presence:
    """How it stands with one person on one evening of their row."""

    evening: Evening
    held: Evening  # where they were or will be: with the other group where they catch up
    state: State
    counts: Attendance | None  # what the state is read from
    notice: AbsenceNotice | None
    visit: OtherTrackVisit | None  # a coordinator let them visit another track
    correction: AttendanceMark | None  # the last one
    is_other_track: bool

    @property
    def has_begun(self) -> bool:
        return self.held.starts_at <= timezone.now()


@dataclass(frozen=True)
class PersonPresence:
    enrolment: Enrolment
    evenings: list[Presence]

    @property
    def attended(self) -> int:
        return sum(one.state in (State.PRESENT, State.CAUGHT_UP) for one in self.evenings)

    def on(self, number: int) -> Presence | None:
        """None: of the evenings with this number it is not known yet which is theirs."""
        return next((one for one in self.evenings if one.evening.number == number), None)


@dataclass(frozen=True)
class Facts:
    """Of some people, by enrolment and evening."""

    evenings: dict[int, list[Evening]]  # by edition
    attendances: dict[tuple[int, int], Attendance]
    notices: dict[tuple[int, int], AbsenceNotice]
    visits: dict[tuple[int, int], OtherTrackVisit]  # by enrolment and number
    corrections: dict[tuple[int, int], AttendanceMark]


def presence_in(edition: Edition) -> list[PersonPresence]:
    """Who takes part, and who stopped after they were seen; by name."""
    was_there = Attendance.objects.filter(enrolment=OuterRef("pk"))
    people = edition.enrolments.filter(Q(Exists(was_there)) | Q(ended_at=None))
    people = people.select_related("participant", "track_choice", "edition")
    return presence_of(people.order_by("participant__last_name", "participant__first_name", "pk"))


def presence_of_user(user: User) -> list[PersonPresence]:
    """All that somebody took part in, the latest first."""
    enrolments = user.enrolments.select_related("participant", "track_choice", "edition")
    return presence_of(enrolments.order_by("-created_at", "-pk"))


def presence_of(enrolments: Iterable[Enrolment]) -> list[PersonPresence]:
    """The same number of queries however many people there are."""
    people = list(enrolments)
    facts = facts_of(people)
    return [PersonPresence(one, presences(one, facts)) for one in people]


def facts_of(people: Sequence[Enrolment]) -> Facts:
    evenings = defaultdict(list)
    editions = {one.edition_id for one in people}
    for evening in Evening.objects.filter(edition__in=editions).select_related("edition"):
        evenings[evening.edition_id].append(evening)
    attendances = Attendance.objects.filter(enrolment__in=people).select_related("confirmed_by")
    notices = AbsenceNotice.objects.filter(enrolment__in=people)
    visits = OtherTrackVisit.objects.filter(enrolment__in=people).select_related("decided_by")
    corrected = AttendanceMark.objects.filter(
        enrolment__in=people, way=AttendanceMark.Way.CORRECTED
    )
    return Facts(
        evenings,
        {(one.enrolment_id, one.evening_id): one for one in attendances},
        {
            (one.enrolment_id, one.evening_id): one
            for one in notices.select_related("catch_up__edition", "evening")
        },
        {(one.enrolment_id, one.number): one for one in visits},
        {
            (one.enrolment_id, one.evening_id): one
            for one in corrected.select_related("made_by").order_by("made_at", "key")
        },
    )


def presences(enrolment: Enrolment, facts: Facts) -> list[Presence]:
    own = chosen_track(enrolment)
    numbers = defaultdict(list)
    for evening in facts.evenings[enrolment.edition_id]:
        numbers[evening.number].append(evening)
    rows = (row_of(enrolment, there, own, facts) for _number, there in sorted(numbers.items()))
    return [presence(enrolment, evening, own, facts) for evening in rows if evening is not None]


def row_of(
    enrolment: Enrolment, there: list[Evening], own: uuid.UUID | None, facts: Facts
) -> Evening | None:
    """Where somebody was seen, else where they belong; none before a track is chosen."""
    seen = [
        evening
        for evening in there
        if (found := facts.attendances.get((enrolment.pk, evening.pk)))
        and found.status != Attendance.Status.ABSENT
    ]
    visit = facts.visits.get((enrolment.pk, there[0].number))
    if visit is not None:
        seen += [evening for evening in there if evening.pk == visit.evening_id]
    return next(iter([*seen, *(one for one in there if one.track_key in (None, own))]), None)


def presence(
    enrolment: Enrolment, evening: Evening, own: uuid.UUID | None, facts: Facts
) -> Presence:
    here = facts.attendances.get((enrolment.pk, evening.pk))
    notice = facts.notices.get((enrolment.pk, evening.pk))
    where, counts = evening, here
    if notice is not None and notice.catch_up and not was_there(here):
        where, counts = notice.catch_up, facts.attendances.get((enrolment.pk, notice.catch_up.pk))
    return Presence(
        evening,
        where,
        state_of(where, counts, notice, is_elsewhere=where.pk != evening.pk),
        counts,
        notice,
        facts.visits.get((enrolment.pk, evening.number)),
        facts.corrections.get((enrolment.pk, where.pk)),
        is_other_track=evening.track_key not in (None, own),
    )


def was_there(attendance: Attendance | None) -> bool:
    return attendance is not None and attendance.status != Attendance.Status.ABSENT


def state_of(
    where: Evening, counts: Attendance | None, notice: AbsenceNotice | None, *, is_elsewhere: bool
) -> State:
    if counts is None or not (is_elsewhere or notice is None or was_there(counts)):
        return state_without_marks(where, notice, is_elsewhere=is_elsewhere)
    if is_elsewhere and counts.status == Attendance.Status.PRESENT:
        return State.CAUGHT_UP
    return State(counts.status)


def state_without_marks(
    where: Evening, notice: AbsenceNotice | None, *, is_elsewhere: bool
) -> State:
    if notice is not None and not is_elsewhere:
        return State.EXCUSED
    if where.is_cancelled:
        return State.CANCELLED
    if where.ends_at <= timezone.now():
        return State.UNMARKED
    return State.PLANNED if is_elsewhere else State.AHEAD


def guests_in(edition: Edition) -> list[AbsenceNotice]:
    """Of other groups, who catch up here."""
    notices = AbsenceNotice.objects.filter(catch_up__edition=edition, enrolment__ended_at=None)
    return list(
        notices.select_related("enrolment__participant", "evening__edition", "catch_up").order_by(
            "catch_up__starts_at", "pk"
        )
    )


def looking_in(*editions: Edition) -> QuerySet[AbsenceNotice]:
    """Who said that they cannot come and has no place to catch up, or one that was cancelled. Not
    who came after all, if only to the other track."""
    has_none = Q(catch_up=None) | Q(catch_up__cancelled_at__isnull=False)
    has_none |= Q(catch_up__edition__cancelled_at__isnull=False)
    came = Attendance.objects.exclude(status=Attendance.Status.ABSENT).filter(
        enrolment=OuterRef("enrolment"), evening__number=OuterRef("evening__number")
    )
    notices = AbsenceNotice.objects.filter(
        has_none,
        ~Exists(came),
        evening__edition__in=editions,
        evening__cancelled_at=None,
        enrolment__ended_at=None,
    )
    found = notices.select_related("enrolment__participant", "evening")
    return found.order_by("evening__number", "pk")
