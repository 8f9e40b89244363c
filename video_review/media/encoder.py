"""One way to run ffmpeg: graph by ffmpeg-python, execution in the sandbox, errors sorted."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
from django.conf import settings

from video_review.media import sandbox
from video_review.media.errors import Outage, Reason, UnusableVideo
from video_review.media.probe import Probe, input_options

# Generous: real phone film costs twice what synthetic film does, 4K more.
CPU_SECONDS_PER_SECOND = 20
WALL_SECONDS_PER_SECOND = 40
BASE_SECONDS = 300
STALL_SECONDS = 60
# At idle priority others may keep us waiting for long.
IDLE_STALL_SECONDS = 600

OUR_FAULT = ("No space left on device", "Cannot allocate memory", "bwrap: ", "failed to execute")
OUTPUT_LIMIT = 256 * 1024 * 1024

KILLED = {-9, 137}
# Complaints that say nothing about the picture.
HARMLESS = (
    "not on whitelist",
    "mmco: unref short failure",
    "co located POCs unavailable",
    "timescale not set",
)


@dataclass(frozen=True)
class Callbacks:
    """``on_progress`` gets the fraction done, 0 to 1."""

    on_progress: Callable[[float], None] | None = None
    heartbeat: Callable[[], None] | None = None
    cancelled: Callable[[], bool] | None = None
    on_tick: Callable[[], None] | None = None


def open_source(**options: Any) -> Any:
    return ffmpeg.input(
        f"file:{sandbox.INPUT}",
        t=settings.MAX_RECORDING_SECONDS,
        threads=settings.MEDIA_THREADS,
        **input_options(),
        **options,
    )


def execute(
    graph: Any,
    *,
    job: Path,
    probe: Probe,
    callbacks: Callbacks | None = None,
    idle: bool = False,
) -> sandbox.Completed:
    """Run a graph on the probed source; raise what is the film's fault apart from what is ours."""
    callbacks = callbacks or Callbacks()
    tell = callbacks.on_progress
    done = sandbox.run(
        arguments(graph),
        job=job,
        input=probe.source,
        timeout=BASE_SECONDS + probe.duration * WALL_SECONDS_PER_SECOND,
        cpu_seconds=int(BASE_SECONDS + probe.duration * CPU_SECONDS_PER_SECOND),
        stall_seconds=IDLE_STALL_SECONDS if idle else STALL_SECONDS,
        on_progress=tell and (lambda seconds: tell(min(1.0, seconds / probe.duration))),
        heartbeat=callbacks.heartbeat,
        cancelled=callbacks.cancelled,
        on_tick=callbacks.on_tick,
        idle=idle,
    )
    if not done.returncode:
        return done
    if done.returncode in KILLED or any(sign in done.stderr for sign in OUR_FAULT):
        raise Outage(f"ffmpeg ended with {done.returncode}: {done.stderr[-500:]}")
    raise UnusableVideo(Reason.DAMAGED, done.stderr[-500:])


def arguments(graph: Any) -> list[str]:
    options = ["-nostdin", "-hide_banner", "-loglevel", "error", "-nostats"]
    progress = ["-progress", "pipe:1", "-stats_period", "0.25"]
    command: list[str] = ffmpeg.compile(
        graph.global_args(*options, *progress), overwrite_output=True
    )
    return command


def take(job: Path, name: str, *, limit: int = OUTPUT_LIMIT) -> bytes | None:
    """The bytes of one output file, removed from the job; None if ffmpeg wrote nothing."""
    content = read_output(job, name, limit=limit)
    (job / "out" / name).unlink(missing_ok=True)
    return content or None


def read_output(job: Path, name: str, *, limit: int = OUTPUT_LIMIT) -> bytes | None:
    """Made by a possibly hostile program: no links, no pipes, no end without a limit.

    Names hold no directory: only /out itself cannot be replaced from inside the sandbox.
    """
    try:
        descriptor = os.open(job / "out" / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnusableVideo(Reason.DAMAGED, f"odd output: {error}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            raise UnusableVideo(Reason.DAMAGED, "odd output")
        return file.read(limit)


def complaints(stderr: str) -> list[str]:
    """What ffmpeg said that may mean damage."""
    lines = (line.strip() for line in stderr.splitlines())
    return [line for line in lines if line and not any(word in line for word in HARMLESS)]
