"""Cards on the page of an edition that apps above fill, for coordinators. A card costs at most
three queries."""

from collections.abc import Callable
from typing import Any

from courses.delivery.evening_parts import FilledPart
from courses.delivery.models import Edition
from lms.accounts.models import User

Build = Callable[[User, Edition], dict[str, Any] | None]

CARDS: dict[str, tuple[Build, str]] = {}


def register_card(name: str, build: Build, template: str) -> None:
    """``build`` answers None where there is nothing to say of this edition. ``template`` is given
    what it answers as ``part``, with ``edition`` beside it."""
    CARDS[name] = (build, template)


def filled_cards(user: User, edition: Edition) -> list[FilledPart]:
    filled = ((template, build(user, edition)) for build, template in CARDS.values())
    return [FilledPart(template, content) for template, content in filled if content is not None]
