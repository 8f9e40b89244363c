"""Sending a part of a file, as players ask for it: they jump, and Safari plays nothing else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The range asked for lies beyond the end."""


@dataclass(frozen=True)
class Range:
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def parse_range(header: str, size: int) -> Range | None:
    """One range; anything else (several, another unit, nonsense) means: the whole file."""
    found = ONE_RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        if not int(last):
            raise Unsatisfiable
        return Range(max(0, size - int(last)), size - 1)
    if int(first) >= size:
        raise Unsatisfiable
    if last and int(last) < int(first):
        return None
    return Range(int(first), min(int(last), size - 1) if last else size - 1)


def send_ranges(
    request: HttpRequest, *, stream: Callable[[Range], Iterator[bytes]], size: int, kind: str
) -> HttpResponseBase:
    """The bytes that were asked for, or all of them. ``kind`` is the content type."""
    try:
        asked = parse_range(request.headers.get("Range", ""), size)
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    wanted = asked or Range(0, size - 1)
    status = 206 if asked else 200
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=kind, status=status)
    else:
        answer = StreamingHttpResponse(stream(wanted), content_type=kind, status=status)
    answer["Content-Length"] = str(wanted.length)
    answer["Accept-Ranges"] = "bytes"
    if asked:
        answer["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{size}"
    return answer
