"""Small things made from the source beside the film: poster, sprite, loudness."""

import math
from pathlib import Path
from typing import Any

from video_review.media.encoder import Callbacks, execute, open_source, take
from video_review.media.errors import Reason, UnusableVideo
from video_review.media.probe import Probe

POSTER_WIDTH = 1280
POSTER_AT = 0.1
JPEG_QUALITY = 4  # ffmpeg's scale: 2 best, 31 worst

SPRITE_TILE_WIDTH = 160
SPRITE_COLUMNS = 10
SPRITE_TILES = 100
SPRITE_EVERY_AT_LEAST = 2

PEAKS = 800
PEAKS_SAMPLE_RATE = 8000
PEAKS_MARK = "lavfi.astats.Overall.Peak_level="


def make_poster(job: Path, probe: Probe) -> bytes:
    """A JPEG from about a tenth into the film: a whole picture, found without decoding up to it."""
    for at in (probe.duration * POSTER_AT, 0):
        width, height = _fit(probe, POSTER_WIDTH)
        source = open_source(ss=f"{at:.3f}", noaccurate_seek=None)
        picture = source["v:0"].filter("scale", w=width, h=height).filter("setsar", "1")
        execute(_image(picture, "poster.jpg"), job=job, probe=probe)
        if poster := take(job, "poster.jpg"):
            return poster
    raise UnusableVideo(Reason.DAMAGED, "no picture could be decoded")


def make_sprite(
    job: Path, probe: Probe, *, callbacks: Callbacks | None = None
) -> tuple[bytes, int, int, int]:
    """Small pictures in one JPEG: (bytes, columns, rows, seconds between); from keyframes only."""
    every = max(SPRITE_EVERY_AT_LEAST, math.ceil(probe.duration / SPRITE_TILES))
    tiles = max(1, math.ceil(probe.duration / every))
    columns = min(SPRITE_COLUMNS, tiles)
    rows = math.ceil(tiles / columns)
    width, height = _fit(probe, SPRITE_TILE_WIDTH)
    picture = (
        open_source(skip_frame="nokey")["v:0"]
        .filter("scale", w=width, h=height)
        .filter("setsar", "1")
        .filter("fps", f"1/{every}")
        .filter("tile", f"{columns}x{rows}")
    )
    execute(_image(picture, "sprite.jpg"), job=job, probe=probe, callbacks=callbacks, idle=True)
    sprite = take(job, "sprite.jpg")
    if sprite is None:
        raise UnusableVideo(Reason.DAMAGED, "no keyframe could be decoded")
    return sprite, columns, rows, every


def make_peaks(job: Path, probe: Probe, *, callbacks: Callbacks | None = None) -> list[float]:
    """About 800 loudness peaks, 0 to 1, evenly over the film; empty without sound."""
    if not probe.has_audio:
        return []
    samples = max(1, math.ceil(probe.duration * PEAKS_SAMPLE_RATE / PEAKS))
    sound = (
        open_source()["a:0"]
        .filter("aresample", PEAKS_SAMPLE_RATE)
        .filter("asetnsamples", n=samples, p=0)
        .filter(
            "astats",
            metadata=1,
            reset=1,
            measure_perchannel="none",
            measure_overall="Peak_level",
        )
        .filter("ametadata", mode="print", file="peaks.txt")
    )
    graph = sound.output("-", f="null", map_metadata=-1)
    execute(graph, job=job, probe=probe, callbacks=callbacks, idle=True)
    printed = (take(job, "peaks.txt") or b"").decode(errors="replace")
    decibels = [
        line.removeprefix(PEAKS_MARK)
        for line in printed.splitlines()
        if line.startswith(PEAKS_MARK)
    ]
    return [_amplitude(float(level)) for level in decibels]


def _amplitude(decibel: float) -> float:
    """Silence is minus infinity, and without samples not a number."""
    return round(min(1.0, 10 ** (decibel / 20)), 4) if math.isfinite(decibel) else 0.0


def _image(picture: Any, name: str) -> Any:
    return picture.output(
        name,
        f="image2",
        vframes=1,
        update=1,
        pix_fmt="yuvj420p",
        map_metadata=-1,
        **{"c:v": "mjpeg", "q:v": JPEG_QUALITY},
    )


def _fit(probe: Probe, width: int) -> tuple[int, int]:
    """At most ``width`` wide, same shape, even numbers."""
    wide = min(width, probe.width)
    return _even(wide), _even(wide * probe.height / probe.width)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
