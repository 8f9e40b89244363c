"""What an edition lacks before it can be published, as far as it is about who teaches."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Edition, Evening, EveningTrainer
from courses.delivery.services.publication import Finding, register_check
from trainers.models import Trainer

COUPLE = 2
TRAINERS_PAGE = "trainers:edition"


def has_couple(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    """Two qualified trainers of different sides, at least one of them a supervisor."""
    for evening in evenings:
        trainers = [trainer for one in teaching(evening) if (trainer := trainer_of(one))]
        if not is_couple(trainers):
            text = _("Evening {code} needs two trainers: a huisarts, and a POH or PVK.")
            yield Finding(format_lazy(text, code=evening.code), mend=TRAINERS_PAGE)
        elif not any(one.is_supervisor for one in trainers):
            text = _("Evening {code} has no supervisor or coach. Let one of the two be one.")
            yield Finding(format_lazy(text, code=evening.code), mend=TRAINERS_PAGE)


def are_in_one_room(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    for evening in evenings:
        for one in evening.trainers.all():
            elsewhere = (other.evening for other in one.user.taught_evenings.all() if holds(other))
            if holds(one) and any(collide(evening, other) for other in elsewhere):
                text = _("{name} is expected in two places at evening {code}. Ask somebody else.")
                said = format_lazy(text, code=evening.code, name=str(one.user))
                yield Finding(said, mend=TRAINERS_PAGE)


def is_couple(trainers: Sequence[Trainer]) -> bool:
    sides = {side_of(one) for one in trainers if one.status == Trainer.Status.QUALIFIED}
    return len(trainers) == COUPLE and len(sides - {None}) == COUPLE


def side_of(trainer: Trainer) -> str | None:
    known = getattr(trainer.background, "couple_side", None)
    return known.side if known else None


def trainer_of(taught: EveningTrainer) -> Trainer | None:
    return getattr(taught.user, "trainer", None)


def teaching(evening: Evening) -> Iterator[EveningTrainer]:
    for one in evening.trainers.all():
        if holds(one) and one.role == EveningTrainer.Role.TRAINER:
            yield one


def holds(taught: EveningTrainer) -> bool:
    return taught.valid_until is None or taught.valid_until > timezone.now()


def collide(evening: Evening, other: Evening) -> bool:
    is_same_time = evening.starts_at < other.ends_at and other.starts_at < evening.ends_at
    return other.pk != evening.pk and not other.is_cancelled and is_same_time


def register() -> None:
    register_check(
        "trainers.has_couple",
        has_couple,
        loads=["trainers__user__trainer__background__couple_side"],
        also_running=True,
    )
    register_check(
        "trainers.are_in_one_room",
        are_in_one_room,
        loads=["trainers__user__taught_evenings__evening__edition"],
        also_running=True,
    )
