"""Paper: a template as a PDF of A4, tagged for who hears it, with our own fonts inside."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpResponse
from django.template.loader import render_to_string
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# The library lets everybody take half a picture for a whole one; our uploads refuse it.
ImageFile.LOAD_TRUNCATED_IMAGES = False

STYLE = "web/css/paper.css"
KEPT_SECONDS = 24 * 3600  # a newer font or a newer way of drawing is seen within a day
OURS = "file:///"  # the static files of the program stand here for what is drawn


class NotOurs(FatalURLFetchingError):
    """Paper is made of our own files: nothing is fetched from elsewhere, nothing else is read."""


class OwnFiles(URLFetcher):  # type: ignore[misc]  # the library has no types
    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        try:
            path = finders.find(url.removeprefix(OURS)) if url.startswith(OURS) else None
        except SuspiciousFileOperation:
            path = None
        if not path:
            raise NotOurs(url)
        kind = {"Content-Type": guess_type(url)[0] or "application/octet-stream"}
        return URLFetcherResponse(url, Path(str(path)).read_bytes(), kind)


@lru_cache(maxsize=1)
def own_files() -> Callable[[str], URLFetcherResponse]:
    return OwnFiles()


def pdf_of(template: str, context: dict[str, Any]) -> bytes:
    return drawn(render_to_string(template, context))


def drawn(text: str) -> bytes:
    page = HTML(string=text, base_url=OURS, url_fetcher=own_files())
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return made


def form_of(template: str, context: dict[str, Any]) -> bytes:
    """Paper that names nobody: drawn once for what stands on it and how that looks, and kept."""
    text = render_to_string(template, context)
    style = Path(str(finders.find(STYLE))).read_bytes()
    key = "paper:" + hashlib.sha256(text.encode() + style).hexdigest()
    made: bytes | None = cache.get(key)
    if made is None:
        made = drawn(text)
        cache.set(key, made, timeout=KEPT_SECONDS)
    return made


def pdf_answer(
    template: str, context: dict[str, Any], *, name: str, names_nobody: bool = False
) -> HttpResponse:
    """Opens in the browser, and is kept under this name."""
    made = (form_of if names_nobody else pdf_of)(template, context)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
