import pytest
from wagtail.models import Page, Site

from courses.curriculum import loading
from courses.curriculum.models import AssignmentPage, CoursePage, HomePage, LoadedPage, TextPage

pytestmark = pytest.mark.django_db

FEW = {"home", "pages/privacy", "course", "course/evening-1", "course/evening-1/1-opname"}


@pytest.fixture(autouse=True)
def few_pages(monkeypatch):
    """The loader on a handful of the shipped pages; all of them take seconds."""
    nodes = [node for node in loading.wanted_nodes(loading.CONTENT) if node.key in FEW]
    monkeypatch.setattr(loading, "wanted_nodes", lambda _folder: nodes)
    return nodes


def test_a_second_run_changes_nothing():
    first = loading.load_curriculum()
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    second = loading.load_curriculum()
    assert (sorted(first.created), first.unchanged) == (sorted(FEW), [])
    assert (second.created, second.updated, second.kept) == ([], [], [])
    assert sorted(second.unchanged) == sorted(FEW)
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before


def test_the_site_opens_with_our_start_page_and_the_welcome_page_is_gone(client):
    loading.load_curriculum()
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [HomePage]
    assert TextPage.objects.get().url == "/privacy/"
    assert client.get("/privacy/").context["page"].specific == TextPage.objects.get()


def test_homework_gets_its_key_as_slug():
    loading.load_curriculum()
    assert AssignmentPage.objects.get().slug == "1-opname"


def test_changed_files_change_pages_that_no_editor_touched(few_pages, monkeypatch):
    loading.load_curriculum()
    LoadedPage.objects.filter(key="course").update(source_hash="other")
    CoursePage.objects.update(title="Oud")
    outcome = loading.load_curriculum()
    assert outcome.updated == ["course"]
    assert CoursePage.objects.get().title == "Professionele effectiviteit in persoonsgerichte zorg"


def test_a_page_that_an_editor_changed_is_left_alone():
    loading.load_curriculum()
    course = CoursePage.objects.get()
    course.title = "Onze eigen titel"
    course.save_revision().publish()
    LoadedPage.objects.update(source_hash="other")
    outcome = loading.load_curriculum()
    assert outcome.kept == ["course"]
    assert CoursePage.objects.get().title == "Onze eigen titel"


def test_a_page_that_an_editor_removed_does_not_come_back():
    loading.load_curriculum()
    TextPage.objects.get().delete()
    outcome = loading.load_curriculum()
    assert (outcome.kept, TextPage.objects.count()) == (["pages/privacy"], 0)


@pytest.mark.requirement("CRS-01")
def test_the_default_course_carries_its_name_and_no_title_leads_with_a_jargon_word():
    loading.load_curriculum()
    course = CoursePage.objects.get()
    assert (course.title, course.subtitle) == (
        "Professionele effectiviteit in persoonsgerichte zorg",
        "Samen beslissen, het hoe en waarom",
    )
    titles = Page.objects.filter(depth__gt=1).values_list("title", flat=True)
    leads = [t for t in titles if t.lower().startswith(("izp", "anders leren werken"))]
    assert (len(titles), leads) == (len(FEW), [])
