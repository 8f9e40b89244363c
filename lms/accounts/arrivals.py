"""Where somebody lands after signing in. Apps say so for their own people, in ``arrival.py``."""

from collections.abc import Callable
from dataclasses import dataclass

from lms.accounts.models import User


@dataclass(frozen=True)
class Arrival:
    place: int  # of somebody who is several things, the lowest
    is_for: Callable[[User], bool]
    url_name: str


ARRIVALS: dict[str, Arrival] = {}


def register_arrival(
    name: str, *, place: int, is_for: Callable[[User], bool], url_name: str
) -> None:
    ARRIVALS[name] = Arrival(place=place, is_for=is_for, url_name=url_name)


def arrival_of(user: User) -> str:
    """The name of the URL."""
    for arrival in sorted(ARRIVALS.values(), key=lambda each: each.place):
        if arrival.is_for(user):
            return arrival.url_name
    return "accounts:profile"
