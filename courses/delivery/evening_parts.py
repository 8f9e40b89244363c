"""Parts of the page of an evening that apps above fill. A part costs at most three queries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from courses.delivery.models import Enrolment, Evening
from lms.accounts.models import User

Build = Callable[[User, Evening, Enrolment | None], dict[str, Any] | None]


@dataclass(frozen=True)
class FilledPart:
    template: str
    content: dict[str, Any]


PARTS: dict[str, tuple[Build, str]] = {}


def register_part(name: str, build: Build, template: str) -> None:
    """``build`` gets who reads it, and their own enrolment in this edition, if any; it answers None
    where they have nothing to read."""
    PARTS[name] = (build, template)


def filled_parts(user: User, evening: Evening, own: Enrolment | None) -> list[FilledPart]:
    filled = ((template, build(user, evening, own)) for build, template in PARTS.values())
    return [FilledPart(template, content) for template, content in filled if content is not None]
