import dataclasses
import subprocess

import pytest

from tests.video_review.media.films import colour, look, picture
from video_review.media import encoder, sandbox
from video_review.media.damage import DamageKind, decode, decoded_duration, verify
from video_review.media.errors import Outage, Reason, UnusableVideo
from video_review.media.hls import (
    RungSpec,
    make_ladder,
    make_peaks,
    make_poster,
    make_sprite,
    make_watchable,
)
from video_review.media.probe import probe

pytestmark = pytest.mark.ffmpeg

KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
OTHER_KEY = bytes.fromhex("ffeeddccbbaa99887766554433221100")


def watch(films, job, name, **options):
    found = probe(films / name, job)
    return found, make_watchable(job, found, rendition_id="first", key=KEY, **options)


def kinds(film):
    return [(one["codec_type"], one["codec_name"]) for one in look(film)["streams"]]


def test_a_compatible_film_is_repackaged_frame_for_frame(films, job, play):
    found, rendition = watch(films, job, "phone.mov")
    assert rendition.is_copy
    assert picture(play(rendition, KEY)) == picture(films / "phone.mov")
    assert kinds(play(rendition, KEY)) == [("video", "h264"), ("audio", "aac")]
    assert (rendition.width, rendition.height) == (320, 180)
    assert [(one.index, one.duration) for one in rendition.segments] == [(0, 4.0), (1, 2.0)]
    assert verify(found, rendition, rendition.stderr) == []


@pytest.mark.parametrize("name", ["browser.webm", "portrait.mov"])
def test_any_other_film_is_encoded(films, job, play, name):
    found, rendition = watch(films, job, name)
    assert not rendition.is_copy
    assert rendition.duration == pytest.approx(found.duration, abs=0.1)
    assert kinds(play(rendition, KEY))[0] == ("video", "h264")
    assert verify(found, rendition, rendition.stderr) == []


def test_codecs_are_what_the_film_itself_says(films, job):
    stream = look(films / "phone.mov")["streams"][0]
    _, rendition = watch(films, job, "phone.mov")
    video, audio = rendition.codecs.split(",")
    assert (video[:5], int(video[-2:], 16), audio) == ("avc1.", stream["level"], "mp4a.40.2")


def test_a_phone_held_upright_is_shown_upright(films, job, play):
    """Stored: landscape, red at the top left; a quarter turn clockwise brings red top right."""
    stored = picture(films / "upright.mov")
    assert colour(stored, 0.05, 0.05) == "red"
    found, rendition = watch(films, job, "portrait.mov")
    [rung] = make_ladder(job, found, rungs=[RungSpec("rung", KEY, 120, 200_000)])
    for shown, size in ((rendition, (180, 320)), (rung, (120, 214))):
        shot = picture(play(shown, KEY))
        assert shot[:2] == (shown.width, shown.height) == size
        corners = [colour(shot, x, y) for x, y in ((0.05, 0.03), (0.95, 0.03), (0.95, 0.97))]
        assert corners == ["blue", "red", "blue"]


def test_the_ladder_comes_from_one_command(films, job, play, monkeypatch):
    found = probe(films / "phone.mov", job)
    processes = spy_on_processes(monkeypatch)
    rungs = [RungSpec("low", KEY, 90, 100_000), RungSpec("high", OTHER_KEY, 720, 400_000)]
    low, high = make_ladder(job, found, rungs=rungs)
    assert len(processes) == 1
    assert picture(play(low, KEY))[:2] == (160, 90)
    assert picture(play(high, OTHER_KEY))[:2] == (320, 180)
    assert [kinds(play(low, KEY)), kinds(play(high, OTHER_KEY))] == [
        [("video", "h264"), ("audio", "aac")]
    ] * 2
    assert [one.duration for one in low.segments] == [one.duration for one in high.segments]
    assert verify(found, low, low.stderr) == []


def test_the_ladder_works_for_a_film_without_sound(films, job, play):
    found = probe(films / "silent.mp4", job)
    rungs = [RungSpec("low", KEY, 90, 100_000), RungSpec("high", KEY, 180, 400_000)]
    assert [kinds(play(one, KEY)) for one in make_ladder(job, found, rungs=rungs)] == [
        [("video", "h264")]
    ] * 2


def test_segments_arrive_while_ffmpeg_still_works(films, job, monkeypatch):
    """Each is announced once, in order, sealed; the first long before the film is done."""
    processes = spy_on_processes(monkeypatch)
    found = dataclasses.replace(probe(films / "minute.mp4", job), is_copyable=False)
    seen, told = [], []

    def on_segment(segment):
        running = processes[-1].poll() is None
        seen.append((segment.index, segment.path.stat().st_size, running))

    rendition = make_watchable(
        job, found, rendition_id="first", key=KEY, on_progress=told.append, on_segment=on_segment
    )
    assert [one[:2] for one in seen] == [(one.index, one.size) for one in rendition.segments]
    assert (len(seen), seen[0][2]) == (15, True)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1, abs=0.02)


def test_segments_are_noise_without_the_key(films, job, tmp_path):
    _, rendition = watch(films, job, "phone.mov")
    for segment in rendition.segments:
        result = subprocess.run(["ffprobe", "-v", "error", segment.path], capture_output=True)
        assert result.returncode != 0
        assert segment.path.stat().st_size == segment.size


