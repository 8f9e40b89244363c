"""All that a coordinator sees of one edition, what needs them first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.curriculum.reading import EveningOutline, TrackOutline, outline
from courses.delivery.models import Edition, Enrolment, Evening, EveningTrainer
from courses.delivery.services.planning import (
    Row,
    State,
    plan_of,
    planned_editions,
)
from courses.delivery.services.tracks import ChoosingTime, choosing_time
from lms.accounts.models import User

CHANGE = "delivery:edition_change"
LABELS = {
    CHANGE: _("Put it right"),
    "trainers:edition": _("Choose trainers"),
    "delivery:participants": _("Look at who waits"),
    "delivery:tracks": _("Look at the tracks"),
    "delivery:follow_up": _("Move the meeting"),
}


@dataclass(frozen=True)
class PlannedEvening:
    evening: Evening
    page: EveningOutline | None
    trainers: Sequence[EveningTrainer]
    expected: int  # people
    is_over: bool


@dataclass(frozen=True)
class TrackTally:
    track: TrackOutline
    people: int
    is_few: bool


@dataclass(frozen=True)
class Step:
    """What comes first for this edition, and the page where it is done."""

    title: str
    url_name: str
    label: str


@dataclass(frozen=True)
class EditionSheet:
    row: Row
    evenings: Sequence[PlannedEvening]
    tracks: Sequence[TrackTally]
    choosing: ChoosingTime
    people: int
    undecided: int  # people without a track
    next_on: date | None

    @property
    def edition(self) -> Edition:
        return self.row.edition

    @property
    def free(self) -> int:
        return self.edition.capacity - self.edition.seats_taken

    @property
    def step(self) -> Step | None:
        """What blocks or alarms; else publishing. None while nothing needs anybody."""
        alarm, is_draft = self.row.alarm, self.row.state == State.DRAFT
        if alarm and (alarm.blocks or not is_draft):
            return Step(str(alarm), alarm.mend, str(LABELS.get(alarm.mend, LABELS[CHANGE])))
        if is_draft:
            title = _("Nothing stands in the way. Look once more and publish it.")
            return Step(str(title), "delivery:publish", str(_("Go and publish")))
        return None


def sheet_of(user: User, edition: Edition) -> EditionSheet:
    """In a number of queries that does not grow with its evenings or people."""
    found = planned_editions(user).filter(pk=edition.pk).select_related("content__course")
    (row,) = plan_of(found.select_related("care_group", "content__course")).rows
    people = Enrolment.objects.active().filter(edition=edition).count()
    tally = row.tally
    course = outline(row.edition.content_id)
    evenings = [
        PlannedEvening(
            evening=evening,
            page=course.evenings.get(evening.page_key),
            trainers=list(evening.trainers.all()),
            expected=(tally[evening.track_key] if evening.track_key else people)
            - evening.excused  # type: ignore[attr-defined]  # annotated
            + evening.coming_along,  # type: ignore[attr-defined]
            is_over=evening.ends_at <= timezone.now(),
        )
        for evening in evenings_of_sheet(edition)
    ]
    coming = [
        one.evening.starts_at
        for one in evenings
        if not one.evening.cancelled_at and one.evening.starts_at > timezone.now()
    ]
    return EditionSheet(
        row=row,
        evenings=evenings,
        tracks=[
            TrackTally(track, tally[key], tally[key] < row.edition.track_minimum)
            for key, track in course.tracks.items()
        ],
        choosing=choosing_time(row.edition, row.edition.evenings.all()),
        people=people,
        undecided=people - sum(tally.values()),
        next_on=timezone.localdate(min(coming)) if coming else None,
    )


def evenings_of_sheet(edition: Edition) -> QuerySet[Evening]:
    teaching = EveningTrainer.objects.valid().select_related("user").order_by("-role", "pk")
    counted = edition.evenings.annotate(
        excused=Count("absences", distinct=True), coming_along=Count("guests", distinct=True)
    )
    in_order = counted.order_by("number", "code").select_related("edition")
    return in_order.prefetch_related(Prefetch("trainers", teaching))
