"""Example films: the script of a conversation, its captions, and the film that is drawn of it.

A drawn film is named after what it says, so an older version of a lesson keeps the film that goes
with its words. Nothing here makes a film: see ``courses.curriculum.filming``.
"""

import hashlib
import html
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import accumulate
from typing import Any

from django.core.files.storage import Storage, default_storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from lms.web.ranges import Range, send_ranges

FOLDER = "films"
DRAWING = 1  # one higher when films look otherwise: all are drawn anew
SPOKEN = "-gesproken"  # in the name of a film with computer voices
CAPTIONS = "vtt"
TYPES = {"mp4": "video/mp4", "webm": "video/webm", CAPTIONS: "text/vtt; charset=utf-8"}
BLOCK = 256 * 1024


@dataclass(frozen=True)
class Line:
    speaker: str
    voice: str  # high or low
    text: str
    seconds: int


@dataclass(frozen=True)
class Shown:
    """A film with its captions, at the addresses where they are sent."""

    film: str
    kind: str
    captions: str
    is_drawn: bool
    is_spoken: bool = True


def script_of(value: Any) -> tuple[Line, ...]:
    """The conversation in a film block."""
    voices = {speaker["name"]: speaker["voice"] for speaker in value["speakers"]}
    return tuple(
        Line(turn["speaker"], voices.get(turn["speaker"], ""), turn["text"], turn["seconds"])
        for turn in value["turns"]
    )


def name_of(script: tuple[Line, ...]) -> str:
    said = json.dumps([DRAWING, [astuple(line) for line in script]])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def captions_of(script: tuple[Line, ...]) -> str:
    """WebVTT: every turn from its first second until the next begins."""
    ends = list(accumulate(line.seconds for line in script))
    cues = [
        f"{clock(end - line.seconds)} --> {clock(end)}\n{html.escape(said(line), quote=False)}\n"
        for line, end in zip(script, ends, strict=True)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def said(line: Line) -> str:
    """On one line: an empty line would end the cue."""
    return " ".join(f"{line.speaker}: {line.text}".split())


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.000"


def path_of(name: str, extension: str) -> str:
    return f"{FOLDER}/{name}.{extension}"


def shown_of(value: Any) -> Shown | None:
    """The film of an editor, else the one that was drawn; none as long as it is being drawn."""
    if value["film"]:
        film, captions = value["film"], value["captions"]
        kind = TYPES.get(film.file_extension, "")
        said = address_of(captions) if captions else ""
        return Shown(address_of(film), kind, said, is_drawn=False)
    name = name_of(script_of(value))
    for suffix in (SPOKEN, ""):
        if default_storage.exists(path_of(name + suffix, "mp4")):
            return Shown(
                film=reverse("media:drawn", args=[name + suffix, "mp4"]),
                kind=TYPES["mp4"],
                captions=reverse("media:drawn", args=[name, CAPTIONS]),
                is_drawn=True,
                is_spoken=bool(suffix),
            )
    return None


def address_of(document: Any) -> str:
    return reverse("media:acted", args=[document.pk, document.filename])


def send(request: HttpRequest, storage: Storage, path: str, kind: str) -> HttpResponseBase:
    """A stored film or its captions, or the part of it that a player asks for."""

    def stream(wanted: Range) -> Iterator[bytes]:
        with storage.open(path) as opened:
            opened.seek(wanted.first)
            left = wanted.length
            while left and (block := opened.read(min(BLOCK, left))):
                left -= len(block)
                yield block

    return send_ranges(request, stream=stream, size=storage.size(path), kind=kind)
