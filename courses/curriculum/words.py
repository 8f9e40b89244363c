"""The words of a page, to search in."""

from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing


def words_of(page: Page) -> str:
    """Everything on a page that can be read, to search in; not its keys and settings."""
    words = [page.title]
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            words += value.stream_block.get_searchable_content(value)
        elif isinstance(field, RichTextField):
            words += get_text_for_indexing(getattr(page, field.name)).splitlines()
    return " ".join(" ".join(words).split())
