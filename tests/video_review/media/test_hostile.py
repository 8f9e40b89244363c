"""Files that are programs: a playlist names other people's recordings, and ffmpeg obeys."""

import subprocess

import pytest

from tests.video_review.media.films import decoded_md5
from video_review.media import sandbox
from video_review.media.errors import Reason, UnusableVideo
from video_review.media.probe import PROTOCOLS, probe

pytestmark = pytest.mark.ffmpeg

HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:6,\n{}\n#EXT-X-ENDLIST\n"


def hls(other):
    return HLS.format(f"file://{other}")


def hls_by_path(other):
    return HLS.format(other)


def concat(other):
    return f"ffconcat version 1.0\nfile {other.name}\n"


def concat_by_path(other):
    return f"ffconcat version 1.0\nfile {other}\n"


ATTACKS = [hls, hls_by_path, concat, concat_by_path]


@pytest.fixture
def other(films, tmp_path):
    """Somebody else's recording, beside the attacker's file."""
    path = tmp_path / "other.mp4"
    path.write_bytes((films / "fast.mp4").read_bytes())
    return path


def remux(*options, target="stolen.mp4"):
    return ["ffmpeg", "-nostdin", "-v", "error", *options, "-c", "copy", "-y", target]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_playlist_dressed_as_a_film_is_refused(job, other, tmp_path, attack):
    trojan = tmp_path / "trojan.mp4"
    trojan.write_text(attack(other))
    with pytest.raises(UnusableVideo) as refused:
        probe(trojan, job)
    assert refused.value.reason == Reason.NOT_A_VIDEO
    assert list((job / "out").iterdir()) == []


@pytest.mark.parametrize("attack", [hls, hls_by_path, concat_by_path])
def test_the_sandbox_alone_would_stop_it_too(job, other, tmp_path, attack):
    """First see that plain ffmpeg does hand over the other recording."""
    trojan = tmp_path / "trojan.mp4"
    trojan.write_text(attack(other))
    loose = ["-protocol_whitelist", "file,crypto,data", "-allowed_extensions", "ALL"]
    loose = loose if attack is not concat_by_path else ["-safe", "0"]
    stolen = tmp_path / "stolen.mp4"
    subprocess.run(remux(*loose, "-i", str(trojan), target=str(stolen)), check=True)
    assert decoded_md5(stolen) == decoded_md5(other)
    done = sandbox.run(
        remux(*loose, "-i", f"file:{sandbox.INPUT}"),
        job=job,
        input=trojan,
        timeout=20,
        cpu_seconds=20,
    )
    assert done.returncode != 0
    assert not [path for path in (job / "out").iterdir() if path.stat().st_size]


def test_no_protocol_but_files_is_open():
    assert PROTOCOLS == "file"