def test_openssl_opens_a_segment_too(films, job, tmp_path):
    _, rendition = watch(films, job, "phone.mov")
    plain = tmp_path / "plain.ts"
    command = ["openssl", "aes-128-cbc", "-d", "-K", KEY.hex(), "-iv", f"{1:032x}"]
    segment = rendition.segments[1].path
    subprocess.run([*command, "-in", segment, "-out", plain], check=True)
    assert look(plain)["format"]["format_name"] == "mpegts"


def test_nothing_plain_is_left_and_no_key_is_told(films, job, monkeypatch):
    processes = spy_on_processes(monkeypatch)
    watch(films, job, "phone.mov")
    make_ladder(job, probe(films / "phone.mov", job), rungs=[RungSpec("rung", KEY, 90, 100_000)])
    words = " ".join(word for process in processes for word in process.args)
    assert [KEY.hex() in words, "ffmpeg" in words] == [False, True]
    left = [path for path in (job / "out").iterdir() if path.suffix != ".m3u8"]
    assert left == []
    assert not [path for path in job.rglob("*") if path.is_file() and KEY in path.read_bytes()]


def test_names_and_places_are_not_passed_on(films, job, play):
    assert look(films / "phone.mov")["format"]["tags"]["title"] == "Mevrouw Jansen"
    _, rendition = watch(films, job, "phone.mov")
    film = play(rendition, KEY).read_bytes()
    poster = make_poster(job, probe(films / "phone.mov", job))
    for content in (film, poster):
        assert [word in content for word in (b"Jansen", b"52.37")] == [False, False]


def test_poster_sprite_and_peaks(films, job, tmp_path):
    found = probe(films / "phone.mov", job)
    poster, sprite = tmp_path / "poster.jpg", tmp_path / "sprite.jpg"
    poster.write_bytes(make_poster(job, found))
    content, columns, rows, every = make_sprite(job, found)
    sprite.write_bytes(content)
    assert picture(poster, at=0)[:2] == (320, 180)
    assert (columns, rows, every) == (3, 1, 2)
    assert picture(sprite, at=0)[:2] == (480, 90)
    peaks = make_peaks(job, found)
    assert len(peaks) == pytest.approx(800, abs=10)
    assert 0.05 < max(peaks) <= 1
    assert make_peaks(job, probe(films / "silent.mp4", job)) == []


def test_the_poster_of_an_upright_phone_is_upright(films, job, tmp_path):
    poster = tmp_path / "poster.jpg"
    poster.write_bytes(make_poster(job, probe(films / "portrait.mov", job)))
    shot = picture(poster, at=0)
    assert (shot[:2], colour(shot, 0.95, 0.03)) == ((180, 320), "red")


@pytest.mark.parametrize("copy", [True, False])
def test_a_film_cut_short_says_where(films, job, copy):
    """ffmpeg calls this a success."""
    found = dataclasses.replace(probe(films / "truncated.mp4", job), is_copyable=copy)
    rendition = make_watchable(job, found, rendition_id="first", key=KEY)
    [missing, *_] = verify(found, rendition, rendition.stderr)
    assert found.duration == pytest.approx(6, abs=0.1)
    assert missing.kind == DamageKind.END_MISSING
    assert missing.at == pytest.approx(rendition.duration, abs=1)
    assert missing.where == f"00:0{int(missing.at)}"
    assert decoded_duration(job, found) < 5


def test_an_unreadable_middle_is_damage(films, job):
    content = bytearray((films / "phone.mov").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40_000] = bytes(40_000)
    damaged = job / "damaged.mov"
    damaged.write_bytes(content)
    found = probe(damaged, job)
    [rung] = make_ladder(job, found, rungs=[RungSpec("rung", KEY, 90, 100_000)])
    decoded = decode(job, found)
    for delivered in (rung, decoded):
        damages = verify(found, delivered, delivered.stderr)
        assert DamageKind.UNREADABLE in {damage.kind for damage in damages}


def test_a_full_disk_is_our_fault_and_nonsense_is_not(films, job, monkeypatch):
    found = probe(films / "phone.mov", job)

    def ended(code, stderr):
        monkeypatch.setattr(
            encoder.sandbox, "run", lambda *_, **__: sandbox.Completed(code, stderr)
        )
        make_watchable(job, found, rendition_id=f"r{code}", key=KEY)

    with pytest.raises(Outage):
        ended(1, "out.ts: No space left on device")
    with pytest.raises(Outage):
        ended(137, "")
    with pytest.raises(UnusableVideo) as refused:
        ended(2, "Invalid data found when processing input")
    assert refused.value.reason == Reason.DAMAGED


def test_a_lost_lease_stops_the_encoder(films, job, monkeypatch):
    class LeaseLost(Exception):
        pass

    def heartbeat():
        raise LeaseLost

    monkeypatch.setattr(sandbox, "HEARTBEAT_SECONDS", 0)
    found = dataclasses.replace(probe(films / "phone.mov", job), is_copyable=False)
    with pytest.raises(LeaseLost):
        make_watchable(job, found, rendition_id="first", key=KEY, heartbeat=heartbeat)


def spy_on_processes(monkeypatch):
    """The real runner, and every process it starts."""
    processes, start = [], subprocess.Popen

    def popen(*arguments, **options):
        processes.append(start(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(sandbox.subprocess, "Popen", popen)
    return processes
