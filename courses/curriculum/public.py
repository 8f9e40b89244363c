"""What apps above add to the public course page."""

from collections.abc import Callable
from typing import Any

from wagtail.models import Page

COURSE_PAGE: dict[str, Callable[[Page], Any]] = {}


def add_to_course_page(name: str, build: Callable[[Page], Any]) -> None:
    COURSE_PAGE[name] = build
