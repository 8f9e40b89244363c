"""What apps above add to public pages."""

from collections.abc import Callable
from typing import Any

from wagtail.models import Page

COURSE_PAGE: dict[str, Callable[[Page], Any]] = {}
WORKSHOP_PAGE: dict[str, Callable[[Page], Any]] = {}


def add_to_course_page(name: str, build: Callable[[Page], Any]) -> None:
    COURSE_PAGE[name] = build


def add_to_workshop_page(name: str, build: Callable[[Page], Any]) -> None:
    WORKSHOP_PAGE[name] = build
