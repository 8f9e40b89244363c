"""Sending sealed bytes: by nginx where it stands before us (X-Accel-Redirect), else by Django.

Who may have them has been judged and logged before this is called.
"""

import re
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from video_review import sealed_store
from video_review.sealed_store import Range

Response = TypeVar("Response", bound=HttpResponseBase)

SEGMENT_TYPE = "video/mp2t"
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The range asked for lies beyond the end."""


def send_segment(request: HttpRequest, *, name: str, size: int) -> HttpResponseBase:
    if settings.USE_X_ACCEL:
        response = HttpResponse(content_type=SEGMENT_TYPE)
        response["X-Accel-Redirect"] = sealed_store.internal_address(name)
        return keep_private(response)
    try:
        asked = parse_range(request.headers.get("Range", ""), size)
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return keep_private(response)
    wanted = asked or Range(0, size - 1)
    status = 206 if asked else 200
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=SEGMENT_TYPE, status=status)
    else:
        answer = StreamingHttpResponse(
            sealed_store.stream(name, wanted), content_type=SEGMENT_TYPE, status=status
        )
    answer["Content-Length"] = str(wanted.length)
    answer["Accept-Ranges"] = "bytes"
    if asked:
        answer["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{size}"
    return keep_private(answer)


def send_small(content: bytes | str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    keep_private(response)
    return response


def keep_private(response: Response) -> Response:
    """Kept by no browser and no proxy, readable by no other site."""
    response["Cache-Control"] = "no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


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
