"""Two editors save the same page from the same starting point."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.curriculum.models import TextPage
from tests.curriculum.people import signed_in_editor
from tests.curriculum.test_licences import form_of
from tests.factories.curriculum import LICENSED, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    course = make_course(lessons=0)
    page = TextPage(title="Vragen", slug="vragen", body="[]", **LICENSED)
    course.get_parent().add_child(instance=page)
    page.save_revision(clean=False)
    return page


def started(page):
    """What the editor's screen knows of where it began."""
    revision = page.get_latest_revision()
    return {
        "loaded_revision_id": str(revision.pk),
        "loaded_revision_created_at": revision.created_at.isoformat(),
    }


def save(client, page, began, title, **headers):
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, form_of("", title=title) | began, headers=headers)


@pytest.fixture
def two():
    first, second = Client(), Client()
    signed_in_editor(first)
    signed_in_editor(second)
    return first, second


def test_both_texts_are_in_the_history(page, two):
    first, second = two
    began = started(page)
    assert save(first, page, began, "Van de eerste").status_code == 302
    assert save(second, page, began, "Van de tweede").status_code == 302
    titles = [one.content["title"] for one in page.revisions.order_by("pk")]
    assert titles == ["Vragen", "Van de eerste", "Van de tweede"]


def test_what_is_saved_by_itself_never_goes_over_a_colleagues_text(page, two):
    first, second = two
    began = started(page)
    save(first, page, began, "Van de eerste")
    answer = save(second, page, began, "Van de tweede", accept="application/json")
    assert answer.json()["error_code"] == "invalid_revision"
    titles = [one.content["title"] for one in page.revisions.order_by("pk")]
    assert titles == ["Vragen", "Van de eerste"]
