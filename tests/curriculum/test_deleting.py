"""What a published version holds is not deleted; a draft lets go of it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.curriculum.models import CoursePage, LessonPage
from courses.curriculum.reading import outline
from courses.curriculum.services import make_draft, publish_version
from tests.curriculum.people import sign_in, signed_in_editor
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db
WAYS = ["one page", "many at once", "what is above it"]


@pytest.fixture
def lesson():
    make_course(lessons=1)
    return LessonPage.objects.get()


def delete(client, lesson, way):
    page = lesson
    if way == "what is above it":  # which no editor may
        sign_in(client, UserFactory(is_superuser=True, is_staff=True))
        page = lesson.get_parent()
    else:
        signed_in_editor(client)
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    if way == "many at once":
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        address = f"{bulk}?id={page.pk}&next=/cms/"
    return client.post(address)


@pytest.mark.parametrize("way", WAYS)
def test_a_page_of_a_published_version_stays_and_says_which_version(client, lesson, way):
    version = publish_version(CoursePage.objects.get())
    answer = delete(client, lesson, way)
    assert answer.status_code == 302
    assert lesson.translation_key in outline(version).lessons
    (said,) = [str(one) for one in get_messages(answer.wsgi_request)]
    assert f"{version.number}" in said


@pytest.mark.parametrize("way", WAYS)
def test_a_draft_lets_go_of_a_page_that_is_deleted(client, lesson, way):
    draft = make_draft(CoursePage.objects.get(), actor=UserFactory())
    assert delete(client, lesson, way).status_code == 302
    assert (LessonPage.objects.count(), outline(draft).lessons) == (0, {})
    assert len(outline(draft).evenings) == 6


def test_looking_whether_to_delete_changes_nothing(client, lesson):
    draft = make_draft(CoursePage.objects.get(), actor=UserFactory())
    signed_in_editor(client)
    answer = client.get(reverse("wagtailadmin_pages:delete", args=[lesson.pk]))
    assert (answer.status_code, len(outline(draft).lessons)) == (200, 1)
