"""What the contact of a care group reads of an edition as a whole. Apps above add their own.

A figure says *who* did something; how much of that is told is decided here, in one place, so that
no app has to think of small groups."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.functional import Promise

from courses.delivery.models import Edition, Enrolment


@dataclass(frozen=True)
class Figure:
    """Always out of everybody who takes part: of two groups that differ by one, the difference
    would be that one."""

    label: str | Promise
    did: frozenset[int]  # enrolments


Count = Callable[[Edition, Sequence[Enrolment]], Iterable[Figure]]
FIGURES: dict[str, Count] = {}


def register_figures(name: str, count: Count) -> None:
    """The same name again replaces it. A registration costs at most three queries."""
    FIGURES[name] = count


def figures_of(edition: Edition, enrolments: Sequence[Enrolment]) -> list[Figure]:
    return list(chain.from_iterable(count(edition, enrolments) for count in FIGURES.values()))
