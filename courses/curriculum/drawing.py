"""Draws a staged conversation: two figures in a room, and a mark that it is staged.

Nobody real is in them, and everything is made here.
"""

from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WALL, FLOOR, DESK, WINDOW = "#efe9de", "#d9cdb8", "#b08d63", "#cfe3e8"
INK, PAPER, MARK = "#1d2b30", "#fbf9f5", "#ad3f14"
CLOTHES = {"a": "#0f4c5c", "b": "#8a5a00"}
SKIN = {"a": "#e3b795", "b": "#c98f68"}


@dataclass(frozen=True)
class Turn:
    voice: str  # a sits on the left, b on the right
    label: str
    text: str


def draw(turn: Turn, size: tuple[int, int], *, is_open: bool, has_words: bool) -> Image.Image:
    """One moment of a turn. ``has_words``: for who has no captions."""
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
    draw_mark(pen, unit)
    if has_words:
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


def draw_mark(pen: ImageDraw.ImageDraw, unit: float) -> None:
    small = ImageFont.load_default(size=round(24 * unit))
    mark = "NAGESPEELD"
    wide = pen.textlength(mark, font=small)
    pen.rounded_rectangle((24 * unit, 24 * unit, 48 * unit + wide, 66 * unit), radius=8, fill=MARK)
    pen.text((36 * unit, 31 * unit), mark, font=small, fill=PAPER)


def draw_words(pen: ImageDraw.ImageDraw, turn: Turn, size: tuple[int, int], unit: float) -> None:
    width, height = size
    small = ImageFont.load_default(size=round(24 * unit))
    large = ImageFont.load_default(size=round(32 * unit))
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
