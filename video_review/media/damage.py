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


def decoded_duration(job: Path, probe: Probe, *, callbacks: Callbacks | None = None) -> float:
    """Decode every frame and say how far that came: costs as much as decoding for the ladder."""
    graph = open_source()["v:0"].output("-", f="null")
    return execute(graph, job=job, probe=probe, callbacks=callbacks, idle=True).reached
