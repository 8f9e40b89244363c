"""A page as a row of parts that somebody can say something about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, TextField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.curriculum.differences import NOT_CONTENT
from courses.curriculum.models import Licensed

NOT_READ = NOT_CONTENT | {one.name for one in Licensed._meta.get_fields()}


@dataclass(frozen=True)
class Part:
    """``block_id`` is that of the block, or the name of the field; empty: the whole page."""

    block_id: str
    label: str
    block: Any = None  # a block of a stream
    rich_text: str = ""
    text: str = ""


def parts_of(page: Page) -> list[Part]:
    """Everything on a page that can be read, in the order of its fields; the page itself last."""
    return [*parts_of_fields(page), Part("", "")]


def parts_of_fields(page: Page) -> Iterator[Part]:
    for one in page._meta.local_concrete_fields:
        value = getattr(page, one.attname)
        label = str(one.verbose_name)
        if one.name in NOT_READ or not value:
            continue
        if isinstance(one, StreamField):
            for block in value:
                yield Part(str(block.id or ""), str(block.block.label), block=block)
        elif isinstance(one, RichTextField):
            yield Part(one.name, label, rich_text=value)
        elif isinstance(one, CharField | TextField):
            yield Part(one.name, label, text=value)
