"""What "Mijn leergang" shows, made of the outline, the evenings and the progress."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F, Max, Min, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.curriculum.reading import EveningOutline, Outline
from courses.delivery.models import Edition, Enrolment, Evening
from courses.delivery.services import chosen_track
from courses.learning.models import Progress, State
from courses.learning.reporters import kind_of
from courses.learning.services import is_ready
from lms.web.templatetags.web import moment

TO_PREPARE = timedelta(days=7)
TO_CONFIRM = timedelta(days=14)  # after the evening


@dataclass(frozen=True)
class Described:
    """A row of progress with the words of its assignment."""

    row: Progress
    title: str
    text: str
    minutes: int
    icon: str
    is_self_declared: bool


class Elsewhere:
    """Where somebody goes instead of their own evenings, and to which they do not come."""

    def __init__(self, enrolment: Enrolment) -> None:
        visits = dict(enrolment.other_track_visits.values_list("number", "evening"))
        catch_ups = dict(enrolment.absences.values_list("evening", "catch_up"))
        wanted = {*visits.values(), *catch_ups.values()} - {None}
        there = Evening.objects.select_related("edition").in_bulk(wanted)  # mostly of nobody
        self.visits = {number: there[pk] for number, pk in visits.items()}
        self.catch_ups = {pk: there[other] for pk, other in catch_ups.items() if other}
        self.away = {pk for pk, other in catch_ups.items() if other is None}

    def instead_of(self, evening: Evening) -> Evening:
        held = self.visits.get(evening.number, evening)
        return self.catch_ups.get(held.pk, held)


@dataclass
class Way:
    """The evenings of one participant as stations, with homework between them."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    next_evening: Evening | None = None  # that takes place; else as it was planned
    next_page: EveningOutline | None = None
    is_away: bool = False  # said that they cannot come to it, and has no place to catch up

    @property
    def number(self) -> int:
        return self.next_evening.number if self.next_evening else 0


def course_of(edition: Edition) -> Outline:
    return edition.course


def described(row: Progress, course: Outline) -> Described:
    page = course.assignments.get(row.assignment_key)
    kind = kind_of(row.kind)
    return Described(
        row=row,
        title=page.title if page else "",
        text=page.text if page else "",
        minutes=page.minutes if page else 0,
        icon=kind.icon,
        is_self_declared=kind.is_self_declared,
    )


def station(
    number: int, there: list[Evening], *, is_chosen: bool, is_away: bool = False
) -> dict[str, Any]:
    """One evening on the way. Of a track that is not chosen yet only the earliest date is known."""
    first = earliest(there)
    now = timezone.now()
    is_over = first.ends_at <= now
    is_now = first.starts_at <= now < first.ends_at
    state = "done" if is_over else "now" if is_now else "open"
    if len(there) > 1 and not is_chosen:
        title = _("Evening %(code)s") % {"code": number}
        note = _("after you choose a track")
    else:
        title = _("Evening %(code)s") % {"code": first.code}
        note = _("you told that you cannot come") if is_away else moment(first.starts_at)
    if first.is_cancelled:
        state, note = "cancelled", _("cancelled")
    is_known = first.edition.published_at is not None and (is_chosen or len(there) == 1)
    return {
        "title": title,
        "note": note,
        "url": reverse("delivery:evening", args=[first.public_id]) if is_known else "",
        "state": state,
        "is_evening": True,
        "is_today": not first.is_cancelled
        and timezone.localdate(first.starts_at) == timezone.localdate(now),
    }


def earliest(evenings: list[Evening]) -> Evening:
    """Of those that take place, as long as one does."""
    return min(evenings, key=lambda evening: (evening.is_cancelled, evening.starts_at))


def homework_between(number: int, rows: list[Progress], *, is_current: bool) -> dict[str, Any]:
    """What is done at home before the evening of this number."""
    asked = [row for row in rows if row.evening_number == number and row.is_required]
    done = sum(row.state == State.DONE for row in asked)
    if is_current:
        state = "now"
    elif asked and done == len(asked):
        state = "done"
    else:
        state = "open" if asked and asked[0].shown_state != State.LOCKED else "locked"
    note = _("%(done)d of %(total)d done") % {"done": done, "total": len(asked)} if asked else ""
    return {
        "title": _("At home"),
        "note": note,
        "state": state,
        "is_evening": False,
        "is_today": is_current,
    }


def way_of(
    enrolment: Enrolment, course: Outline, evenings: list[Evening], rows: list[Progress]
) -> Way:
    track = chosen_track(enrolment)
    row_of_evenings: dict[int, list[Evening]] = {}
    for evening in evenings:
        if track is None or evening.track_key in (None, track):
            row_of_evenings.setdefault(evening.number, []).append(evening)
    elsewhere = Elsewhere(enrolment)
    for number, there in row_of_evenings.items():
        if track is not None or len(there) == 1:
            row_of_evenings[number] = [elsewhere.instead_of(there[0])]
    way = Way()
    now = timezone.now()
    way.next_evening = next_of(earliest(there) for _, there in sorted(row_of_evenings.items()))
    if way.next_evening is not None:
        way.next_page = course.evenings.get(way.next_evening.page_key)
        way.is_away = way.next_evening.pk in elsewhere.away
    for number, there in sorted(row_of_evenings.items()):
        first = earliest(there)
        if way.steps:
            is_current = first == way.next_evening and first.starts_at > now
            way.steps.append(homework_between(number, rows, is_current=is_current))
        is_away = first.pk in elsewhere.away
        way.steps.append(station(number, there, is_chosen=track is not None, is_away=is_away))
    return way


