"""From a probed source to encrypted HLS: at once something to watch, later the ladder."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from django.conf import settings

from video_review.media.damage import Damage, verify
from video_review.media.encoder import Callbacks, execute, open_source, read_output, take
from video_review.media.errors import Outage, Reason, UnusableVideo
from video_review.media.probe import Probe
from video_review.media.stills import make_peaks, make_poster, make_sprite

__all__ = [
    "Damage",
    "RenditionFiles",
    "RungSpec",
    "SegmentFile",
    "make_ladder",
    "make_peaks",
    "make_poster",
    "make_sprite",
    "make_watchable",
    "verify",
]

SEGMENT_SECONDS = 4
MAX_FRAME_RATE = 30
FIRST_SHORT_SIDE = 720
FIRST_BITRATE = 4_000_000
AUDIO_BITRATE = 128_000
QUALITY = 23  # x264's crf: lower is better, the bitrate is the ceiling
FIRST_PRESET = "ultrafast"
LADDER_PRESET = "veryfast"

SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ENTRY = re.compile(r"#EXTINF:([0-9.]+),[^\n]*\n([^\n]+)\n")
SPS = re.compile(rb"\x00\x00\x01[\x27\x47\x67](...)", re.DOTALL)
AES_BLOCK = 16
CODECS_READ = 64 * 1024
AAC = "mp4a.40.2"


@dataclass(frozen=True)
class SegmentFile:
    path: Path
    index: int  # also the AES initialisation vector, as HLS has it by default
    duration: float
    size: int
    rendition_id: str


@dataclass(frozen=True)
class RungSpec:
    rendition_id: str
    key: bytes
    short_side: int
    bitrate: int  # bits per second, the ceiling of the picture


@dataclass(frozen=True)
class RenditionFiles:
    rendition_id: str
    width: int
    height: int
    bandwidth: int  # peak, bits per second
    codecs: str
    segments: list[SegmentFile]
    is_copy: bool
    stderr: str = ""
    first_complaint_at: float | None = None

    @property
    def duration(self) -> float:
        return sum(segment.duration for segment in self.segments)


@dataclass
class _Rendition:
    """One rendition while ffmpeg writes it: its playlist grows by each finished segment.

    We encrypt the segments, not ffmpeg: the key stays outside the sandbox, and ffmpeg's own
    AES is ten times slower.
    """

    spec: RungSpec
    size: tuple[int, int]
    job: Path
    segments: list[SegmentFile] = field(default_factory=list)
    video_codec: str = ""

    @property
    def name(self) -> str:
        return self.spec.rendition_id

    @property
    def playlist(self) -> str:
        return f"{self.name}.m3u8"

    @property
    def sealed(self) -> Path:
        """Where segments lie encrypted, out of ffmpeg's reach."""
        return self.job / "sealed" / self.name

    def prepare(self) -> None:
        if not SAFE_ID.fullmatch(self.name):
            raise ValueError("a rendition id is letters, digits, - and _")
        self.sealed.mkdir(mode=0o700, parents=True)

    def muxer_options(self) -> dict[str, str | int]:
        return {
            "f": "hls",
            "hls_time": SEGMENT_SECONDS,
            "hls_list_size": 0,
            "hls_playlist_type": "event",
            "hls_flags": "temp_file+independent_segments",
            "hls_segment_filename": f"{self.name}.%05d.ts",
            "start_number": 0,
        }

    def read_news(self, on_segment: Callable[[SegmentFile], None] | None) -> None:
        """Seal and announce each segment that the playlist says is finished."""
        playlist = (read_output(self.job, self.playlist) or b"").decode()
        for duration, name in ENTRY.findall(playlist)[len(self.segments) :]:
            index = len(self.segments)
            plain = take(self.job, name) if name == f"{self.name}.{index:05d}.ts" else None
            if plain is None:
                raise UnusableVideo(Reason.DAMAGED, "a segment is missing")
            if not self.segments:
                self.video_codec = _video_codec(plain)
            path = self.sealed / f"{index:05d}.ts"
            news = SegmentFile(
                path=path,
                index=index,
                duration=float(duration),
                size=_write_sealed(path, plain, key=self.spec.key, index=index),
                rendition_id=self.name,
            )
            self.segments.append(news)
            if on_segment:
                on_segment(news)


