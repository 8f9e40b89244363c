"""What apps above add to pages: to public ones, and to what editors look at."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

COURSE_PAGE: dict[str, Callable[[Page], Any]] = {}
# Shows a lesson as participants get it: filled by the app that knows how.
AS_PARTICIPANT: list[Callable[[HttpRequest, Page], HttpResponse]] = []
WORKSHOP_PAGE: dict[str, Callable[[Page], Any]] = {}


def add_to_course_page(name: str, build: Callable[[Page], Any]) -> None:
    COURSE_PAGE[name] = build


def add_to_workshop_page(name: str, build: Callable[[Page], Any]) -> None:
    WORKSHOP_PAGE[name] = build
