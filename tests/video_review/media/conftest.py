"""Tiny films of our own making, one of each kind that arrives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.video_review.media.films import decrypt, ffmpeg
from video_review.media.hls import RenditionFiles

CAMERA = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=6"]
VOICE = ["-f", "lavfi", "-i", "sine=frequency=440:duration=6"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]
AAC = ["-c:a", "aac", "-b:a", "64k"]
# Red where the top left corner is stored, blue elsewhere.
MARKED = [
    *("-f", "lavfi", "-i", "color=blue:size=320x180:rate=25:duration=5"),
    *("-vf", "drawbox=x=0:y=0:w=80:h=60:color=red:t=fill"),
]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    secret = ["-metadata", "title=Mevrouw Jansen", "-metadata", "location=+52.37+004.89/"]
    ffmpeg(*CAMERA, *VOICE, *H264, *AAC, *secret, "phone.mov", cwd=folder)
    ffmpeg("-i", "phone.mov", "-an", "-c", "copy", "silent.mp4", cwd=folder)
    ffmpeg("-i", "phone.mov", "-c", "copy", "-movflags", "+faststart", "fast.mp4", cwd=folder)
    ffmpeg(*CAMERA, *VOICE, *H264, "-g", "500", *AAC, "sparse.mp4", cwd=folder)
    ffmpeg(*CAMERA, *VOICE, "-c:v", "libvpx", "-b:v", "300k", "-c:a", "libopus",
           "-f", "webm", "-live", "1", "browser.webm", cwd=folder)  # fmt: skip
    ffmpeg(*MARKED, *H264, "upright.mov", cwd=folder)
    ffmpeg("-i", "upright.mov", "-c", "copy", "-metadata:s:v", "rotate=270",
           "portrait.mov", cwd=folder)  # fmt: skip
    ffmpeg("-stream_loop", "9", "-i", "silent.mp4", "-c", "copy", "minute.mp4", cwd=folder)
    ffmpeg(*VOICE, *AAC, "voice.mp4", cwd=folder)
    ffmpeg("-f", "lavfi", "-i", "color=size=16384x640:rate=1:duration=1", "-frames:v", "1",
           "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "giant.mov", cwd=folder)  # fmt: skip
    (folder / "empty.mp4").touch()
    (folder / "letter.mp4").write_text("Geachte collega, hierbij de opname.\n" * 50)
    fast = (folder / "fast.mp4").read_bytes()
    (folder / "truncated.mp4").write_bytes(fast[: len(fast) // 2])
    return folder


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def play(tmp_path: Path) -> Callable[[RenditionFiles, bytes], Path]:
    """What a viewer who was given the key has: one plain film."""

    def join(rendition: RenditionFiles, key: bytes) -> Path:
        film = tmp_path / f"{rendition.rendition_id}.ts"
        film.write_bytes(b"".join(decrypt(segment, key) for segment in rendition.segments))
        return film

    return join
