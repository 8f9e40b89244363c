"""How long a workshop takes, and how much of it people do themselves."""

from dataclasses import dataclass
from typing import Any

from courses.curriculum.blocks import practice_share
from courses.curriculum.models import WorkshopPage


@dataclass(frozen=True)
class Part:
    start: int
    minutes: int
    title: str
    form: str
    kind: str


@dataclass(frozen=True)
class Length:
    minutes: int
    practice_share: int | None
    parts: list[Part]
    longest: int  # of all lengths, to draw them on one scale


def lengths_of(page: WorkshopPage) -> list[Length]:
    programmes = sorted(
        (block.value for block in page.programmes), key=lambda programme: programme["minutes"]
    )
    longest = max((programme["minutes"] for programme in programmes), default=0)
    return [
        Length(
            minutes=programme["minutes"],
            practice_share=practice_share(list(programme["parts"])),
            parts=[part_of(part.value) for part in programme["parts"]],
            longest=longest,
        )
        for programme in programmes
    ]


def part_of(value: Any) -> Part:
    return Part(
        start=value["start"],
        minutes=value["end"] - value["start"],
        title=value["title"],
        form=value["form"],
        kind=value["kind"],
    )
