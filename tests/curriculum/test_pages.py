import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from courses.curriculum.models import (
    AssignmentPage,
    CoursePage,
    EveningPage,
    LessonPage,
    ModulePage,
    TrackPage,
)
from tests.factories.curriculum import make_course
from tests.factories.public_pages import make_home, make_public_course, make_workshop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [AssignmentPage, EveningPage, LessonPage, ModulePage, TrackPage])
def test_what_participants_read_has_no_public_address(rf, model):
    make_course()
    page = model.objects.first()
    assert page.url is None
    with pytest.raises(Http404):
        page.serve(rf.get("/"))


@pytest.mark.parametrize("model", [AssignmentPage, EveningPage, LessonPage, ModulePage, TrackPage])
def test_an_editor_can_look_at_it_while_writing(rf, model):
    make_course()
    page = model.objects.first()
    response = page.serve_preview(rf.get("/"), "")
    assert (response.template_name, response.context_data["page"]) == (
        "curriculum/preview.html",
        page,
    )


def test_the_course_page_shows_the_fork(rf):
    course = make_course()
    context = course.get_context(rf.get("/"))
    assert [page.code for page in context["base_evenings"]] == ["1", "2"]
    assert [(track.code, [page.code for page in pages]) for track, pages in context["tracks"]] == [
        ("A", ["3A", "4A"]),
        ("B", ["3B", "4B"]),
    ]


def shown(rf, course):
    page = CoursePage.objects.get(pk=course.pk)
    return page.serve(visit(rf)).render().content.decode()


def visit(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def test_the_course_page_is_not_made_anew_for_everybody(rf):
    course = make_course()
    shown(rf, course)
    with CaptureQueriesContext(connection) as queries:
        shown(rf, course)
    assert not [one for one in queries if "curriculum_eveningpage" in one["sql"]]


def test_what_is_published_shows_at_once_on_the_course_page(rf):
    course = make_course()
    assert "Een heel nieuwe titel" not in shown(rf, course)
    evening = EveningPage.objects.get(code="4B")
    evening.title = "Een heel nieuwe titel"
    evening.save_revision().publish()
    assert "Een heel nieuwe titel" in shown(rf, course)
    evening.unpublish()
    assert "Een heel nieuwe titel" not in shown(rf, course)


def test_a_workshop_that_is_published_shows_at_once_on_the_course_page(rf):
    course = make_public_course(make_home())
    without = shown(rf, course)
    workshop = make_workshop(course.get_parent())
    assert (workshop.url in without, workshop.url in shown(rf, course)) == (False, True)


def test_the_order_of_evenings_shows_at_once_on_the_course_page(rf):
    course = make_course()
    first, second = EveningPage.objects.child_of(course).order_by("path")
    before = shown(rf, course)
    second.move(first, pos="left")
    after = shown(rf, course)
    mark = '<span class="evening__mark">{}</span>'
    places = [
        (page.index(mark.format(first.code)), page.index(mark.format(second.code)))
        for page in (before, after)
    ]
    assert [one < other for one, other in places] == [True, False]


def test_an_editor_sees_what_is_not_published_in_the_preview(rf):
    course = make_course()
    shown(rf, course)
    course.subtitle = "Nog niet voor iedereen"
    preview = course.serve_preview(visit(rf), "")
    assert "Nog niet voor iedereen" in preview.render().content.decode()
    assert "Nog niet voor iedereen" not in shown(rf, course)


def test_the_root_stays_one_page():
    assert Page.objects.filter(depth=1).count() == 1
