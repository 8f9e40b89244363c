"""What is in this file, and can we use it? Asked of ffprobe, inside the sandbox."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from video_review.media import sandbox
from video_review.media.errors import Outage, Reason, TookTooLong, UnusableVideo

# Containers that hold film themselves. Never the text formats that name other files.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
PROTOCOLS = "file"
# Room for cinema 4K (4096 x 2160) in either direction.
MAX_PIXELS = 4096 * 2304
MAX_STREAMS = 16
MAX_PLAYABLE_STREAMS = 4
PROBE_SECONDS = 20
STDOUT_LIMIT = 64 * 1024 * 1024
MEMORY_BYTES = 2 * sandbox.GIGABYTE

# Longer than this apart, seeking would be slow and segments long: then we encode again.
COPYABLE_KEYFRAME_GAP = 6.0
# Of larger files only the beginning is read to measure the distance between keyframes.
READ_WHOLE_BELOW = 4 * sandbox.GIGABYTE
MEASURED_SECONDS = 300

VIDEO_CODECS = {
    *("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263", "mjpeg", "mpeg2video", "prores"),
}
AUDIO_CODECS = {
    *("aac", "mp3", "opus", "vorbis", "amr_nb", "amr_wb", "alac", "ac3", "eac3", "flac"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le", "pcm_mulaw", "pcm_alaw"),
}
# The same as ffmpeg names its decoders: nothing else is ever opened.
DECODERS = ",".join(
    sorted(
        (VIDEO_CODECS | AUDIO_CODECS)
        | {"libdav1d", "libvpx", "libvpx-vp9", "libaom-av1", "mp3float", "libopus"}
        | {"amrnb", "amrwb", "pcm_f32le"}
    )
)
UPRIGHT = (65536, 0, 0, 0, 65536, 0, 0, 0, 1073741824)


@dataclass(frozen=True)
class Probe:
    source: Path
    container: str
    duration: float  # declared by the file, or found at its last packet
    width: int  # as shown: after rotation, in square pixels
    height: int
    rotation: int
    fps: float
    video_codec: str
    audio_codec: str | None
    has_audio: bool
    pixel_format: str
    keyframe_gap_max: float | None
    bit_rate: int
    is_copyable: bool
    ends_at: float | None  # where the packets end; None if only the beginning was read
    is_interlaced: bool = False
    has_square_pixels: bool = True

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


@dataclass(frozen=True)
class Packets:
    keyframe_gap_max: float | None
    ends_at: float


def input_options() -> dict[str, str | int]:
    """For every ffmpeg that opens a source; the container list is the important one."""
    return {
        "format_whitelist": CONTAINERS,
        "protocol_whitelist": PROTOCOLS,
        "codec_whitelist": DECODERS,
        "max_pixels": MAX_PIXELS,
    }


def probe(input: Path, job: Path) -> Probe:
    """Read what the file says of itself; refuse what we cannot or will not use."""
    if not input.stat().st_size:
        raise UnusableVideo(Reason.EMPTY)
    described = _describe(input, job)
    streams = described.get("streams", [])
    video, audio = _choose_streams(streams)
    container = described["format"]
    matrix = _display_matrix(video)
    rotation = _rotation(video)
    width, height = _shown_size(video, rotation)
    read_to_end = input.stat().st_size <= READ_WHOLE_BELOW or not _declared(container, video)
    packets = _measure_packets(input, job, read_to_end=read_to_end)
    duration = _declared(container, video) or packets.ends_at
    if duration <= 0:
        raise UnusableVideo(Reason.NO_PICTURE, "no frames")
    if duration > settings.MAX_RECORDING_SECONDS:
        raise UnusableVideo(Reason.TOO_LONG, f"{duration:.0f} s")
    is_interlaced = video.get("field_order", "progressive") not in {"progressive", "unknown"}
    has_square_pixels = _sample_aspect(video) == 1.0
    return Probe(
        source=input,
        container=container["format_name"],
        duration=duration,
        width=width,
        height=height,
        rotation=rotation,
        fps=_frame_rate(video),
        video_codec=video["codec_name"],
        audio_codec=audio["codec_name"] if audio else None,
        has_audio=audio is not None,
        pixel_format=video.get("pix_fmt", ""),
        keyframe_gap_max=packets.keyframe_gap_max,
        bit_rate=int(container.get("bit_rate") or 0),
        is_copyable=(
            video["codec_name"] == "h264"
            and video.get("pix_fmt") in {"yuv420p", "yuvj420p"}
            and (audio is None or audio["codec_name"] == "aac")
            and matrix in {None, UPRIGHT}
            and not is_interlaced
            and has_square_pixels
            and packets.keyframe_gap_max is not None
            and packets.keyframe_gap_max <= COPYABLE_KEYFRAME_GAP
        ),
        ends_at=packets.ends_at if read_to_end else None,
        is_interlaced=is_interlaced,
        has_square_pixels=has_square_pixels,
    )


def _describe(source: Path, job: Path) -> dict[str, Any]:
    found = _ffprobe(
        source,
        job,
        "-show_format",
        "-show_streams",
        *("-of", "json"),
    )
    if "max pixel count" in found.stderr:
        raise UnusableVideo(Reason.TOO_MANY_PIXELS)
    if found.returncode:
        raise UnusableVideo(Reason.NOT_A_VIDEO, found.stderr[-300:])
    described: dict[str, Any] = json.loads(found.stdout)
    return described


def _measure_packets(source: Path, job: Path, *, read_to_end: bool) -> Packets:
    """Read packets without decoding: where keyframes are and where the film really ends."""
    extent = [] if read_to_end else ["-read_intervals", f"%+{MEASURED_SECONDS}"]
    found = _ffprobe(
        source,
        job,
        *("-select_streams", "v:0", *extent),
        *("-show_entries", "packet=pts_time,duration_time,flags", "-of", "csv=p=0"),
    )
    begins_at = ends_at = None
    last_key: float | None = None
    gap = 0.0
    for line in found.stdout.splitlines():
        pts, duration, flags = [*line.split(b","), b"", b""][:3]
        at = _seconds(pts)
        if at is None:
            continue
        begins_at = at if begins_at is None else min(begins_at, at)
        ends_at = max(ends_at or at, at + (_seconds(duration) or 0.0))
        if flags.startswith(b"K"):
            gap = max(gap, at - last_key if last_key is not None else 0.0)
            last_key = at
    if begins_at is None or ends_at is None:
        raise UnusableVideo(Reason.NO_PICTURE, "no packets")
    if last_key is None:
        return Packets(None, ends_at - max(begins_at, 0.0))
    return Packets(max(gap, ends_at - last_key), ends_at - max(begins_at, 0.0))


def _ffprobe(source: Path, job: Path, *options: str) -> sandbox.Completed:
    guarded = [part for name, value in input_options().items() for part in (f"-{name}", str(value))]
    try:
        found = sandbox.run(
            ["ffprobe", "-v", "error", *guarded, *options, "-i", f"file:{sandbox.INPUT}"],
            job=job,
            input=source,
            timeout=PROBE_SECONDS,
            cpu_seconds=PROBE_SECONDS,
            memory_bytes=MEMORY_BYTES,
            keep_stdout=STDOUT_LIMIT,
        )
    except TookTooLong as error:
        raise UnusableVideo(Reason.DAMAGED, "probing took too long") from error
    if len(found.stdout) >= STDOUT_LIMIT:
        raise UnusableVideo(Reason.DAMAGED, "far too many packets")
    if "bwrap: " in found.stderr:
        raise Outage(found.stderr)
    return found


def _choose_streams(streams: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The streams that ffmpeg calls 0:v:0 and 0:a:0."""
    videos = [one for one in streams if one.get("codec_type") == "video"]
    audios = [one for one in streams if one.get("codec_type") == "audio"]
    if len(streams) > MAX_STREAMS or len(videos) + len(audios) > MAX_PLAYABLE_STREAMS:
        raise UnusableVideo(Reason.TOO_MANY_STREAMS, str(len(streams)))
    if not videos or videos[0].get("disposition", {}).get("attached_pic"):
        raise UnusableVideo(Reason.NO_PICTURE)
    video = videos[0]
    audio = audios[0] if audios else None
    if video.get("codec_name") not in VIDEO_CODECS:
        raise UnusableVideo(Reason.UNSUPPORTED, str(video.get("codec_name")))
    if audio and audio.get("codec_name") not in AUDIO_CODECS:
        raise UnusableVideo(Reason.UNSUPPORTED, str(audio.get("codec_name")))
    width, height = video.get("width", 0), video.get("height", 0)
    if not width or not height:
        raise UnusableVideo(Reason.DAMAGED, "no picture size")
    if width * height > MAX_PIXELS:
        raise UnusableVideo(Reason.TOO_MANY_PIXELS, f"{width}x{height}")
    return video, audio


