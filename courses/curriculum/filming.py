"""Makes a film of a script: drawn figures and, where espeak-ng is installed, computer voices.

Small and cheap, because it only has to be seen until a real one takes its place. What goes in are
pictures and sound of our own, so it needs no sandbox.
"""

import shutil
import subprocess
import wave
from pathlib import Path
from typing import Any

import ffmpeg

from courses.curriculum.drawing import Turn, draw
from courses.curriculum.films import Line

SIZE = (640, 360)
FRAMES_PER_SECOND = 4  # a mouth opens and closes
VOICES = {
    ("a", "high"): "nl+f3",
    ("a", "low"): "nl+m3",
    ("b", "high"): "nl+f5",
    ("b", "low"): "nl+m7",
}
SILENCE_SECONDS = 0.4  # after a turn, at least
LONGEST = 600  # seconds that a program may take


def can_speak() -> bool:
    return shutil.which("espeak-ng") is not None


def make_film(script: tuple[Line, ...], folder: Path, *, is_spoken: bool) -> Path:
    sides: dict[str, str] = {}
    parts: list[Any] = []
    for number, line in enumerate(script):
        side = sides.setdefault(line.speaker, "b" if sides else "a")
        parts.append(draw_turn(line, side, folder, number))
        if is_spoken:
            parts.append(speak_turn(line, side, folder, number))
    joined = ffmpeg.concat(*parts, v=1, a=int(is_spoken)).node
    streams = [joined[0], joined[1]] if is_spoken else [joined[0]]
    film = folder / "film.mp4"
    sound = {"acodec": "aac", "audio_bitrate": "48k"} if is_spoken else {}
    made = ffmpeg.output(
        *streams,
        str(film),
        vcodec="libx264",
        preset="veryfast",
        crf=30,
        g=FRAMES_PER_SECOND * 4,
        movflags="+faststart",
        threads=1,
        **sound,
    )
    command = made.global_args("-nostdin", "-v", "error").compile(overwrite_output=True)
    subprocess.run(command, check=True, timeout=LONGEST)  # noqa: S603 -- built here, no shell
    return film


def draw_turn(line: Line, side: str, folder: Path, number: int) -> Any:
    turn = Turn(side, line.speaker, line.text)
    for mouth in (0, 1):
        picture = draw(turn, SIZE, is_open=bool(mouth), has_words=False)
        picture.save(folder / f"{number}-{mouth}.png")
    pictures = ffmpeg.input(
        str(folder / f"{number}-%d.png"), framerate=FRAMES_PER_SECOND, loop=1, t=line.seconds
    )
    return pictures.video.filter("format", "yuv420p")


def speak_turn(line: Line, side: str, folder: Path, number: int) -> Any:
    """The words, faster when they would not fit, then silence until the turn is over."""
    sound = folder / f"{number}.wav"
    voice = VOICES[side, line.voice]
    command = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(sound), "--stdin"]
    words = line.text.encode()
    subprocess.run(command, input=words, check=True, timeout=60)  # noqa: S603 -- no shell
    with wave.open(str(sound)) as spoken:
        seconds = spoken.getnframes() / spoken.getframerate()
    speed = min(max(seconds / max(line.seconds - SILENCE_SECONDS, 0.5), 1), 2)
    return (
        ffmpeg.input(str(sound))
        .audio.filter("atempo", f"{speed:.3f}")
        .filter("aresample", 22050)
        .filter("apad", whole_dur=line.seconds)
        .filter("atrim", duration=line.seconds)
    )
