"""Pure functions from answers to scores. A score is per section; there is no total and no ranking.

An answer is a value of the scale, or None where the item does not apply or was left open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_SCORED = 2
HIGHEST_VALUE = 3

Values = Mapping[str, int | None]  # by the code of the item


@dataclass(frozen=True)
class Comparison:
    """One section: what somebody scored himself beside what others scored him."""

    own: float | None
    others: float | None  # their mean
    observers: int  # how many of them have a score here
    lowest: float | None
    highest: float | None


def section_score(values: Sequence[int | None], *, highest: int = HIGHEST_VALUE) -> float | None:
    """The part of what could be scored, in percent; none where too little was scored."""
    scored = [value for value in values if value is not None]
    if len(scored) < LEAST_SCORED:
        return None
    return 100 * sum(scored) / (highest * len(scored))


def comparison(
    own: Values | None,
    others: Sequence[Values],
    items: Sequence[str],
    *,
    highest: int = HIGHEST_VALUE,
) -> Comparison:
    """Compare over one section, named by the codes of its items."""

    def score(values: Values) -> float | None:
        return section_score([values.get(code) for code in items], highest=highest)

    scores = [found for found in map(score, others) if found is not None]
    return Comparison(
        own=None if own is None else score(own),
        others=sum(scores) / len(scores) if scores else None,
        observers=len(scores),
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
    )