def _display_matrix(video: dict[str, Any]) -> tuple[int, ...] | None:
    for side in video.get("side_data_list", []):
        if "displaymatrix" in side:
            rows = [row.partition(":")[2] for row in side["displaymatrix"].splitlines()]
            return tuple(int(number) for row in rows for number in row.split())
    return None


def _rotation(video: dict[str, Any]) -> int:
    for side in video.get("side_data_list", []):
        if "rotation" in side:
            return int(side["rotation"]) % 360
    return 0


def _shown_size(video: dict[str, Any], rotation: int) -> tuple[int, int]:
    width, height = round(video["width"] * _sample_aspect(video)), video["height"]
    return (height, width) if rotation % 180 == 90 else (width, height)


def _sample_aspect(video: dict[str, Any]) -> float:
    over, _, under = str(video.get("sample_aspect_ratio", "1:1")).partition(":")
    if not (over.isdigit() and under.isdigit() and int(over) and int(under)):
        return 1.0
    return min(4.0, max(0.25, int(over) / int(under)))


def _frame_rate(video: dict[str, Any]) -> float:
    """The steady rate of the camera; phones vary around it, browsers give nonsense (1000)."""
    for name in ("r_frame_rate", "avg_frame_rate"):
        over, _, under = str(video.get(name, "0/0")).partition("/")
        if over.isdigit() and under.isdigit() and int(under) and 1 <= int(over) / int(under) <= 120:
            return int(over) / int(under)
    return 30.0


def _declared(container: dict[str, Any], video: dict[str, Any]) -> float:
    return _seconds(video.get("duration")) or _seconds(container.get("duration")) or 0.0


def _seconds(text: str | bytes | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
