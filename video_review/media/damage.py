"""Is what we deliver what was recorded? ffmpeg's exit code does not tell."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from video_review.media.encoder import Callbacks, complaints, execute, open_source
from video_review.media.probe import Probe

TOLERANCE_SECONDS = 1.0
TOLERANCE_FRACTION = 0.02


class DamageKind(StrEnum):
    END_MISSING = "end_missing"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Damage:
    kind: DamageKind
    at: float  # seconds into the film
    detail: str

    @property
    def where(self) -> str:
        minutes, seconds = divmod(int(self.at), 60)
        return f"{minutes:02}:{seconds:02}"


class Delivered(Protocol):
    @property
    def duration(self) -> float: ...

    @property
    def first_complaint_at(self) -> float | None: ...


def verify(probe: Probe, rendition: Delivered, stderr: str) -> list[Damage]:
    """Compare what the file declares, what it holds and what came out."""
    damages = []
    ends = [rendition.duration, *([] if probe.ends_at is None else [probe.ends_at])]
    tolerance = max(TOLERANCE_SECONDS, probe.duration * TOLERANCE_FRACTION)
    if probe.duration - min(ends) > tolerance:
        detail = f"{min(ends):.1f} of {probe.duration:.1f} s"
        damages.append(Damage(DamageKind.END_MISSING, min(ends), detail))
    if max(ends) - probe.duration > tolerance:
        detail = f"{max(ends):.1f} instead of {probe.duration:.1f} s"
        damages.append(Damage(DamageKind.TOO_LONG, probe.duration, detail))
    if said := complaints(stderr):
        at = rendition.first_complaint_at or 0.0
        damages.append(Damage(DamageKind.UNREADABLE, at, said[0][:300]))
    return damages


@dataclass(frozen=True)
class Decoded:
    """What decoding every frame of the source came to; ``verify`` takes it as delivered."""

    duration: float
    stderr: str
    first_complaint_at: float | None


def decode(job: Path, probe: Probe, *, callbacks: Callbacks | None = None) -> Decoded:
    """Decode every frame: for a copied film without a ladder, costs as much as for the ladder."""
    graph = open_source()["v:0"].output("-", f="null")
    done = execute(graph, job=job, probe=probe, callbacks=callbacks, idle=True)
    return Decoded(done.reached, done.stderr, done.first_complaint_at)


def decoded_duration(job: Path, probe: Probe, *, callbacks: Callbacks | None = None) -> float:
    return decode(job, probe, callbacks=callbacks).duration
