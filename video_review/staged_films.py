"""Makes films of the staged conversations, as a participant would send them.

Nobody real is in them. Where espeak-ng is installed it speaks the lines, else soft tones tell the
two speakers apart; everything is made here, nothing is downloaded.
"""

import shutil
import subprocess
import wave
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from courses.curriculum.drawing import Turn, draw

EXAMPLES = Path(__file__).resolve().parent / "content" / "examples.yaml"
LANDSCAPE = (1280, 720)
PORTRAIT = (720, 1280)
READING_SPEED = 15  # characters per second
PAUSE_SECONDS = 0.6
FRAME_RATE = 25
MOUTHS_PER_SECOND = 4
VOICES = {"a": "nl+f3", "b": "nl+m3"}
TONES = {"a": 220, "b": 147}


@lru_cache(maxsize=1)
def staged_examples() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load(EXAMPLES.read_text())
    return {example["slug"]: example for example in content["examples"]}


def turns_of(example: dict[str, Any]) -> list[Turn]:
    speakers = {one["code"]: one for one in example["speakers"]}
    return [
        Turn(speakers[turn["speaker"]]["voice"], speakers[turn["speaker"]]["label"], turn["text"])
        for turn in example["turns"]
    ]


def make_staged_film(slug: str, folder: Path, *, is_turned_phone: bool) -> Path:
    """An MP4 as a PC makes it, or a MOV of a phone held upright: stored lying, with its turn."""
    size = PORTRAIT if is_turned_phone else LANDSCAPE
    inputs: list[str] = []
    chains = ""
    for number, turn in enumerate(turns_of(staged_examples()[slug])):
        seconds = f"{speak(turn, folder / f'{number}.wav') + PAUSE_SECONDS:.2f}"
        for mouth in (0, 1):
            draw(turn, size, is_open=bool(mouth), has_words=True).save(
                folder / f"{number}-{mouth}.png"
            )
        inputs += ["-framerate", str(MOUTHS_PER_SECOND), "-loop", "1", "-t", seconds]
        inputs += ["-i", f"{number}-%d.png", "-t", seconds, "-i", f"{number}.wav"]
        chains += f"[{2 * number}:v]fps={FRAME_RATE},format=yuv420p[v{number}];"
        chains += f"[{2 * number + 1}:a]aresample=44100,apad=whole_dur={seconds}[a{number}];"
    count = chains.count("[v")
    joined = chains + "".join(f"[v{number}][a{number}]" for number in range(count))
    turned = ",transpose=clock" if is_turned_phone else ""
    joined += f"concat=n={count}:v=1:a=1[v][a];[v]null{turned}[out]"
    upright = folder / "upright.mp4"
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "50", "-c:a", "aac"]
    run_ffmpeg(
        [*inputs, "-filter_complex", joined, "-map", "[out]", "-map", "[a]", *encode, upright.name],
        folder,
    )
    if not is_turned_phone:
        return upright
    run_ffmpeg(
        ["-i", upright.name, "-c", "copy", "-metadata:s:v", "rotate=90", "phone.mov"], folder
    )
    return folder / "phone.mov"


def speak(turn: Turn, target: Path) -> float:
    """The line as sound; return how many seconds it takes."""
    espeak = shutil.which("espeak-ng")
    if espeak:
        command = [espeak, "-v", VOICES[turn.voice], "-s", "150", "-w", str(target), turn.text]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603 -- our own lines, no shell
        with wave.open(str(target)) as spoken:
            return spoken.getnframes() / spoken.getframerate()
    seconds = max(2.5, len(turn.text) / READING_SPEED)
    tone = f"sine=frequency={TONES[turn.voice]}:duration={seconds:.2f}"
    softly = "volume=0.08,tremolo=f=4:d=0.6"
    run_ffmpeg(["-f", "lavfi", "-i", tone, "-af", softly, target.name], target.parent)
    return seconds


def run_ffmpeg(arguments: list[str], folder: Path) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, cwd=folder, check=True, timeout=600)  # noqa: S603 -- no shell
