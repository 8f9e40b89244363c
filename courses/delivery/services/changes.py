"""Planning an edition and changing it: what a coordinator wants of it, what that changes, and who
hears of it. Whoever waits for a place hears of a place, and of nothing else."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import ContentVersion
from courses.delivery import signals
from courses.delivery.models import Edition, Evening, FollowUpMeeting
from courses.delivery.services.company import company_of
from courses.delivery.services.editions import TOLD_TO_CALENDARS, change_evening, make_edition
from courses.delivery.services.follow_up import overtaken
from courses.delivery.services.places import hold_queue, promote_waiting, tell_of_place
from courses.delivery.services.publication import Finding, faults_while_running, load_for_checks
from lms.accounts.models import CareGroup, User
from lms.audit.services import record

# What the form of an edition says, in the order in which it is read back.
EDITION_FIELDS = {
    "title": _("Title"),
    "content": _("Version of the course"),
    "region": _("Region"),
    "care_group": _("Care group"),
    "is_open": _("Open to everybody"),
    "capacity": _("Places"),
    "track_choice_days": _("Days before the tracks on which choosing ends"),
    "track_minimum": _("Fewest people in a track"),
}
EVENING_FIELDS = {
    "starts_at": _("Begin"),
    "ends_at": _("End"),
    "is_online": _("Online"),
    "online_url": _("Link"),
    "place": _("Place"),
    "address": _("Address"),
    "practical": _("Practical"),
}


class EditionCancelled(Exception):
    """It does not take place, so nothing of it changes any more."""


class VersionFixed(Exception):
    """The version stands as soon as people can find the edition, or take part in it."""


class ChangedMeanwhile(Exception):
    """Somebody else kept changes since this coordinator opened the form."""


class FewerThanTaken(Exception):
    """More places were given than there would be."""


class HasBeen(Exception):
    """Somebody was noted as present, so this evening was when it was."""


@dataclass(frozen=True)
class EditionPlan:
    """An edition as a coordinator wants it; the evenings are not saved."""

    title: str
    content: ContentVersion
    region: str
    care_group: CareGroup | None
    is_open: bool
    capacity: int
    track_choice_days: int
    track_minimum: int
    evenings: Sequence[Evening]
    seen: str = ""  # the mark of what stood there when the form was opened; empty: not known


@dataclass(frozen=True)
class Change:
    """One thing that becomes different; of an evening, or of the edition itself."""

    name: str
    before: Any
    after: Any
    evening: Evening | None = None

    @property
    def label(self) -> str:
        return str((EVENING_FIELDS if self.evening else EDITION_FIELDS)[self.name])


@dataclass(frozen=True)
class Preview:
    """Before it is done: what changes, and how many people are told."""

    changes: Sequence[Change]
    told: int  # people whose calendar changes
    placed: int  # couples for whom a place comes free
    overtaken: Sequence[FollowUpMeeting]  # meetings after the course that would be before its end
    faults: Sequence[Finding]  # what else would not be right any more


@transaction.atomic
def plan_edition(plan: EditionPlan, *, by: User) -> Edition:
    """A new draft. Only coordinators know it until it is published."""
    edition = make_edition(
        title=plan.title,
        content=plan.content,
        region=plan.region,
        starts={one.code: one.starts_at for one in plan.evenings},
        care_group=plan.care_group,
        capacity=plan.capacity,
    )
    keep(edition, plan)
    note("edition.planned", edition, by=by)
    return edition


@transaction.atomic
def change_edition(edition: Edition, plan: EditionPlan, *, by: User) -> Edition:
    """All that differs, in one save: whom it concerns is told once, however much it is."""
    edition = held(edition, plan)
    changes = changes_of(edition, plan)
    has_more_places = plan.capacity > edition.capacity
    keep(edition, plan)
    if changes:
        note("edition.changed", edition, by=by, detail=named(changes))
    if any(one.evening for one in changes):
        signals.evenings_moved.send(Edition, edition=edition)
    if has_more_places:
        for couple in promote_waiting(edition):
            tell_of_place(couple)
    return edition


def held(edition: Edition, plan: EditionPlan) -> Edition:
    """As it stands now, with the evenings of the wanted version, while nobody else changes it."""
    hold_queue(edition)
    edition = Edition.objects.get(pk=edition.pk)
    if edition.cancelled_at is not None:
        raise EditionCancelled
    if plan.seen and plan.seen != mark_of(edition):
        raise ChangedMeanwhile
    if plan.capacity < edition.seats_taken:
        raise FewerThanTaken
    if plan.content != edition.content:
        fit_version(edition, plan)
    for evening, wanted in pairs(edition, plan):
        if evening.starts_at != wanted.starts_at and has_been(evening):
            raise HasBeen
    return edition


def mark_of(edition: Edition) -> str:
    """The same for as long as nobody changes what the form of an edition says."""
    own = Edition.objects.filter(pk=edition.pk).values_list(*EDITION_FIELDS)
    evenings = edition.evenings.order_by("pk").values_list("page_key", "code", *EVENING_FIELDS)
    return hashlib.sha256(repr((list(own), list(evenings))).encode()).hexdigest()


def keep(edition: Edition, plan: EditionPlan) -> None:
    for name in EDITION_FIELDS:
        setattr(edition, name, getattr(plan, name))
    edition.save(update_fields=list(EDITION_FIELDS))
    for evening, wanted in pairs(edition, plan):
        differing = {name: getattr(wanted, name) for name in differences(evening, wanted)}
        if differing:
            change_evening(evening, differing)


def pairs(edition: Edition, plan: EditionPlan) -> Iterator[tuple[Evening, Evening]]:
    """Each evening as it is, with how it is wanted."""
    wanted = {one.code: one for one in plan.evenings}
    for evening in edition.evenings.select_related("edition").order_by("number", "code"):
        if evening.code in wanted:
            yield evening, wanted[evening.code]


def differences(evening: Evening, wanted: Evening) -> list[str]:
    return [name for name in EVENING_FIELDS if getattr(evening, name) != getattr(wanted, name)]


def changes_of(edition: Edition, plan: EditionPlan) -> list[Change]:
    changes = [
        Change(name, getattr(edition, name), getattr(plan, name))
        for name in EDITION_FIELDS
        if getattr(edition, name) != getattr(plan, name)
    ]
    for evening, wanted in pairs(edition, plan):
        for name in differences(evening, wanted):
            changes.append(Change(name, getattr(evening, name), getattr(wanted, name), evening))
    return changes


def preview(edition: Edition, plan: EditionPlan) -> Preview:
    changes = changes_of(edition, plan)
    told = {one.evening for one in changes if one.evening and one.name in TOLD_TO_CALENDARS}
    heard = [
        evening
        for evening, wanted in pairs(edition, plan)
        if evening in told and evening.cancelled_at is None and wanted.ends_at > timezone.now()
    ]
    return Preview(
        changes=changes,
        told=len(people_at(heard)) if edition.published_at else 0,
        placed=placed_by(edition, plan.capacity),
        overtaken=overtaken(edition.follow_up.all(), last_end(edition, plan)),
        faults=new_faults(edition, plan),
    )


def new_faults(edition: Edition, plan: EditionPlan) -> list[Finding]:
    """What the planning would find afterwards and does not find now: it is changed, looked at, and
    put back."""
    known = {str(one) for one in faults_of(edition)}
    with transaction.atomic():
        for evening, wanted in pairs(edition, plan):
            differing = {name: getattr(wanted, name) for name in differences(evening, wanted)}
            if differing:
                Evening.objects.filter(pk=evening.pk).update(**differing)
        found = faults_of(edition)
        transaction.set_rollback(True)
    return [one for one in found if str(one) not in known and one.mend != "delivery:follow_up"]


def faults_of(edition: Edition) -> list[Finding]:
    evenings = list(edition.evenings.select_related("edition"))
    load_for_checks(evenings)
    return faults_while_running(edition, evenings)


def last_end(edition: Edition, plan: EditionPlan) -> datetime:
    held = [wanted for evening, wanted in pairs(edition, plan) if evening.cancelled_at is None]
    return max((one.ends_at for one in held), default=timezone.now())


def people_at(evenings: Sequence[Evening]) -> set[int]:
    """Who is expected at one of these, or teaches it."""
    people: set[int] = set()
    for evening in evenings:
        company = company_of(evening)
        people.update(person.pk for person in company.participants)
        people.update(taught.user_id for taught in company.trainers)
    return people


def placed_by(edition: Edition, capacity: int) -> int:
    free, placed = capacity - edition.seats_taken, 0
    if capacity <= edition.capacity:
        return placed
    for seats in edition.couples.waiting().values_list("seats", flat=True):
        if seats > free:
            break
        free, placed = free - seats, placed + 1
    return placed


def has_been(evening: Evening) -> bool:
    return evening.marks.exists() or evening.attendances.exists()


def is_version_fixed(edition: Edition) -> bool:
    has_people = edition.enrolments.active().exists() or edition.couples.standing().exists()
    return edition.published_at is not None or has_people


def fit_version(edition: Edition, plan: EditionPlan) -> None:
    """The evenings become those of another version; one that it has too keeps its trainers."""
    if is_version_fixed(edition):
        raise VersionFixed
    stays = {one.page_key: one for one in edition.evenings.all()}
    wanted = {one.page_key: one for one in plan.evenings}
    edition.evenings.exclude(page_key__in=wanted).delete()
    for page_key, evening in wanted.items():
        if page_key in stays:
            own = Evening.objects.filter(pk=stays[page_key].pk)
            own.update(code=evening.code, number=evening.number, track_key=evening.track_key)
        else:
            evening.edition = edition
            evening.save(force_insert=True)


def named(changes: Sequence[Change]) -> dict[str, Any]:
    """Which things, not what they became: that stands in the edition."""
    of_evenings: dict[str, list[str]] = {}
    for one in changes:
        if one.evening:
            of_evenings.setdefault(one.evening.code, []).append(one.name)
    return {"edition": [one.name for one in changes if not one.evening], "evenings": of_evenings}


def note(
    event: str, edition: Edition, *, by: User, detail: Mapping[str, Any] | None = None
) -> None:
    record(
        event,
        stream=f"edition:{edition.public_id}",
        actor=by,
        role="coordinator",
        object_type="edition",
        object_ref=str(edition.public_id),
        detail=dict(detail or {}),
    )
