"""Groups for an exercise: who works with whom this evening.

- Only who is there is placed, and everybody who is there.
- Groups differ by one person at most; by two at most when practice partners stay together, since a
  couple is never parted for it.
- Every group has as many of a profession as the others, give or take one.
- Apart: no practice partners in one group, as long as that can be.

The same people, rule and seed make the same groups.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from django.db import transaction

from courses.delivery.models import Enrolment, Evening, GroupPlace, GroupSplit
from courses.delivery.services.attendance import expected_on, latest_marks
from lms.accounts.models import User
from lms.audit.services import record

FEWEST = 2  # people in a group
MOST_SEED = 2**31 - 1
Partners = GroupSplit.Partners


class TooFewPeople(Exception):
    """So many groups would leave somebody alone."""


@dataclass(frozen=True)
class WorkGroup:
    number: int
    people: list[Enrolment]


@dataclass(frozen=True)
class Split:
    row: GroupSplit
    groups: list[WorkGroup]
    unplaced: list[Enrolment]  # who is there and has no group: came in later


def present_at(evening: Evening) -> list[Enrolment]:
    """Who is there: the last part in which somebody was marked says it."""
    latest = latest_marks(evening)
    last = {enrolment: mark for (enrolment, _part), mark in sorted(latest.items())}
    people = expected_on(evening).select_related("participant__profession__couple_side")
    return [one for one in people if one.pk in last and last[one.pk].is_present]


def number_of_groups(people: int, *, size: int) -> int:
    """For groups of at most this size."""
    return -(-people // size)


@transaction.atomic
def split_evening(
    evening: Evening, *, groups: int, partners: str, by: User, seed: int | None = None
) -> GroupSplit:
    people = present_at(evening)
    if groups < 1 or len(people) < groups * FEWEST:
        raise TooFewPeople
    seed = secrets.randbelow(MOST_SEED) if seed is None else seed
    split = GroupSplit.objects.create(
        evening=evening, partners=partners, groups=groups, seed=seed, made_by=by
    )
    numbers = divide(people, groups=groups, partners=partners, seed=seed)
    GroupPlace.objects.bulk_create(
        GroupPlace(split=split, enrolment_id=pk, number=number) for pk, number in numbers.items()
    )
    record(
        "groups.made",
        stream=f"evening:{evening.public_id}",
        actor=by,
        object_type="evening",
        object_ref=str(evening.public_id),
        detail={"groups": groups, "people": len(people)},
    )
    return split


def divide(people: Sequence[Enrolment], *, groups: int, partners: str, seed: int) -> dict[int, int]:
    """The number of the group for every enrolment."""
    dice = Random(seed)  # noqa: S311 -- who sits where is no secret
    shuffled = sorted(people, key=lambda one: one.pk)
    dice.shuffle(shuffled)
    if partners == Partners.TOGETHER:
        return divide_couples(shuffled, groups)
    return part_partners(deal(shuffled, groups), shuffled)


def kind_of(enrolment: Enrolment) -> tuple[str, str]:
    """The side of a couple on which somebody stands, and the profession."""
    profession = enrolment.participant.profession
    side = getattr(profession, "couple_side", None)
    return (side.side if side else "", profession.code if profession else "")


def deal(people: Sequence[Enrolment], groups: int) -> dict[int, int]:
    """Like cards, profession after profession: so sizes and professions differ by one at most."""
    in_order = sorted(people, key=kind_of)
    return {one.pk: place % groups + 1 for place, one in enumerate(in_order)}


def part_partners(numbers: dict[int, int], people: Sequence[Enrolment]) -> dict[int, int]:
    """Have two of one profession change places, as long as that parts more practice partners."""
    is_better = True
    while is_better and partners_in_one_group(numbers, people):
        is_better = any(
            changed_places(numbers, people, one, other)
            for one in people
            for other in people
            if kind_of(one) == kind_of(other) and numbers[one.pk] != numbers[other.pk]
        )
    return numbers


def changed_places(
    numbers: dict[int, int], people: Sequence[Enrolment], one: Enrolment, other: Enrolment
) -> bool:
    before = partners_in_one_group(numbers, people)
    numbers[one.pk], numbers[other.pk] = numbers[other.pk], numbers[one.pk]
    if partners_in_one_group(numbers, people) < before:
        return True
    numbers[one.pk], numbers[other.pk] = numbers[other.pk], numbers[one.pk]
    return False


def partners_in_one_group(numbers: Mapping[int, int], people: Iterable[Enrolment]) -> int:
    together = Counter((one.couple_id, numbers[one.pk]) for one in people)
    return sum(count - 1 for count in together.values())


def divide_couples(people: Sequence[Enrolment], groups: int) -> dict[int, int]:
    """Couples are dealt whole; who is there without a partner joins the smallest group."""
    couples: dict[int, list[Enrolment]] = {}
    for one in people:
        couples.setdefault(one.couple_id, []).append(one)
    whole = [couple for couple in couples.values() if len(couple) > 1]
    alone = sorted((couple[0] for couple in couples.values() if len(couple) == 1), key=kind_of)
    numbers = {one.pk: place % groups + 1 for place, couple in enumerate(whole) for one in couple}
    kinds = Counter((numbers[one.pk], kind_of(one)) for couple in whole for one in couple)
    for one in alone:
        sizes = Counter(numbers.values())
        number = min(range(1, groups + 1), key=lambda n: (sizes[n], kinds[n, kind_of(one)], n))
        numbers[one.pk] = number
        kinds[number, kind_of(one)] += 1
    return numbers


def split_of(evening: Evening) -> Split | None:
    """The newest, with who came in since."""
    row = evening.splits.order_by("-made_at", "-pk").first()
    if row is None:
        return None
    places = list(
        row.places.select_related("enrolment__participant__profession").order_by(
            "number", "enrolment__participant__last_name", "enrolment_id"
        )
    )
    groups = [
        WorkGroup(number, [place.enrolment for place in places if place.number == number])
        for number in range(1, row.groups + 1)
    ]
    placed = {place.enrolment_id for place in places}
    return Split(row, groups, [one for one in present_at(evening) if one.pk not in placed])


@transaction.atomic
def place_by_hand(split: GroupSplit, numbers: Mapping[int, int], *, by: User) -> None:
    """Move people, add who came in, or take somebody out (number 0)."""
    GroupPlace.objects.filter(split=split, enrolment__in=numbers).delete()
    GroupPlace.objects.bulk_create(
        GroupPlace(split=split, enrolment_id=pk, number=number)
        for pk, number in numbers.items()
        if 0 < number <= split.groups
    )
    record(
        "groups.changed",
        stream=f"evening:{split.evening.public_id}",
        actor=by,
        object_type="evening",
        object_ref=str(split.evening.public_id),
        detail={"people": len(numbers)},
    )
