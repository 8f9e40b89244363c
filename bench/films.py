"""P6 and P7: one phone film through the pipeline, beside the best single ffmpeg command."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.processes import ROOT
from bench.table import Row

MINUTES = int(os.environ.get("MINUTES", "10"))
CPU_GOAL, WALL_GOAL = 1.05, 1.10
SEEKABLE_SHARE, FIRST_SHARE, QUEUE_SECONDS = 0.006, 0.015, 1.0


def ffmpeg(*arguments: str) -> tuple[float, float]:
    """Wall and processor seconds of one command."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begin, cpu


def make_film(folder: Path) -> Path:
    """A 1080p30 MOV as a phone makes it: H.264 and AAC, a keyframe every second."""
    minute, film = folder / "minute.mov", folder / "film.mov"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d=60"]
    noise = ["-f", "lavfi", "-i", "anoisesrc=d=60:c=pink:a=0.1"]
    encode = ["-vf", "noise=alls=12:allf=t", "-c:v", "libx264", "-preset", "ultrafast"]
    encode += ["-b:v", "8M", "-maxrate", "10M", "-bufsize", "16M", "-g", "30"]
    encode += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-t", "60"]
    ffmpeg(*picture, *noise, *encode, str(minute))
    ffmpeg("-stream_loop", str(MINUTES - 1), "-i", str(minute), "-c", "copy", str(film))
    return film


def rotated(film: Path) -> Path:
    """The same film as filmed upright: it cannot be repackaged as it is."""
    target = film.with_name("rotated.mov")
    ffmpeg("-i", str(film), "-c", "copy", "-metadata:s:v", "rotate=90", str(target))
    return target


def best_single_command(film: Path, folder: Path, sizes: list[list[int]], *, copies: bool) -> Any:
    """The same renditions by ffmpeg alone: no sandbox, no encryption, no poster, no checks."""
    hls = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"]
    made = [size for size in sizes if not (copies and 1080 in size)]
    splits = "".join(f"[in{number}]" for number in range(len(made)))
    graph = f"[0:v]split={len(made)}{splits};" + ";".join(
        f"[in{number}]scale={width}:{height}[out{number}]"
        for number, (width, height) in enumerate(made)
    )
    command = ["-i", str(film), "-filter_complex", graph]
    if copies:
        command += ["-map", "0:v", "-map", "0:a", "-c", "copy", *hls, str(folder / "copy.m3u8")]
    for number, (width, height) in enumerate(made):
        ceiling = "2500k" if min(width, height) == 720 else "1100k"
        command += ["-map", f"[out{number}]", "-map", "0:a", "-c:v", "libx264", "-preset"]
        command += ["veryfast", "-crf", "23", "-maxrate", ceiling, "-bufsize", "5M", "-c:a", "aac"]
        command += ["-force_key_frames", "expr:gte(t,n_forced*4)", "-sc_threshold", "0"]
        command += [*hls, str(folder / f"rung{number}.m3u8")]
    return ffmpeg(*command)


def pipeline(film: Path, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("film_job.py")), str(film)],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if result["status"] != "complete":
        raise RuntimeError(f"the recording ended as {result['status']}")
    return result


def measure(environment: dict[str, str], folder: Path) -> Iterator[list[Row]]:
    """Film by film: each takes long."""
    film = make_film(folder)
    for name, path, copies in (
        ("as it is", film, True),
        ("filmed upright", rotated(film), False),
    ):
        own = pipeline(path, environment)
        wall, cpu = best_single_command(path, folder, own["sizes"], copies=copies)
        cpu_ratio, wall_ratio = own["cpu"] / cpu, own["wall"] / wall
        minutes = own["duration"] / 60
        complete = Row(
            "P6",
            f"{minutes:.0f}-minute 1080p30 MOV, {name}: to complete",
            f"{cpu_ratio:.2f} x CPU, {wall_ratio:.2f} x wall of one ffmpeg"
            f" ({own['cpu'] / minutes:.0f} CPU-s per minute)",
            cpu_ratio <= CPU_GOAL and wall_ratio <= WALL_GOAL,
        )
        moment = own["seekable"] if copies else own["first_segment"]
        goal = QUEUE_SECONDS + own["duration"] * (SEEKABLE_SHARE if copies else FIRST_SHARE)
        what = "seekable" if copies else "first segment"
        figure = f"{moment:.1f} s (goal {goal:.1f})"
        yield [complete, Row("P7", f"{name}: {what} after", figure, moment <= goal)]
