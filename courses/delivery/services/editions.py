"""Planning editions: their evenings, who teaches them, and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

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
            ends_at=starts[page.code] + timedelta(minutes=page.minutes),
            place=place,
        )
        for page in pages
    )
    for kind in (Group.Kind.EDITION, Group.Kind.TRAINERS):
        Group.objects.create(edition=edition, kind=kind, name=str(kind.label))
    return edition


@transaction.atomic
def move_evenings(edition: Edition, starts: Mapping[str, datetime]) -> None:
    """Evenings begin at another time, per code; deadlines go with them."""
    for evening in edition.evenings.filter(code__in=starts):
        length = evening.ends_at - evening.starts_at
        evening.starts_at = starts[evening.code]
        evening.ends_at = evening.starts_at + length
        evening.save(update_fields=["starts_at", "ends_at"])
    signals.evenings_moved.send(Edition, edition=edition)


@transaction.atomic
def put_before_evening(
    evening: Evening, user: User, role: str = EveningTrainer.Role.TRAINER
) -> EveningTrainer:
    """Somebody teaches this evening. Ask ``trainers.services.assign_trainer``: it knows who may."""
    taught, _ = EveningTrainer.objects.update_or_create(
        evening=evening, user=user, defaults={"role": role, "valid_until": None}
    )
    if is_trainer_of(evening.edition, user):
        join_group(evening.edition, Group.Kind.TRAINERS, user)
        join_group(evening.edition, Group.Kind.EDITION, user)
    else:  # runs along from now on: what was shared with the trainers is no longer theirs
        leave_group(evening.edition, Group.Kind.TRAINERS, user)
        leave_edition_group(evening.edition, user)
    tell_calendar(evening.edition, user)
    return taught


def known_regions() -> list[str]:
    """Regions that have, or had, an edition."""
    return list(Edition.objects.order_by("region").values_list("region", flat=True).distinct())
