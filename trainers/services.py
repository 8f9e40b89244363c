"""Who teaches an evening, and who may."""

from django.db import transaction

from courses.delivery.models import Evening, EveningTrainer
from courses.delivery.services import are_two_sides, put_before_evening
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
    evening: Evening, user: User, role: str = EveningTrainer.Role.TRAINER
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
    return put_before_evening(evening, user, role)
