"""What coordinators see of all editions at once: what comes first, and what needs them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import (
    Case,
    Count,
    F,
    Max,
    Min,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.delivery.models import (
    AloneRequest,
    Edition,
    Evening,
    EveningTrainer,
    PracticeCouple,
    TrackChoice,
)
from courses.delivery.services.presence import looking_in
from courses.delivery.services.publication import (
    Finding,
    faults_while_running,
    findings_of,
    is_coming,
    load_for_checks,
)
from courses.delivery.services.tracks import choosing_time
from lms.accounts.models import User

TRAINERS_KNOWN_DAYS = 14  # before an evening
TRACKS_FILLED_DAYS = 14  # before the last day to choose
Tally = Counter[UUID]  # people per track


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    OVER = "over", _("Over")
    CANCELLED = "cancelled", _("Cancelled")


@dataclass(frozen=True)
class Row:
    edition: Edition
    state: State
    evenings: Sequence[Evening | None]  # one per column; none: this edition has no such evening
    waiting: int  # couples
    alarms: Sequence[Finding]  # the most urgent first
    tally: Tally

    @property
    def alarm(self) -> Finding | None:
        return self.alarms[0] if self.alarms else None

    @property
    def more(self) -> int:
        """Alarms beside the first."""
        return max(len(self.alarms) - 1, 0)


@dataclass(frozen=True)
class Planning:
    codes: Sequence[str]  # of the evenings, one column each
    rows: Sequence[Row]


def planned_editions(user: User, *, region: str = "", state: str = "") -> QuerySet[Edition]:
    """What comes first stands first; what is over or cancelled last, the latest of it first."""
    held = Q(evenings__cancelled_at=None)
    coming = held & Q(evenings__ends_at__gt=timezone.now())
    editions = Edition.objects.visible_to(user).annotate(
        next_at=Min("evenings__starts_at", filter=coming),
        last_at=Max("evenings__starts_at", filter=held),
        state=Case(
            When(cancelled_at__isnull=False, then=Value(State.CANCELLED.value)),
            When(published_at=None, then=Value(State.DRAFT.value)),
            When(next_at=None, then=Value(State.OVER.value)),
            default=Value(State.PUBLISHED.value),
        ),
        is_done=Q(state__in=[State.OVER, State.CANCELLED]),
    )
    if region:
        editions = editions.filter(region=region)
    if state:
        editions = editions.filter(state=state)
    return editions.order_by(
        "is_done",
        Case(When(is_done=False, then=F("next_at"))).asc(nulls_last=True),
        F("last_at").desc(nulls_last=True),
        "title",
        "pk",
    )


def plan_of(editions: QuerySet[Edition]) -> Planning:
    """One page of them, in a number of queries that does not grow with it."""
    teaching = EveningTrainer.objects.valid().filter(role=EveningTrainer.Role.TRAINER)
    found = list(
        editions.prefetch_related(
            Prefetch("evenings", Evening.objects.order_by("number", "code")),
            Prefetch("evenings__trainers", teaching, to_attr="teaching"),
        )
    )
    load_for_checks(
        [
            one
            for edition in found
            for one in edition.evenings.all()
            if is_draft(edition) or is_coming(one)
        ]
    )
    look_at_queues(found)
    tallies = tally_tracks(found)
    columns = sorted(
        {(one.number, one.code) for edition in found for one in edition.evenings.all()}
    )
    codes = list(dict.fromkeys(code for _number, code in columns))
    return Planning(codes, [row_of(edition, codes, tallies[edition.pk]) for edition in found])


def row_of(edition: Edition, codes: Sequence[str], tally: Tally) -> Row:
    state = State(edition.state)  # type: ignore[attr-defined]  # annotated
    held = {one.code: one for one in edition.evenings.all()}
    return Row(
        edition=edition,
        state=state,
        evenings=[held.get(code) for code in codes],
        waiting=edition.waiting,  # type: ignore[attr-defined]  # annotated
        alarms=list(alarms_of(edition, state, tally)),
        tally=tally,
    )


def look_at_queues(editions: Sequence[Edition]) -> None:
    """How many couples wait, for how many places the first does, whether somebody asks to come
    alone, and how many look for a place to catch up."""
    queues: defaultdict[int, list[int]] = defaultdict(list)
    waiting = PracticeCouple.objects.waiting().filter(edition__in=[one.pk for one in editions])
    for edition, seats in waiting.values_list("edition", "seats"):
        queues[edition].append(seats)
    asking = AloneRequest.objects.waiting().filter(edition__in=[one.pk for one in editions])
    asked = set(asking.values_list("edition", flat=True))
    people = looking_in(*editions).values_list("evening__edition", "enrolment")
    looking = Counter(edition for edition, _enrolment in set(people))
    for one in editions:
        one.looking = looking[one.pk]  # type: ignore[attr-defined]
        one.is_asked = one.pk in asked  # type: ignore[attr-defined]
        queue = queues[one.pk]
        one.waiting = len(queue)  # type: ignore[attr-defined]
        one.seats_asked = queue[0] if queue else None  # type: ignore[attr-defined]


def is_draft(edition: Edition) -> bool:
    return edition.published_at is None and edition.cancelled_at is None


def tally_tracks(editions: Iterable[Edition]) -> defaultdict[int, Tally]:
    chosen = TrackChoice.objects.filter(
        enrolment__edition__in=[one.pk for one in editions], enrolment__ended_at=None
    )
    tallies: defaultdict[int, Tally] = defaultdict(Counter)
    counted = chosen.values_list("enrolment__edition", "track_key").annotate(Count("pk"))
    for edition, track, people in counted:
        tallies[edition][track] = people
    return tallies


def alarms_of(edition: Edition, state: State, tally: Tally) -> Iterator[Finding]:
    """The most urgent first. What is over or cancelled needs nobody."""
    evenings = list(edition.evenings.all())
    if state == State.DRAFT:
        yield from findings_of(edition, [one for one in evenings if one.cancelled_at is None])
    elif state == State.PUBLISHED:
        yield from lacks_trainers(edition)
        yield from faults_while_running(edition, evenings)
        yield from leaves_questions_open(edition)
        yield from looks_for_places(edition)
        yield from lets_couples_wait(edition)
        yield from has_small_tracks(edition, tally)


def lacks_trainers(edition: Edition) -> Iterator[Finding]:
    soon = timezone.now() + timedelta(days=TRAINERS_KNOWN_DAYS)
    for evening in edition.evenings.all():
        is_soon = evening.cancelled_at is None and timezone.now() < evening.starts_at <= soon
        if is_soon and not evening.teaching:  # type: ignore[attr-defined]  # prefetched
            text = _("Evening {code} on {day} has no trainer yet. Find one.")
            day = day_of(evening.starts_at)
            yield alarm(text, "trainers:edition", code=evening.code, day=day)


def leaves_questions_open(edition: Edition) -> Iterator[Finding]:
    if edition.is_asked:  # type: ignore[attr-defined]  # looked at
        yield alarm(
            _("Somebody asks to come alone, and waits for your answer."), "delivery:participants"
        )


def looks_for_places(edition: Edition) -> Iterator[Finding]:
    looking = edition.looking  # type: ignore[attr-defined]  # looked at
    if looking:
        text = ngettext(
            "One person has no place yet to catch up on an evening. Find one.",
            "{looking} people have no place yet to catch up on an evening. Find one for each.",
            looking,
        )
        yield alarm(text, "delivery:attendance", looking=looking)


def lets_couples_wait(edition: Edition) -> Iterator[Finding]:
    asked = edition.seats_asked  # type: ignore[attr-defined]  # annotated
    free = edition.capacity - edition.seats_taken
    if asked is not None and free >= asked:
        text = ngettext(
            "One place is free while people wait. Give it to the first in the queue.",
            "{free} places are free while people wait. Give them to the first in the queue.",
            free,
        )
        yield alarm(text, "delivery:participants", free=free)


def has_small_tracks(edition: Edition, tally: Tally) -> Iterator[Finding]:
    choosing = choosing_time(edition, edition.evenings.all())
    if choosing.last_day is None or choosing.closes_at is None or choosing.is_over:
        return
    tracks = {one.track_key for one in edition.evenings.all() if one.track_key}
    is_near = choosing.closes_at - timezone.now() <= timedelta(days=TRACKS_FILLED_DAYS)
    if is_near and any(tally[track] < edition.track_minimum for track in tracks):
        text = _("A track has fewer than {minimum} people, and choosing ends after {day}.")
        day = date_format(choosing.last_day, "j F")
        yield alarm(text, "delivery:tracks", minimum=edition.track_minimum, day=day)


def alarm(text: object, mend: str, **said: object) -> Finding:
    return Finding(str(text).format(**said), blocks=False, mend=mend)


def day_of(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F")
