"""Draws the staged conversations: figures, spoken lines, and a mark that they are staged.

Nobody real is in them. Where espeak-ng is installed it speaks the lines, else soft tones tell the
two speakers apart; everything is made here, nothing is downloaded.
"""

import shutil
import subprocess
import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFont

EXAMPLES = Path(__file__).resolve().parent / "content" / "examples.yaml"
LANDSCAPE = (1280, 720)
PORTRAIT = (720, 1280)
READING_SPEED = 15  # characters per second
PAUSE_SECONDS = 0.6
FRAME_RATE = 25
MOUTHS_PER_SECOND = 4
VOICES = {"a": "nl+f3", "b": "nl+m3"}
TONES = {"a": 220, "b": 147}

WALL, FLOOR, DESK, WINDOW = "#efe9de", "#d9cdb8", "#b08d63", "#cfe3e8"
INK, PAPER, MARK = "#1d2b30", "#fbf9f5", "#ad3f14"
CLOTHES = {"a": "#0f4c5c", "b": "#8a5a00"}
SKIN = {"a": "#e3b795", "b": "#c98f68"}


@dataclass(frozen=True)
class Turn:
    voice: str
    label: str
    text: str


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
            draw(turn, size, is_open=bool(mouth)).save(folder / f"{number}-{mouth}.png")
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


def draw(turn: Turn, size: tuple[int, int], *, is_open: bool) -> Image.Image:
    width, height = size
    picture = Image.new("RGB", size, WALL)
    pen = ImageDraw.Draw(picture)
    unit = min(width, height) / 720
    ground = height * 0.62
    pen.rectangle((0, ground, width, height), fill=FLOOR)
    pen.rounded_rectangle(
        (width * 0.36, height * 0.08, width * 0.64, height * 0.3), radius=12, fill=WINDOW
    )
    for voice, at in (("a", 0.24), ("b", 0.76)):
        speaks = turn.voice == voice
        draw_person(pen, voice, width * at, ground, unit, opens=speaks and is_open, speaks=speaks)
    pen.rounded_rectangle(
        (width * 0.34, ground - 60 * unit, width * 0.66, ground + 40 * unit), radius=10, fill=DESK
    )
    draw_words(pen, turn, size, unit)
    return picture


def draw_person(
    pen: ImageDraw.ImageDraw,
    voice: str,
    x: float,
    ground: float,
    unit: float,
    *,
    opens: bool,
    speaks: bool,
) -> None:
    head, nod = 62 * unit, (4 * unit if opens else 0)
    top = ground - 250 * unit + nod
    pen.rounded_rectangle(
        (x - 95 * unit, ground - 175 * unit, x + 95 * unit, ground + 60 * unit),
        radius=60 * unit,
        fill=CLOTHES[voice],
    )
    pen.ellipse((x - head, top - head, x + head, top + head), fill=SKIN[voice])
    if speaks:
        ring = head + 10 * unit
        pen.ellipse(
            (x - ring, top - ring, x + ring, top + ring), outline=MARK, width=round(5 * unit)
        )
    for side in (-1, 1):
        eye = x + side * 22 * unit
        pen.ellipse((eye - 5 * unit, top - 12 * unit, eye + 5 * unit, top - 2 * unit), fill=INK)
    mouth = 14 * unit if opens else 4 * unit
    pen.ellipse((x - 18 * unit, top + 24 * unit, x + 18 * unit, top + 24 * unit + mouth), fill=INK)


def draw_words(pen: ImageDraw.ImageDraw, turn: Turn, size: tuple[int, int], unit: float) -> None:
    width, height = size
    small = ImageFont.load_default(size=round(24 * unit))
    large = ImageFont.load_default(size=round(32 * unit))
    mark = "NAGESPEELD"
    wide = pen.textlength(mark, font=small)
    pen.rounded_rectangle((24 * unit, 24 * unit, 48 * unit + wide, 66 * unit), radius=8, fill=MARK)
    pen.text((36 * unit, 31 * unit), mark, font=small, fill=PAPER)
    lines = wrap(pen, turn.text, large, width - 120 * unit)
    box = (len(lines) * 42 + 64) * unit
    top = height - box - 28 * unit
    pen.rounded_rectangle(
        (36 * unit, top, width - 36 * unit, height - 28 * unit), radius=14, fill=PAPER
    )
    pen.text((60 * unit, top + 14 * unit), turn.label, font=small, fill=CLOTHES[turn.voice])
    for number, line in enumerate(lines):
        pen.text((60 * unit, top + (48 + 42 * number) * unit), line, font=large, fill=INK)


def wrap(
    pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | Any, width: float
) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font=font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
