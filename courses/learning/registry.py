"""Kinds of assignments, registered by the apps that know when one is done."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.curriculum import homework
from courses.delivery.models import Enrolment
from courses.learning.models import State, WaitingOn


@dataclass(frozen=True)
class Assignment:
    """One assignment as it is for one participant."""

    key: uuid.UUID
    kind: str
    title: str
    position: int
    evening_number: int  # due before this evening of the row
    opens_at: datetime
    due_at: datetime | None
    minutes: int
    text: str  # rich text
    is_required: bool


@dataclass(frozen=True)
class Report:
    """How far somebody is with an assignment; ``url`` is where to go on, if not its own page."""

    state: str = State.OPEN
    waiting_on: str = WaitingOn.PARTICIPANT
    detail: str = ""
    url: str = ""


Reporter = Callable[[Enrolment, Assignment], Report]


@dataclass(frozen=True)
class Kind:
    name: str
    report: Reporter
    label: Any = ""  # as editors choose it
    icon: str = "clipboard-list"
    is_self_declared: bool = False


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind
    homework.KINDS[kind.name] = kind.label or kind.name
