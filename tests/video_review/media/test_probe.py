import pytest

from video_review.media.errors import Reason, UnusableVideo
from video_review.media.probe import probe

pytestmark = pytest.mark.ffmpeg


@pytest.mark.parametrize(
    ("name", "codecs", "size", "duration", "copyable"),
    [
        ("phone.mov", ("h264", "aac"), (320, 180), 6, True),
        ("silent.mp4", ("h264", None), (320, 180), 6, True),
        ("sparse.mp4", ("h264", "aac"), (320, 180), 6, True),
        ("browser.webm", ("vp8", "opus"), (320, 180), 6, False),
        ("upright.mov", ("h264", None), (320, 180), 5, True),
        ("portrait.mov", ("h264", None), (180, 320), 5, False),
    ],
)
def test_what_ffprobe_finds(films, job, name, codecs, size, duration, copyable):
    found = probe(films / name, job)
    assert (found.video_codec, found.audio_codec) == codecs
    assert (found.width, found.height) == size
    assert found.is_copyable == copyable
    assert found.duration == pytest.approx(duration, abs=0.1)


def test_a_browsers_recording_has_no_duration_of_its_own(films, job):
    assert probe(films / "browser.webm", job).duration == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize(("longest", "copyable"), [(6.0, True), (5.9, False)])
def test_keyframes_too_far_apart_are_not_copied(films, job, monkeypatch, longest, copyable):
    monkeypatch.setattr("video_review.media.probe.COPYABLE_KEYFRAME_GAP", longest)
    found = probe(films / "sparse.mp4", job)
    assert found.keyframe_gap_max == pytest.approx(6.0)
    assert found.is_copyable == copyable


def test_the_rotation_of_a_phone_is_found(films, job):
    assert [probe(films / name, job).rotation for name in ("upright.mov", "portrait.mov")] == [
        0,
        270,
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.mp4", Reason.EMPTY),
        ("letter.mp4", Reason.NOT_A_VIDEO),
        ("voice.mp4", Reason.NO_PICTURE),
        ("giant.mov", Reason.TOO_MANY_PIXELS),
    ],
)
def test_what_cannot_be_used_says_why(films, job, name, reason):
    with pytest.raises(UnusableVideo) as refused:
        probe(films / name, job)
    assert refused.value.reason == reason


def test_a_film_longer_than_allowed_is_refused(films, job, settings):
    settings.MAX_RECORDING_SECONDS = 5
    with pytest.raises(UnusableVideo) as refused:
        probe(films / "phone.mov", job)
    assert refused.value.reason == Reason.TOO_LONG