def make_watchable(
    job: Path,
    probe: Probe,
    *,
    rendition_id: str,
    key: bytes,
    on_progress: Callable[[float], None] | None = None,
    heartbeat: Callable[[], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_segment: Callable[[SegmentFile], None] | None = None,
) -> RenditionFiles:
    """Something to watch as soon as possible: repackaged if it can be, else encoded in haste."""
    short_side = min(FIRST_SHORT_SIDE, probe.short_side)
    spec = RungSpec(rendition_id, key, short_side, FIRST_BITRATE)
    if probe.is_copyable:
        renditions = [_Rendition(spec, (probe.width, probe.height), job)]
        graph = _copy_graph(probe, renditions[0])
    else:
        renditions = [_Rendition(spec, _scaled(probe, short_side), job)]
        graph = _encode_graph(probe, renditions, preset=FIRST_PRESET)
    callbacks = Callbacks(on_progress, heartbeat, cancelled)
    return _make(graph, renditions, probe, callbacks, on_segment, is_copy=probe.is_copyable)[0]


def make_ladder(
    job: Path,
    probe: Probe,
    *,
    rungs: list[RungSpec],
    on_progress: Callable[[float], None] | None = None,
    heartbeat: Callable[[], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_segment: Callable[[SegmentFile], None] | None = None,
) -> list[RenditionFiles]:
    """All better renditions by one ffmpeg: decoded once, sound encoded once, at idle priority."""
    renditions = [
        _Rendition(rung, _scaled(probe, min(rung.short_side, probe.short_side)), job)
        for rung in sorted(rungs, key=lambda rung: rung.short_side, reverse=True)
    ]
    graph = _encode_graph(probe, renditions, preset=LADDER_PRESET)
    callbacks = Callbacks(on_progress, heartbeat, cancelled)
    made = _make(graph, renditions, probe, callbacks, on_segment, idle=True)
    by_id = {rendition.rendition_id: rendition for rendition in made}
    return [by_id[rung.rendition_id] for rung in rungs]


def _make(
    graph: Any,
    renditions: list[_Rendition],
    probe: Probe,
    callbacks: Callbacks,
    on_segment: Callable[[SegmentFile], None] | None,
    *,
    is_copy: bool = False,
    idle: bool = False,
) -> list[RenditionFiles]:
    def look() -> None:
        for rendition in renditions:
            rendition.read_news(on_segment)

    job = renditions[0].job
    watching = Callbacks(callbacks.on_progress, callbacks.heartbeat, callbacks.cancelled, look)
    for rendition in renditions:
        rendition.prepare()
    done = execute(graph, job=job, probe=probe, callbacks=watching, idle=idle)
    if not all(rendition.segments for rendition in renditions):
        raise UnusableVideo(Reason.DAMAGED, done.stderr[-500:] or "nothing came out")
    return [
        RenditionFiles(
            rendition_id=rendition.name,
            width=rendition.size[0],
            height=rendition.size[1],
            bandwidth=max(
                math.ceil(segment.size * 8 / max(segment.duration, 1.0))
                for segment in rendition.segments
            ),
            codecs=",".join([rendition.video_codec, *([AAC] if probe.has_audio else [])]),
            segments=rendition.segments,
            is_copy=is_copy,
            stderr=done.stderr,
            first_complaint_at=done.first_complaint_at,
        )
        for rendition in renditions
    ]


def _copy_graph(probe: Probe, rendition: _Rendition) -> Any:
    source = open_source()
    streams = [source["v:0"], *([source["a:0"]] if probe.has_audio else [])]
    return ffmpeg.output(
        *streams,
        rendition.playlist,
        c="copy",
        map_metadata=-1,
        map_chapters=-1,
        **rendition.muxer_options(),
    )


def _encode_graph(probe: Probe, renditions: list[_Rendition], *, preset: str) -> Any:
    source = open_source()
    streams = _pictures(source["v:0"], probe, [rendition.size for rendition in renditions])
    options: dict[str, str | int] = {
        "c:v": "libx264",
        "preset": preset,
        "crf": QUALITY,
        "pix_fmt": "yuv420p",
        "sc_threshold": 0,
        "g": MAX_FRAME_RATE * SEGMENT_SECONDS * 2,
        "force_key_frames": f"expr:gte(t,n_forced*{SEGMENT_SECONDS})",
        "threads": settings.MEDIA_THREADS,
        "map_metadata": -1,
        "map_chapters": -1,
    }
    for number, rendition in enumerate(renditions):
        options[f"maxrate:v:{number}"] = rendition.spec.bitrate
        options[f"bufsize:v:{number}"] = rendition.spec.bitrate * 2
    if probe.has_audio:
        streams.append(source["a:0"].filter("aresample", **{"async": 1}))
        options |= {"c:a": "aac", "b:a": AUDIO_BITRATE, "ac": 2, "ar": 48_000}
    if len(renditions) == 1:
        options |= renditions[0].muxer_options()
        return ffmpeg.output(*streams, renditions[0].playlist, **options)
    outputs = "|".join(
        _tee_output(number, rendition, probe) for number, rendition in enumerate(renditions)
    )
    return ffmpeg.output(*streams, outputs, f="tee", **options)


def _tee_output(number: int, rendition: _Rendition, probe: Probe) -> str:
    chosen = f"v:{number},a:0" if probe.has_audio else f"v:{number}"
    options = {"select": rf"\'{chosen}\'", **rendition.muxer_options()}
    return f"[{':'.join(f'{name}={value}' for name, value in options.items())}]{rendition.playlist}"


def _pictures(picture: Any, probe: Probe, sizes: list[tuple[int, int]]) -> list[Any]:
    """One stream per size, largest first, each scaled from the one before."""
    if probe.is_interlaced:
        picture = picture.filter("yadif", deint="interlaced")
    if not probe.has_square_pixels:
        picture = picture.filter("scale", w="iw*sar", h="ih").filter("setsar", "1")
    picture = picture.filter("fps", _steady_rate(probe.fps))
    pictures = []
    for number, (width, height) in enumerate(sizes):
        picture = (
            picture.filter("scale", w=width, h=height, force_original_aspect_ratio="decrease")
            .filter("pad", w=width, h=height, x=-1, y=-1)
            .filter("setsar", "1")
            .filter("format", "yuv420p")
        )
        if number < len(sizes) - 1:
            copies = picture.split()
            pictures.append(copies[0])
            picture = copies[1]
        else:
            pictures.append(picture)
    return pictures


def _steady_rate(fps: float) -> str:
    """At most 30, and where possible every second frame instead of an uneven choice."""
    if fps <= MAX_FRAME_RATE:
        return f"{fps:.5g}"
    return f"{fps / 2:.5g}" if fps <= 2 * MAX_FRAME_RATE else str(MAX_FRAME_RATE)


def _scaled(probe: Probe, short_side: int) -> tuple[int, int]:
    """The short side counts: 720 on a portrait film is its width."""
    factor = short_side / probe.short_side
    return _even(probe.width * factor), _even(probe.height * factor)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _video_codec(segment: bytes) -> str:
    """Profile and level as the film itself says, e.g. avc1.64001f."""
    found = SPS.search(segment, 0, CODECS_READ)
    if not found:
        raise UnusableVideo(Reason.DAMAGED, "no picture parameters")
    return f"avc1.{found[1].hex()}"


def _write_sealed(path: Path, plain: bytes, *, key: bytes, index: int) -> int:
    """AES-128-CBC as HLS has it: PKCS #7 padding, the segment's number as vector."""
    cipher = Cipher(AES(key), CBC(index.to_bytes(AES_BLOCK))).encryptor()
    padding = AES_BLOCK - len(plain) % AES_BLOCK
    try:
        with path.open("wb") as file:
            file.write(cipher.update(plain))
            file.write(cipher.update(bytes([padding]) * padding) + cipher.finalize())
    except OSError as error:
        raise Outage("no room for a segment") from error
    return len(plain) + padding
