"""Cards on "Mijn leergang" that other apps fill. A card costs at most two queries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from courses.delivery.models import Enrolment

CardContent = dict[str, Any]


@dataclass(frozen=True)
class Card:
    name: str
    build: Callable[[Enrolment], CardContent | None]
    template: str


@dataclass(frozen=True)
class FilledCard:
    template: str
    content: CardContent


CARDS: dict[str, Card] = {}


def register_card(
    name: str, build: Callable[[Enrolment], CardContent | None], template: str
) -> None:
    CARDS[name] = Card(name, build, template)


def filled_cards(enrolment: Enrolment) -> list[FilledCard]:
    filled = ((card, card.build(enrolment)) for card in CARDS.values())
    return [FilledCard(card.template, content) for card, content in filled if content is not None]
