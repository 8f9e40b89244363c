"""Sending sealed bytes: by nginx where it stands before us (X-Accel-Redirect), else by Django.

Who may have them has been judged and logged before this is called.
"""

from functools import partial
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lms.web.ranges import send_ranges
from video_review import sealed_store

Response = TypeVar("Response", bound=HttpResponseBase)

SEGMENT_TYPE = "video/mp2t"


def send_segment(request: HttpRequest, *, name: str, size: int) -> HttpResponseBase:
    if settings.USE_X_ACCEL:
        response = HttpResponse(content_type=SEGMENT_TYPE)
        response["X-Accel-Redirect"] = sealed_store.internal_address(name)
        return keep_private(response)
    answer = send_ranges(
        request, stream=partial(sealed_store.stream, name), size=size, kind=SEGMENT_TYPE
    )
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
