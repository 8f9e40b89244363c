"""Which part of a group did something, told to who may not know anybody of it.

A number is told when at least ``AGGREGATE_MINIMUM`` people stand on either side of it. With fewer
on one side it is told as a bound that holds for every number below that minimum alike, so that
what one person did follows from nothing, by subtraction neither. Everything is rounded to steps of
five, so that one who comes or goes seldom shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor
from typing import TypeVar

from django.conf import settings

STEP = 5  # per cent
Key = TypeVar("Key")


class Kind(StrEnum):
    HIDDEN = "hidden"
    AT_MOST = "at most"
    ABOUT = "about"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Share:
    kind: Kind
    percent: int = 0


def share_of(did: int, everybody: int) -> Share:
    """Of groups of less than twice the minimum nothing is told: a bound would be a number."""
    least = settings.AGGREGATE_MINIMUM
    if everybody < 2 * least:
        return Share(Kind.HIDDEN)
    if did < least:
        return Share(Kind.AT_MOST, ceil(100 * (least - 1) / everybody / STEP) * STEP)
    if everybody - did < least:
        rest = everybody - least + 1
        return Share(Kind.AT_LEAST, floor(100 * rest / everybody / STEP) * STEP)
    return Share(Kind.ABOUT, round(100 * did / everybody / STEP) * STEP)


def tellable(parts: Mapping[Key, int], *, undecided: int) -> dict[Key, int] | None:
    """All parts of a group, or none of them: of a total that is known, the one part that is kept
    back would follow from the others."""
    least = settings.AGGREGATE_MINIMUM
    is_large = all(count >= least for count in parts.values())
    if not parts or not is_large or 0 < undecided < least:
        return None
    return dict(parts)
