"""What a version pins stays as it was, also while its writer's screen is still open."""

import pytest

from courses.curriculum.models import LessonPage
from courses.curriculum.reading import pinned
from courses.curriculum.services import make_draft
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    make_course(lessons=1)
    return LessonPage.objects.get()


def test_saving_over_a_pinned_revision_makes_a_new_one(lesson):
    writer = UserFactory()
    first = lesson.save_revision(user=writer)
    draft = make_draft(LessonPage.objects.get().get_parent().get_parent().specific, actor=writer)
    lesson.title = "Later getypt"
    second = lesson.save_revision(user=writer, overwrite_revision=first)
    assert second != first
    assert pinned(draft, lesson.translation_key).title == "Les M7 1"


def test_saving_over_any_other_revision_stays_one_revision(lesson):
    writer = UserFactory()
    first = lesson.save_revision(user=writer)
    lesson.title = "Later getypt"
    assert lesson.save_revision(user=writer, overwrite_revision=first) == first
    assert lesson.revisions.count() == 1
