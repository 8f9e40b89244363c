"""What the editor's screen offers to write with."""

import json
import re

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override
from wagtail import blocks
from wagtail.admin.icons import get_icons
from wagtail.blocks.field_block import ChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text

from courses.curriculum.blocks import LessonBlock
from courses.curriculum.models import CourseDocument, LessonPage, Licensed, Picture
from tests.curriculum.people import signed_in_editor
from tests.curriculum.test_publishing import form_of_lesson, save_lesson
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


def kinds_of_pages():
    return [one for one in apps.get_models() if issubclass(one, Page) and one is not Page]


def fields_of_pages():
    return [field for kind in kinds_of_pages() for field in kind._meta.local_concrete_fields]


def blocks_of_pages():
    streams = [one for one in fields_of_pages() if isinstance(one, StreamField)]
    return [block for one in streams for block in blocks_in(one.stream_block)]


def test_every_text_offers_the_same_few_means_and_no_documents():
    texts = [one for one in fields_of_pages() if isinstance(one, RichTextField)]
    texts += [one for one in blocks_of_pages() if isinstance(one, blocks.RichTextBlock)]
    assert set().union(*(one.features for one in texts)) == MEANS


def test_nothing_can_be_chosen_that_says_nothing_of_its_licence():
    choosers = [one for one in blocks_of_pages() if isinstance(one, ChooserBlock)]
    assert {one.model_class for one in choosers} == {Picture, CourseDocument}
    assert all(issubclass(one.model_class, Licensed) for one in choosers)


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


def test_what_editors_make_has_a_dutch_name():
    made = [*kinds_of_pages(), Picture, CourseDocument]
    with override("en"):
        english = [str(one._meta.verbose_name) for one in made]
    with override("nl"):
        dutch = [str(one._meta.verbose_name) for one in made]
    same = {a for a, b in zip(english, dutch, strict=True) if a == b}
    assert same == set()
    assert len(set(dutch)) == len(dutch)


def children_in(block):
    return list(getattr(block, "child_blocks", {}).values())


def test_every_block_has_a_name_and_a_sign_of_its_own():
    named = [child for block in blocks_of_pages() for child in children_in(block)]
    signs = set(re.findall(r'id="icon-([\w-]+)"', get_icons()))
    assert [one.name for one in named if one.meta.label is None] == []
    assert {one.meta.icon for one in named} - signs == set()


def test_a_field_without_a_label_on_the_screen_says_its_name():
    """Wagtail gives a single field in a list or a stream none: somebody hears only its value."""
    rows = [one for one in blocks_of_pages() if isinstance(one, blocks.ListBlock)]
    streams = [one.stream_block for one in fields_of_pages() if isinstance(one, StreamField)]
    alone = [one.child_block for one in rows]
    alone += [child for stream in streams for child in children_in(stream)]
    fields = [one for one in alone if isinstance(one, blocks.FieldBlock)]
    plain = [one for one in fields if not isinstance(one, blocks.RichTextBlock)]
    assert [one for one in plain if not one.field.widget.attrs.get("aria-label")] == []
    assert len(plain) > 5


def test_every_block_of_a_lesson_is_shown_before_it_is_chosen(client):
    signed_in_editor(client)
    lesson = LessonPage._meta.get_field("body").stream_block
    assert isinstance(lesson, LessonBlock)
    for block in lesson.child_blocks.values():
        assert block.is_previewable
        assert block.get_description()
        shown = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert (shown.status_code, "web/css/learning" in shown.content.decode()) == (200, True)


@pytest.mark.parametrize("panel", [True, False])
def test_a_preview_stands_in_a_frame_beside_the_text_and_is_checked_there(client, panel):
    make_course(lessons=1)
    signed_in_editor(client)
    lesson = LessonPage.objects.get()
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson.pk])
    client.post(address, form_of_lesson(lesson, rich_text("<p>Nieuw.</p>")))
    for mode in ("", "participant"):
        asked = {"mode": mode} | ({"in_preview_panel": "true"} if panel else {})
        shown = client.get(address, asked)
        assert "Nieuw." in shown.content.decode()
        policy = {rule.strip() for rule in shown["Content-Security-Policy"].split(";")}
        assert {"frame-ancestors 'self'", "script-src 'self'"} <= policy
        assert shown["X-Frame-Options"] == "SAMEORIGIN"
        assert ("<wagtail-userbar>" in shown.content.decode()) == panel


@pytest.mark.requirement("LIC-02")
def test_no_licence_is_chosen_before_an_editor_chooses_one(client):
    make_course(lessons=1)
    signed_in_editor(client)
    module = LessonPage.objects.get().get_parent()
    page = client.get(
        reverse("wagtailadmin_pages:add", args=["curriculum", "lessonpage", module.pk])
    )
    picture = client.get(reverse("wagtailimages:add"))
    for screen in (page, picture):
        licence = screen.context["form"]["licence"]
        assert (licence.value() or "", licence.field.choices[0][0]) == ("", "")


def test_a_page_is_found_by_what_stands_on_it(client):
    make_course(lessons=1)
    signed_in_editor(client)
    LessonPage.objects.get().save_revision().publish()
    found = client.get(reverse("wagtailadmin_pages:search"), {"q": "Stilte helpt"})
    assert [page.title for page in found.context["pages"]] == ["Les M7 1"]


def test_the_account_in_the_cms_offers_the_languages_that_we_speak(client):
    signed_in_editor(client)
    screen = client.get(reverse("wagtailadmin_account")).content.decode()
    assert ("English" in screen, "Deutsch" in screen, "Africa/Abidjan" in screen) == (
        True,
        False,
        False,
    )
