"""What the editor's screen offers to write with."""

import json
import re

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents.models import Document
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.curriculum.blocks import FilmBlock
from courses.curriculum.models import LessonPage, Picture
from tests.curriculum.people import signed_in_editor
from tests.curriculum.test_publishing import save_lesson
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db
MEANS = {"h2", "h3", "bold", "italic", "ol", "ul", "link"}


def blocks_in(block):
    yield block
    below = list(getattr(block, "child_blocks", {}).values())
    if isinstance(block, blocks.ListBlock):
        below.append(block.child_block)
    for one in below:
        yield from blocks_in(one)


def fields_of_pages():
    kinds = [one for one in apps.get_models() if issubclass(one, Page) and one is not Page]
    return [field for kind in kinds for field in kind._meta.local_concrete_fields]


def blocks_of_pages():
    streams = [one for one in fields_of_pages() if isinstance(one, StreamField)]
    return [block for one in streams for block in blocks_in(one.stream_block)]


def test_every_text_offers_the_same_few_means_and_no_documents():
    texts = [one for one in fields_of_pages() if isinstance(one, RichTextField)]
    texts += [one for one in blocks_of_pages() if isinstance(one, blocks.RichTextBlock)]
    assert set().union(*(one.features for one in texts)) == MEANS


def test_nothing_can_be_chosen_that_says_nothing_of_its_licence():
    choosers = [one for one in blocks_of_pages() if isinstance(one, ChooserBlock)]
    assert {one.model_class for one in choosers} == {Picture, Document}
    films = [one for one in blocks_of_pages() if isinstance(one, FilmBlock)]
    documents = [one for one in choosers if one.model_class is Document]
    assert len(documents) == len([name for one in films for name in ("film", "captions")])


def test_the_text_of_a_lesson_offers_links_and_no_documents(client):
    make_course(lessons=1)
    signed_in_editor(client)
    address = reverse("wagtailadmin_pages:edit", args=[LessonPage.objects.get().pk])
    screen = client.get(address).content.decode()
    assert ("LINK" in screen, "DOCUMENT&quot;" in screen) == (True, False)


def some_text(text, kind="unstyled", style="", entity=None):
    length = len(text)
    return {
        "key": text,
        "text": text,
        "type": kind,
        "depth": 0,
        "inlineStyleRanges": [{"offset": 0, "length": length, "style": style}] if style else [],
        "entityRanges": [{"offset": 0, "length": length, "key": entity}] if entity else [],
    }


def test_markup_that_the_editor_does_not_offer_is_kept_by_no_other_way_either(client):
    """Whatever a browser sends, beside what its editor lets through."""
    make_course(lessons=1)
    signed_in_editor(client)
    lesson = LessonPage.objects.get()
    entities = {
        "1": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://example.org/"}},
        "2": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}},
        "3": {"type": "DOCUMENT", "mutability": "MUTABLE", "data": {"id": 1, "url": "/x.pdf"}},
    }
    sent = [
        some_text("vet", style="BOLD"),
        some_text("door", style="STRIKETHROUGH"),
        some_text("bron", entity=1),
        some_text("klik", entity=2),
        some_text("folder", entity=3),
        some_text("<script>alert(1)</script>"),
        some_text("kop", "header-one"),
    ]
    state = json.dumps({"blocks": sent, "entityMap": entities})
    assert save_lesson(client, lesson, state).status_code == 302
    kept = LessonPage.objects.get().get_latest_revision_as_object().body.raw_data[0]["value"]
    assert re.sub(r' data-block-key="[^"]+"', "", kept) == (
        '<p><b>vet</b></p><p>door</p><p><a href="https://example.org/">bron</a></p>'
        "<p><a>klik</a></p><p></p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
