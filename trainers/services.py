"""Who teaches an evening, and who may."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.delivery.models import Edition, Evening, EveningTrainer
from courses.delivery.services import (
    are_two_sides,
    put_before_evening,
    take_from_evening,
    tell_calendar,
)
from courses.delivery.services.changes import note
from courses.delivery.services.places import hold_queue
from lms.accounts.models import User
from trainers.models import Trainer


class NotQualified(Exception):
    """Somebody who may not teach in this role."""


class NotATrainerCouple(Exception):
    """An evening is given by two trainers of different backgrounds."""


class ChangedMeanwhile(Exception):
    """Somebody else put other people before an evening since the form was opened."""


Role = EveningTrainer.Role
MAY_BE = {
    Role.TRAINER: [Trainer.Status.QUALIFIED],
    Role.RUN_ALONG: [Trainer.Status.IN_TRAINING],
}
COUPLE = 2


@dataclass(frozen=True)
class Team:
    """Who is before one evening."""

    couple: Sequence[User]
    along: Sequence[User]


@transaction.atomic
def assign_trainer(
    evening: Evening,
    user: User,
    role: str = EveningTrainer.Role.TRAINER,
    *,
    is_told: bool = True,
) -> EveningTrainer:
    """Put somebody before an evening: qualified, and beside a trainer of the other side."""
    trainer = Trainer.objects.filter(user=user, status__in=MAY_BE[Role(role)]).first()
    if trainer is None:
        raise NotQualified
    if role == Role.TRAINER:
        others = list(
            Trainer.objects.filter(
                user__in=evening.trainers.valid()
                .filter(role=Role.TRAINER)
                .exclude(user=user)
                .values("user")
            )
        )
        if len(others) >= COUPLE or any(
            not are_two_sides(trainer.background_id, other.background_id) for other in others
        ):
            raise NotATrainerCouple
    return put_before_evening(evening, user, role, is_told=is_told)


@transaction.atomic
def put_teams(
    edition: Edition,
    teams: Mapping[Evening, Team],
    *,
    by: User,
    seen: Mapping[Evening, str] | None = None,
) -> None:
    """Who teaches each of these evenings from now on, and who runs along. Each person is told once,
    however many evenings it is. ``seen`` is the mark of whom it was decided upon."""
    hold_queue(edition)
    touched: dict[int, User] = {}
    changed = []
    for evening, team in teams.items():
        wanted = [(user, Role.TRAINER) for user in team.couple]
        wanted += [(user, Role.RUN_ALONG) for user in team.along]
        now = team_of(evening)
        if seen is not None and seen[evening] != mark_of_team(now):
            raise ChangedMeanwhile
        leaving = [user for user, role in now if (user, role) not in wanted]
        coming = [(user, role) for user, role in wanted if (user, role) not in now]
        for user in leaving:
            take_from_evening(evening, user, is_told=False)
        for user, role in coming:
            assign_trainer(evening, user, role, is_told=False)
        touched |= {user.pk: user for user in (*leaving, *(user for user, _role in coming))}
        changed += [evening.code] if leaving or coming else []
    if changed:
        note("edition.trainers_changed", edition, by=by, detail={"evenings": changed})
    for user in touched.values():
        tell_calendar(edition, user)


def mark_of_team(now: Iterable[tuple[User, str]]) -> str:
    people: dict[bool, list[int]] = {True: [], False: []}
    for user, role in now:
        people[role == Role.TRAINER].append(user.pk)
    return mark_of(people[True], people[False])


def mark_of(couple: Iterable[int | str], along: Iterable[int | str]) -> str:
    """Who is before an evening, for a form to know it by."""
    groups = ([str(pk) for pk in couple if pk], sorted(str(pk) for pk in along))
    return "|".join(",".join(group) for group in groups)


def team_of(evening: Evening) -> list[tuple[User, str]]:
    """Who teaches this evening or runs along, with their role."""
    taught = evening.trainers.valid().select_related("user").order_by("valid_from", "pk")
    return [(one.user, one.role) for one in taught]
