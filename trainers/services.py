"""Who teaches an evening, and who may."""

from collections.abc import Mapping, Sequence

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


Role = EveningTrainer.Role
MAY_BE = {
    Role.TRAINER: [Trainer.Status.QUALIFIED],
    Role.RUN_ALONG: [Trainer.Status.IN_TRAINING],
}
COUPLE = 2


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
def put_couples(edition: Edition, couples: Mapping[Evening, Sequence[User]], *, by: User) -> None:
    """Who teaches each of these evenings from now on. Each person is told once, however many
    evenings it is; who runs along goes on running along."""
    hold_queue(edition)
    touched: dict[int, User] = {}
    changed = []
    for evening, couple in couples.items():
        teaching = [one.user for one in teachers(evening)]
        leaving = [one for one in teaching if one not in couple]
        coming = [one for one in couple if one not in teaching]
        for user in leaving:
            take_from_evening(evening, user, is_told=False)
        for user in coming:
            assign_trainer(evening, user, is_told=False)
        touched |= {user.pk: user for user in (*leaving, *coming)}
        changed += [evening.code] if leaving or coming else []
    if changed:
        note("edition.trainers_changed", edition, by=by, detail={"evenings": changed})
    for user in touched.values():
        tell_calendar(edition, user)


def teachers(evening: Evening) -> list[EveningTrainer]:
    """The couple of this evening, the longest there first."""
    taught = evening.trainers.valid().filter(role=Role.TRAINER)
    return list(taught.select_related("user").order_by("valid_from", "pk"))
