"""A page as a row of parts that somebody can say something about."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.db.models import CharField, TextField
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from courses.curriculum.differences import NOT_CONTENT
from courses.curriculum.models import Licensed

FIRST_WORDS = 100  # characters
NOT_READ = NOT_CONTENT | {one.name for one in Licensed._meta.get_fields()}


@dataclass(frozen=True)
class Part:
    """``block_id`` is that of the block, or the name of the field; empty: the whole page."""

    block_id: str
    label: str
    block: Any = None  # a block of a stream
    rich_text: str = ""
    text: str = ""

    def first_words(self) -> str:
        """Enough of it to know it again; of a question its words, not its key."""
        words = self.text or get_text_for_indexing(self.rich_text)
        if self.block:
            words = " ".join(words_in(self.block.block, self.block.value))
        return shorten(words, FIRST_WORDS, placeholder="…")


def words_in(block: blocks.Block, value: Any) -> list[str]:
    """To read, so without the key of a question."""
    if not isinstance(block, blocks.StructBlock):
        return list(block.get_searchable_content(value))
    named = [(name, one) for name, one in block.child_blocks.items() if name != "key"]
    return [word for name, one in named for word in one.get_searchable_content(value.get(name))]


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