def next_of(evenings: Iterable[Evening]) -> Evening | None:
    """The first that takes place; where none does any more, the first as it was planned."""
    coming = [evening for evening in evenings if evening.ends_at > timezone.now()]
    held = [evening for evening in coming if not evening.is_cancelled]
    return next(iter(held or coming), None)


@dataclass(frozen=True)
class ParticipantReadiness:
    """What trainers see of somebody: ready or not ready, never what they made."""

    name: str
    practice: str
    profession: str
    is_ready: bool


@dataclass(frozen=True)
class RoomStep:
    """What an evening asks of its trainers now."""

    evening: Evening
    kind: str  # prepare, run, confirm


@dataclass(frozen=True)
class EditionOverview:
    edition: Edition
    evenings: list[Evening]
    next_evening: Evening | None
    room: RoomStep | None
    participants: list[ParticipantReadiness]

    @property
    def ready(self) -> int:
        return sum(participant.is_ready for participant in self.participants)


def by_what_comes_first(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """On top whose evening is today; then where one was held and has a list to confirm yet, or one
    comes first. What is over or cancelled follows, the latest of it first."""
    now = timezone.now()
    tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    takes_place = Q(evenings__cancelled_at=None)
    held = takes_place & Q(cancelled_at=None)
    is_to_come = Q(evenings__ends_at__gt=now)
    is_to_confirm = Q(evenings__ends_at__gt=now - TO_CONFIRM, evenings__confirmation=None)

    def first(which: Q) -> Min:
        return Min("evenings__starts_at", filter=held & which)

    return editions.annotate(
        today_at=first(is_to_come & Q(evenings__starts_at__lt=tomorrow)),
        asks_at=first(is_to_come | is_to_confirm),
        last_at=Max("evenings__starts_at", filter=takes_place),
    ).order_by(
        F("today_at").asc(nulls_last=True),
        F("asks_at").asc(nulls_last=True),
        F("last_at").desc(nulls_last=True),
        "-pk",
    )


def edition_overviews(editions: QuerySet[Edition]) -> list[EditionOverview]:
    people = (
        Enrolment.objects.active()
        .select_related("participant__practice", "participant__profession")
        .prefetch_related("progress")
        .order_by("couple", "pk")
    )
    evenings = Evening.objects.select_related("edition", "confirmation")
    full = editions.prefetch_related(
        Prefetch("evenings", queryset=evenings), Prefetch("enrolments", queryset=people)
    )
    return [edition_overview(edition) for edition in full]


def edition_overview(edition: Edition) -> EditionOverview:
    evenings = list(edition.evenings.all())
    coming = [one for one in evenings if one.ends_at > timezone.now() and not one.is_cancelled]
    next_evening = min(coming, key=lambda evening: evening.starts_at, default=None)
    number = next_evening.number if next_evening else 0
    return EditionOverview(
        edition=edition,
        evenings=evenings,
        next_evening=next_evening,
        room=room_step(evenings),
        participants=[readiness(person, number) for person in edition.enrolments.all()],
    )


def room_step(evenings: list[Evening]) -> RoomStep | None:
    """The list of an evening that was comes before the next evening, unless that is today."""
    now = timezone.now()
    held = [one for one in evenings if not one.is_cancelled]
    for evening in held:
        if now - TO_CONFIRM < evening.ends_at <= now and not hasattr(evening, "confirmation"):
            confirm = RoomStep(evening, "confirm")
            break
    else:
        confirm = None
    coming = [one for one in held if now < one.ends_at and one.starts_at < now + TO_PREPARE]
    first = min(coming, key=lambda one: one.starts_at, default=None)
    if first and timezone.localdate(first.starts_at) <= timezone.localdate(now):
        return RoomStep(first, "run")
    return confirm or (RoomStep(first, "prepare") if first else None)


def readiness(enrolment: Enrolment, number: int) -> ParticipantReadiness:
    person = enrolment.participant
    rows: Iterable[Progress] = enrolment.progress.all()
    return ParticipantReadiness(
        name=str(person),
        practice=str(person.practice or ""),
        profession=str(person.profession or ""),
        is_ready=is_ready(list(rows), number),
    )


def readiness_before(evening: Evening, enrolments: list[Enrolment]) -> dict[int, bool]:
    """Who has done what was asked before this evening; of guests nobody here knows."""
    rows: dict[int, list[Progress]] = {one.pk: [] for one in enrolments}
    for row in Progress.objects.filter(enrolment__in=rows):
        rows[row.enrolment_id].append(row)
    return {
        one.pk: is_ready(rows[one.pk], evening.number)
        for one in enrolments
        if one.edition_id == evening.edition_id
    }
