import uuid

import pytest

from courses.curriculum.models import LessonPage
from courses.curriculum.reading import outline, pinned
from courses.curriculum.services import publish_version
from tests.factories.curriculum import add_module, make_course

pytestmark = pytest.mark.django_db


def test_a_version_pins_every_page_of_the_course():
    course = make_course()
    version = publish_version(course)
    pages = course.get_descendants(inclusive=True)
    assert list(version.pins.values_list("page", flat=True)) == [page.pk for page in pages]
    assert version.pins.filter(parent_key=None).get().page.pk == course.pk


def test_publishing_again_without_changes_gives_the_same_version():
    course = make_course()
    assert publish_version(course) == publish_version(course)


def test_a_running_version_does_not_shift_when_a_lesson_changes():
    course = make_course()
    old = publish_version(course)
    lesson = LessonPage.objects.first()
    lesson.title = "Andere titel"
    lesson.save_revision().publish()
    new = publish_version(course)
    key = lesson.translation_key
    assert (old.number, new.number) == (1, 2)
    assert (pinned(old, key).title, pinned(new, key).title) == ("Les M7 1", "Andere titel")
    assert (outline(old).lessons[key].title, outline(new).lessons[key].title) == (
        "Les M7 1",
        "Andere titel",
    )


def test_a_draft_does_not_enter_a_version():
    course = make_course()
    lesson = LessonPage.objects.first()
    lesson.save_revision().publish()
    lesson.title = "Nog niet af"
    lesson.save_revision()
    version = publish_version(course)
    assert pinned(version, lesson.translation_key).title == "Les M7 1"


@pytest.mark.parametrize("modules", [1, 3])
def test_an_outline_takes_two_queries_and_one_once_it_was_read(django_assert_num_queries, modules):
    course = make_course()
    for number in range(modules - 1):
        add_module(course, f"M{number + 1}", lessons=2)
    version = publish_version(course)
    with django_assert_num_queries(2):
        found = outline(version)
    with django_assert_num_queries(1):
        outline(version)
    assert [module.code for module in found.modules.values()] == ["M7", "M1", "M2"][:modules]
    assert len(found.lessons) == 2 * modules
    assert [evening.code for evening in found.evenings.values()] == [
        "1", "2", "3A", "4A", "3B", "4B",
    ]  # fmt: skip


def test_a_page_outside_the_version_is_not_found():
    version = publish_version(make_course())
    assert pinned(version, uuid.uuid4()) is None
