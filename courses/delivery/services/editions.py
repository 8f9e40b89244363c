"""Planning editions: their evenings, who teaches them, and when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from courses.curriculum.models import ContentVersion
from courses.curriculum.reading import outline
from courses.delivery import signals
from courses.delivery.models import (
    Edition,
    Evening,
    EveningTrainer,
    Group,
)
from courses.delivery.services.calendar import tell_calendar
from courses.delivery.services.groups import (
    is_trainer_of,
    join_group,
    leave_edition_group,
    leave_group,
)
from lms.accounts.models import CareGroup, User

# Of an evening; other words on its page are read there.
TOLD_TO_CALENDARS = {
    "starts_at", "ends_at", "place", "address", "online_url", "is_online", "cancelled_at",
}  # fmt: skip


class EveningsIncomplete(Exception):
    """The dates given are not those of the evenings of this course."""


@transaction.atomic
def make_edition(
    *,
    title: str,
    content: ContentVersion,
    region: str,
    starts: Mapping[str, datetime],
    place: str = "",
    care_group: CareGroup | None = None,
    capacity: int = 16,
) -> Edition:
    """An edition with all evenings of its course; ``starts`` says per code when each begins."""
    pages = outline(content).evenings.values()
    if {page.code for page in pages} != set(starts):
        raise EveningsIncomplete
    edition = Edition.objects.create(
        title=title,
        content=content,
        region=region,
        care_group=care_group,
        is_open=care_group is None,
        capacity=capacity,
    )
    Evening.objects.bulk_create(
        Evening(
            edition=edition,
            page_key=page.key,
            code=page.code,
            number=page.number,
            track_key=page.track_key,
            starts_at=starts[page.code],
            ends_at=after(starts[page.code], page.minutes),
            place=place,
        )
        for page in pages
    )
    for kind in (Group.Kind.EDITION, Group.Kind.TRAINERS):
        Group.objects.create(edition=edition, kind=kind, name=str(kind.label))
    return edition


def after(moment: datetime, minutes: int) -> datetime:
    """So long after it by any clock, also in the night that Dutch clocks change."""
    return moment.astimezone(UTC) + timedelta(minutes=minutes)


@transaction.atomic
def move_evenings(edition: Edition, starts: Mapping[str, datetime]) -> None:
    """Evenings begin at another time, per code; deadlines go with them."""
    for evening in edition.evenings.filter(code__in=starts):
        if evening.starts_at != starts[evening.code]:
            move_evening(evening, starts[evening.code])
    signals.evenings_moved.send(Edition, edition=edition)


def move_evening(evening: Evening, starts_at: datetime) -> None:
    length = evening.ends_at - evening.starts_at
    changes = {"starts_at": starts_at, "ends_at": starts_at + length}
    change_evening(evening, changes)


def change_evening(evening: Evening, changes: Mapping[str, Any]) -> None:
    """Its sequence grows with what a calendar must hear of, once per save."""
    for name, value in changes.items():
        setattr(evening, name, value)
    said = Evening.objects.filter(pk=evening.pk)
    is_told = not TOLD_TO_CALENDARS.isdisjoint(changes)
    said.update(**changes, sequence=F("sequence") + 1 if is_told else F("sequence"))
    evening.refresh_from_db(fields=["sequence"])


@transaction.atomic
def put_before_evening(
    evening: Evening,
    user: User,
    role: str = EveningTrainer.Role.TRAINER,
    *,
    is_told: bool = True,
) -> EveningTrainer:
    """Somebody teaches this evening. Ask ``trainers.services.assign_trainer``: it knows who may.
    Who puts somebody before several evenings at once tells it when all of them are known."""
    taught, _ = EveningTrainer.objects.update_or_create(
        evening=evening, user=user, defaults={"role": role, "valid_until": None}
    )
    if is_trainer_of(evening.edition, user):
        join_group(evening.edition, Group.Kind.TRAINERS, user)
        join_group(evening.edition, Group.Kind.EDITION, user)
    else:  # runs along from now on: what was shared with the trainers is no longer theirs
        leave_group(evening.edition, Group.Kind.TRAINERS, user)
        leave_edition_group(evening.edition, user)
    if is_told:
        tell_calendar(evening.edition, user)
    return taught


@transaction.atomic
def take_from_evening(evening: Evening, user: User, *, is_told: bool = True) -> None:
    """Somebody does not teach this evening any more, nor runs along. Who teaches no other evening
    of the edition sees nothing that is shared with its groups from now on."""
    ended = evening.trainers.valid().filter(user=user).update(valid_until=timezone.now())
    if not ended:
        return
    if not is_trainer_of(evening.edition, user):
        leave_group(evening.edition, Group.Kind.TRAINERS, user)
        leave_edition_group(evening.edition, user)
    if is_told:
        tell_calendar(evening.edition, user)


def known_regions() -> list[str]:
    """Regions that have, or had, an edition."""
    return regions_of(Edition.objects.all())


def public_regions() -> list[str]:
    """The same, as far as visitors may know: not of drafts."""
    return regions_of(Edition.objects.filter(published_at__isnull=False))


def regions_of(editions: QuerySet[Edition]) -> list[str]:
    return list(editions.order_by("region").values_list("region", flat=True).distinct())
