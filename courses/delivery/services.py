"""What coordinators and participants make happen with editions."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.curriculum.models import ContentVersion
from courses.curriculum.reading import outline
from courses.delivery import signals
from courses.delivery.models import (
    CoupleSide,
    Edition,
    Enrolment,
    Evening,
    EveningTrainer,
    Group,
    GroupMembership,
    Interest,
    PracticeCouple,
    TrackChoice,
)
from lms.accounts.models import CareGroup, Profession, User

INTEREST_SALT = "delivery.interest"
INTEREST_LIMIT = 20_000  # rows in one night: the rest follows in the next


class NotACouple(Exception):
    """These two people cannot enrol together."""


class UnknownTrack(Exception):
    """The edition's course has no such track."""


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


def are_two_sides(first: int | None, second: int | None) -> bool:
    """Whether people of these two professions make a couple."""
    sides = dict(
        CoupleSide.objects.filter(profession__in=[first, second]).values_list("profession", "side")
    )
    return len(sides) == 2 and len(set(sides.values())) == 2


@transaction.atomic
def enrol_couple(edition: Edition, first: User, second: User) -> PracticeCouple:
    """Two people of one practice take one place together."""
    is_one_practice = first.practice_id is not None and first.practice_id == second.practice_id
    if not is_one_practice or not are_two_sides(first.profession_id, second.profession_id):
        raise NotACouple
    practice = first.practice
    assert practice is not None  # noqa: S101 -- said above; for the type checker
    couple = PracticeCouple.objects.create(
        edition=edition, practice=practice, confirmed_at=timezone.now()
    )
    for person in (first, second):
        enrolment = Enrolment.objects.create(edition=edition, participant=person, couple=couple)
        join_group(edition, Group.Kind.EDITION, person)
        signals.enrolled.send(Enrolment, enrolment=enrolment)
    return couple


@transaction.atomic
def end_enrolment(enrolment: Enrolment) -> None:
    """Somebody stops: from now on nothing that is shared with the group is theirs to see."""
    moment = timezone.now()
    Enrolment.objects.active().filter(pk=enrolment.pk).update(ended_at=moment)
    leave_edition_group(enrolment.edition, enrolment.participant)


@transaction.atomic
def choose_track(enrolment: Enrolment, track_key: uuid.UUID) -> TrackChoice:
    """One person's choice; what the partner chooses has nothing to do with it."""
    if not enrolment.edition.evenings.filter(track_key=track_key).exists():
        raise UnknownTrack
    choice, _ = TrackChoice.objects.update_or_create(
        enrolment=enrolment, defaults={"track_key": track_key, "chosen_at": timezone.now()}
    )
    enrolment.track_choice = choice
    signals.track_chosen.send(Enrolment, enrolment=enrolment)
    return choice


def current_enrolment(user: User) -> Enrolment | None:
    """What somebody takes part in now: the edition that was joined last."""
    found = (
        Enrolment.objects.active()
        .filter(participant=user)
        .select_related("edition", "track_choice", "couple")
        .order_by("-created_at", "-pk")
        .first()
    )
    if found is not None:
        found.participant = user
    return found


def chosen_track(enrolment: Enrolment) -> uuid.UUID | None:
    choice: TrackChoice | None = getattr(enrolment, "track_choice", None)
    return choice.track_key if choice else None


def evenings_of(enrolment: Enrolment) -> list[Evening]:
    """The evenings of one participant, in order: four, of which only the base part is known
    before a track is chosen."""
    chosen = chosen_track(enrolment)
    attends = Q(track_key=None) | Q(track_key=chosen) if chosen else Q(track_key=None)
    return list(enrolment.edition.evenings.filter(attends).order_by("number"))


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
    return taught


def is_trainer_of(edition: Edition, user: User) -> bool:
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition=edition)
    return taught.filter(role=EveningTrainer.Role.TRAINER).exists()


def join_group(edition: Edition, kind: str, user: User) -> None:
    group = edition.groups.get(kind=kind)
    if not group.memberships.valid().filter(user=user).exists():
        group.memberships.create(user=user)


def leave_group(edition: Edition, kind: str, user: User) -> None:
    group = edition.groups.get(kind=kind)
    moment = timezone.now()
    valid = GroupMembership.objects.valid().filter(group=group, user=user)
    valid.filter(valid_from__lt=moment).update(valid_until=moment)


def leave_edition_group(edition: Edition, user: User) -> None:
    """Unless something else still puts them in it: taking part, or teaching."""
    takes_part = Enrolment.objects.active().filter(edition=edition, participant=user).exists()
    if not takes_part and not is_trainer_of(edition, user):
        leave_group(edition, Group.Kind.EDITION, user)


def known_regions() -> list[str]:
    """Regions that have, or had, an edition."""
    return list(Edition.objects.order_by("region").values_list("region", flat=True).distinct())


@transaction.atomic
def leave_interest(
    *,
    region: str,
    email: str,
    name: str = "",
    profession: Profession | None = None,
    page_key: uuid.UUID | None = None,
) -> Interest:
    """The same address for the same region stays one row, with what was said last."""
    said = {
        "region": spelling_of(region),
        "email": email,
        "name": name,
        "profession": profession,
        "page_key": page_key,
        "left_at": timezone.now(),
    }
    interest, _ = Interest.objects.update_or_create(
        email__iexact=email, region__iexact=region, defaults=said
    )
    return interest


def spelling_of(region: str) -> str:
    """As it was written before, by whoever planned an edition or else by a visitor."""
    for model in (Edition, Interest):
        known = model._default_manager.filter(region__iexact=region).order_by("pk").first()
        if known is not None:
            return str(known.region)
    return region


def interest_token(interest: Interest) -> str:
    """With it somebody takes an interest back, without an account."""
    return signing.dumps(interest.pk, salt=INTEREST_SALT)


def interest_of_token(token: str) -> Interest | None:
    """None once it was taken back or its time is over; ``BadSignature`` when it is none of ours."""
    pk = signing.loads(token, salt=INTEREST_SALT)
    return Interest.objects.filter(pk=pk).first()


def interest_per_region() -> list[tuple[str, list[Interest]]]:
    """What was left last comes first in its region."""
    rows = Interest.objects.select_related("profession").order_by("region", "-left_at", "pk")
    return [(region, list(group)) for region, group in groupby(rows, lambda one: one.region)]


def clear_interest() -> None:
    before = timezone.now() - timedelta(days=settings.INTEREST_KEPT_DAYS)
    old = Interest.objects.filter(left_at__lt=before)
    Interest.objects.filter(pk__in=old.values_list("pk", flat=True)[:INTEREST_LIMIT]).delete()
