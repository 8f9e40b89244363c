"""Editors publish single pages by the button of the CMS."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.curriculum.models import LessonPage
from courses.curriculum.reading import pinned
from courses.curriculum.services import publish_version
from lms.accounts.models import Role
from lms.accounts.services import end_role
from tests.curriculum.people import sign_in, signed_in_editor
from tests.factories.curriculum import LICENSED, make_course
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db
NO_COMMENTS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0}


@pytest.fixture
def lesson():
    make_course(lessons=1)
    return LessonPage.objects.get()


def form_of_lesson(lesson, text, *, action="", **changes):
    """As the editor's screen sends it: one text, in the editor's own notation."""
    sent = {
        "title": "Beter",
        "slug": lesson.slug,
        "minutes": 4,
        "relates_to": "",
        "body": streamfield([("text", text)]),
        "comments": NO_COMMENTS,
        **LICENSED,
    }
    return nested_form_data(sent | changes) | ({action: "1"} if action else {})


def save_lesson(client, lesson, text, **said):
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    return client.post(address, form_of_lesson(lesson, text, **said))


def live_title(lesson):
    return Page.objects.get(pk=lesson.pk).title


def test_an_editor_publishes_a_page_and_running_editions_stay_on_their_version(client, lesson):
    version = publish_version(lesson.get_parent().get_parent().specific)
    enrolment, _other = enrol_two(make_running_edition(content=version))
    signed_in_editor(client)
    answer = save_lesson(client, lesson, rich_text("<p>Nieuwe tekst.</p>"), action="action-publish")
    assert (answer.status_code, live_title(lesson)) == (302, "Beter")
    assert pinned(version, lesson.translation_key).title == "Les M7 1"
    participant = Client()
    sign_in(participant, enrolment.participant)
    address = reverse("learning:lesson", args=[lesson.translation_key])
    read = participant.get(address).content.decode()
    assert ("Lees dit." in read, "Nieuwe tekst." in read) == (True, False)


@pytest.mark.requirement("LIC-02")
@pytest.mark.parametrize("lacking", LICENSED)
def test_the_right_to_publish_goes_round_no_licence(client, lesson, lacking):
    signed_in_editor(client)
    answer = save_lesson(
        client, lesson, rich_text("<p>T</p>"), action="action-publish", **{lacking: ""}
    )
    assert (answer.status_code, live_title(lesson)) == (200, "Les M7 1")
    assert list(answer.context["form"].errors) == [lacking]


def test_who_is_no_editor_any_more_publishes_nothing(client, lesson):
    user = signed_in_editor(client)
    end_role(user=user, role=Role.EDITOR)
    answer = save_lesson(client, lesson, rich_text("<p>Nieuwe tekst.</p>"), action="action-publish")
    assert (answer.status_code, live_title(lesson)) == (403, "Les M7 1")


def test_editors_write_and_publish_every_page_and_no_more():
    rights = Group.objects.get(name="Editors").page_permissions.select_related("page")
    assert sorted((one.page.depth, one.permission.codename) for one in rights) == [
        (1, "add_page"),
        (1, "change_page"),
        (1, "publish_page"),
    ]
