import json
from datetime import time

import pytest
from django.utils.translation import gettext as _

from courses.curriculum.differences import Piece, compare, word_diff
from courses.curriculum.models import EveningPage, LessonPage, Picture
from courses.curriculum.services import publish_version
from tests.factories.curriculum import LICENSED, add_module, make_course

pytestmark = pytest.mark.django_db


def raw(lesson):
    return json.loads(LessonPage._meta.get_field("body").value_to_string(lesson))


def rewrite(lesson, change):
    blocks = raw(lesson)
    changed = change(blocks)
    lesson.body = json.dumps(blocks if changed is None else changed)
    lesson.save_revision().publish()


@pytest.fixture
def course():
    return make_course(lessons=1)


@pytest.fixture
def lesson(course):
    lesson = LessonPage.objects.get()
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def before(course, lesson):
    return publish_version(course)


def changed_blocks(course, before):
    (page,) = compare(before, publish_version(course)).changed
    return [(one.kind, one.label, one.before, one.after) for one in page.blocks]


def test_pages_that_came_went_and_changed(course, lesson, before):
    add_module(course, "M1", lessons=0)
    lesson.unpublish()
    found = compare(before, publish_version(course))
    assert [pin.title for pin in found.added] == ["Module M1"]
    assert [pin.title for pin in found.removed] == ["Les M7 1"]
    assert (found.changed, found.number_of_pages) == ([], 2)


def test_a_page_in_another_place_under_the_same_page(course, lesson, before):
    module = lesson.get_parent().specific
    module.move(course, pos="first-child")
    found = compare(before, publish_version(course))
    assert [pin.title for pin in found.moved] == ["Module M7"]
    assert (found.added, found.removed, found.changed, found.number_of_pages) == ([], [], [], 1)


def test_a_page_under_another_page_counts_once_when_its_words_changed_too(course, lesson):
    other = add_module(course, "M1", lessons=0)
    before = publish_version(course)
    lesson.move(other, pos="last-child")
    lesson = LessonPage.objects.get()
    lesson.title = "Verhuisd"
    lesson.save_revision().publish()
    found = compare(before, publish_version(course))
    assert [pin.title for pin in found.moved] == ["Verhuisd"]
    assert ([page.title for page in found.changed], found.number_of_pages) == (["Verhuisd"], 1)


def test_fields_before_and_after(course, lesson, before):
    lesson.title, lesson.minutes, lesson.repeats_theory = "Andere titel", 9, True
    lesson.save_revision().publish()
    (page,) = compare(before, publish_version(course)).changed
    assert [(one.before, one.after) for one in page.fields] == [
        ("Les M7 1", "Andere titel"), ("4", "9"), (_("no"), _("yes")),
    ]  # fmt: skip
    assert page.fields[0].pieces == word_diff("Les M7 1", "Andere titel")


def test_saving_without_a_change_is_no_difference(course, lesson, before):
    lesson.save_revision().publish()
    found = compare(before, publish_version(course))
    assert (found.number_of_pages, found.warnings) == (0, [])


def test_a_block_with_other_words(course, lesson, before):
    rewrite(lesson, lambda blocks: blocks[0].update(value="<p>Lees <b>eerst</b> dit.</p>"))
    assert changed_blocks(course, before) == [("changed", "Tekst", "Lees dit.", "Lees eerst dit.")]


def test_another_right_answer_is_a_difference(course, lesson, before):
    def turn(blocks):
        for choice in blocks[2]["value"]["choices"]:
            choice["is_correct"] = not choice["is_correct"]

    rewrite(lesson, turn)
    ((kind, _label, was, now),) = changed_blocks(course, before)
    assert kind == "changed"
    assert was != now


def test_a_block_that_came_and_one_that_went(course, lesson, before):
    rewrite(lesson, lambda blocks: [*blocks[1:], {"type": "text", "value": "<p>Nieuw.</p>"}])
    assert [(kind, was, now) for kind, _label, was, now in changed_blocks(course, before)] == [
        ("added", "", "Nieuw."), ("removed", "Lees dit.", ""),
    ]  # fmt: skip


def test_a_block_that_moved(course, lesson, before):
    rewrite(lesson, lambda blocks: [*blocks[1:], blocks[0]])
    assert [(kind, now) for kind, _label, _was, now in changed_blocks(course, before)] == [
        ("moved", "Lees dit.")
    ]


def test_blocks_that_were_loaded_anew_are_the_same_blocks(course, lesson, before):
    def forget_ids(blocks):
        for block in blocks:
            del block["id"]
        blocks[2]["value"]["prompt"] = "Wat doe je dan?"

    rewrite(lesson, forget_ids)
    assert [kind for kind, *_rest in changed_blocks(course, before)] == ["changed"]


def test_a_question_that_is_gone_or_asks_something_else_gives_a_warning(course, lesson, before):
    def change(blocks):
        blocks[2]["value"]["prompt"] = "Wat laat je?"
        return blocks[:3]

    rewrite(lesson, change)
    found = compare(before, publish_version(course)).warnings
    assert [(one.question, one.before, one.after) for one in found] == [
        ("M7-1-vraag", "Wat doe je?", "Wat laat je?"),
        ("M7-1-gedaan", "Ik heb het gedaan.", ""),
    ]


def test_words_that_stayed_went_and_came():
    assert word_diff("Lees dit eerst.", "Lees dat eerst.") == [
        Piece("same", "Lees"), Piece("gone", "dit"), Piece("new", "dat"), Piece("same", "eerst."),
    ]  # fmt: skip


@pytest.mark.parametrize("lessons", [1, 3])
def test_it_takes_two_queries_however_many_pages(django_assert_num_queries, lessons):
    course = make_course(lessons=lessons)
    before = publish_version(course)
    for lesson in LessonPage.objects.all():
        lesson.title = f"{lesson.title} anders"
        lesson.save_revision().publish()
    after = publish_version(course)
    with django_assert_num_queries(2):
        found = compare(before, after)
        assert all(one.pieces for page in found.changed for one in page.fields)
    assert found.number_of_pages == lessons


def test_a_picture_is_called_by_its_title_and_an_hour_as_people_write_it(course, lesson, before):
    picture = Picture(title="Keuzekaart", file="x.png", width=1, height=1, **LICENSED)
    picture.save()
    value = {"image": picture.pk, "alternative": "Een kaart.", "long_text": ""}
    rewrite(lesson, lambda blocks: [*blocks, {"type": "figure", "value": value}])
    evening = EveningPage.objects.get(code="1")
    evening.starts_at = time(19, 0)
    evening.save_revision().publish()
    changed = compare(before, publish_version(course)).changed
    hours = [(one.before, one.after) for page in changed for one in page.fields]
    words = [one.after for page in changed for one in page.blocks]
    assert (hours, words) == ([("17:30", "19:00")], ["Keuzekaart\nEen kaart."])
