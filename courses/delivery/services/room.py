"""What a trainer sees during an evening: what is on, what comes, and who is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.curriculum.reading import pinned
from courses.delivery.models import (
    AbsenceNotice,
    AttendanceConfirmation,
    AttendanceMark,
    Enrolment,
    Evening,
    OtherTrackVisit,
    RunMark,
)
from courses.delivery.services.attendance import (
    Part,
    expected_on,
    latest_marks,
    part_at,
    parts_in,
)
from courses.delivery.services.confirmation import confirmation_of
from courses.delivery.services.run import (
    Latest,
    Run,
    blocks_in,
    is_evening,
    latest_run_marks,
    leaders_of,
    minute_of,
    run_of,
)
from lms.accounts.models import User

COUPLE = 2  # trainers before an evening
# Who has done what was asked before this evening: filled by the app that knows. By enrolment.
READINESS: list[Callable[[Evening, list[Enrolment]], dict[int, bool]]] = []


@dataclass(frozen=True)
class Person:
    """Somebody who is expected, with the mark that counts for every part."""

    enrolment: Enrolment
    marks: list[tuple[Part, AttendanceMark | None]]
    is_ready: bool | None  # none: nobody knows
    is_guest: bool
    is_excused: bool = False  # said beforehand that they cannot come
    visit: OtherTrackVisit | None = None  # of another track, and let in

    @property
    def is_here(self) -> bool:
        return any(mark and mark.is_present for _part, mark in self.marks)


@dataclass(frozen=True)
class Room:
    evening: Evening
    run: Run
    said: Latest
    now: datetime
    confirmation: AttendanceConfirmation | None
    leaders: list[User]  # who may lead a block
    parts: list[Part]
    part: Part  # that is on, or about to begin
    people: list[Person]
    notes: str  # rich text, for trainers

    @property
    def is_evening(self) -> bool:
        return is_evening(self.evening, self.now)

    @property
    def is_before(self) -> bool:
        return self.now < self.evening.starts_at and not self.is_evening

    @property
    def is_over(self) -> bool:
        return self.now >= self.evening.ends_at

    @property
    def ready(self) -> int:
        return sum(bool(person.is_ready) for person in self.people)

    @property
    def asked(self) -> int:
        """Of how many is known whether they are ready."""
        return sum(person.is_ready is not None for person in self.people)

    @property
    def unmarked(self) -> list[Person]:
        return [one for one in self.people if not any(mark for _part, mark in one.marks)]

    @property
    def here(self) -> int:
        return sum(person.is_here for person in self.people)

    @property
    def expected(self) -> int:
        return sum(person.is_here or not person.is_excused for person in self.people)


def room_of(evening: Evening) -> Room:
    """The same number of queries however many people are expected."""
    page = pinned(evening.edition.content_id, evening.page_key)
    parts, latest = parts_in(page), latest_marks(evening)
    expected = list(expected_on(evening))
    ready = readiness_of(evening, expected)
    excused = set(AbsenceNotice.objects.filter(evening=evening).values_list("enrolment", flat=True))
    visits = {visit.enrolment_id: visit for visit in evening.other_track_visits.all()}
    people = [
        Person(
            one,
            [(part, latest.get((one.pk, part.number))) for part in parts],
            ready.get(one.pk),
            is_guest=one.edition_id != evening.edition_id,
            is_excused=one.pk in excused,
            visit=visits.get(one.pk),
        )
        for one in expected
    ]
    now = timezone.now()
    said = latest_run_marks(evening)
    run = run_of(evening, blocks_in(page), said, now)
    return Room(
        evening,
        run=run,
        said=said,
        now=now,
        confirmation=confirmation_of(evening),
        leaders=leaders_of(evening),
        parts=parts,
        part=part_at(parts, minute_of(run)),
        people=people,
        notes=page.trainer_notes if page else "",
    )


def readiness_of(evening: Evening, expected: list[Enrolment]) -> dict[int, bool]:
    known: dict[int, bool] = {}
    for read in READINESS:
        known |= read(evening, expected)
    return known


def to_prepare(room: Room) -> list[str]:
    """What a trainer still has to see to before an evening, in words."""
    evening = room.evening
    has_place = evening.online_url if evening.is_online else evening.place
    divided = {kind for _block, kind in room.said} >= {RunMark.Kind.LEADER}
    waiting = room.asked - room.ready
    told = [
        (not has_place, _("There is no place or link yet. Ask your coordinator.")),
        (not room.run.items, _("The programme of this evening has not been written yet.")),
        (len(room.leaders) < COUPLE, _("There is no couple of trainers for this evening yet.")),
        (bool(room.run.items) and not divided, _("Divide who leads which block.")),
        (
            waiting > 0,
            ngettext(
                "%(count)d person has not done everything yet.",
                "%(count)d people have not done everything yet.",
                waiting,
            )
            % {"count": waiting},
        ),
    ]
    return [words for is_open, words in told if is_open]
