"""Which kinds of background work there are. Apps register theirs in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass

from lms.jobs.lease import Lease


@dataclass(frozen=True)
class Kind:
    name: str
    run: Callable[[str, Lease], None]  # given the job's ref; raises TryLater when it may heal
    give_up: Callable[[str], None]  # leaves a readable reason after the last attempt
    queue: str  # media (heavy) or fast


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind
