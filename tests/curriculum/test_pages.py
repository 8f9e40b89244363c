import pytest
from django.http import Http404
from wagtail.models import Page

from courses.curriculum.models import AssignmentPage, EveningPage, LessonPage, ModulePage, TrackPage
from tests.factories.curriculum import make_course

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


def test_the_root_stays_one_page():
    assert Page.objects.filter(depth=1).count() == 1
