"""The page of what happens after the last evening, with the programme of the return meeting."""

from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.utils.html import escape
from wagtail.models import Page

from courses.curriculum import loading
from courses.curriculum.models import FollowUpPage
from courses.curriculum.services import publish_version
from tests.curriculum.test_content_files import CURRICULUM, load, sentences_in, texts_in
from tests.factories.curriculum import LICENSED
from tests.factories.public_pages import make_home, make_public_course

FOLLOW_UP = load(CURRICULUM / "followup.yaml")
ADDRESS = "/leergang/na-de-laatste-avond/"


# the shipped text


def test_the_return_meeting_fills_its_minutes_without_a_gap():
    parts = FOLLOW_UP["return_meeting"]["parts"]
    assert (parts[0]["start"], parts[-1]["end"]) == (0, FOLLOW_UP["return_meeting"]["minutes"])
    assert [one["end"] for one, _ in pairwise(parts)] == [
        one["start"] for _, one in pairwise(parts)
    ]


def test_it_says_nothing_twice():
    said = [sentence for text in texts_in(FOLLOW_UP) for sentence in sentences_in(text)]
    long = [sentence for sentence in said if len(sentence) > 25]
    assert (len(long) > 20, sorted(long)) == (True, sorted(set(long)))


def test_it_stands_after_the_evenings_and_before_the_modules():
    kinds = [node.model.__name__ for node in loading.wanted_nodes(loading.CONTENT)]
    last_evening = max(place for place, kind in enumerate(kinds) if kind == "EveningPage")
    assert last_evening < kinds.index("FollowUpPage") < kinds.index("ModulePage")


# the page


@pytest.fixture
def course(db):
    return make_public_course(make_home())


@pytest.fixture
def follow_up(course):
    node = loading.follow_up_node("course", FOLLOW_UP)
    node.fields.update(LICENSED)
    return loading.load_node(node, course, loading.Outcome())


@pytest.mark.requirement("CRS-13")
def test_anybody_reads_what_happens_after_the_last_evening(client, follow_up):
    page = client.get(ADDRESS).content.decode()
    wanted = [section["heading"] for section in FOLLOW_UP["sections"]]
    wanted += [text for section in FOLLOW_UP["sections"] for text in section["paragraphs"]]
    missing = [text for text in wanted if escape(text) not in page and text not in page]
    assert (len(wanted) > 10, missing) == (True, [])


def test_the_programme_of_the_return_meeting_is_a_list_of_times(client, follow_up):
    page = client.get(ADDRESS).content.decode()
    parts = FOLLOW_UP["return_meeting"]["parts"]
    times = [f"{part['start']}–{part['end']} min" for part in parts]
    found = [page.find(time) for time in times]
    assert (len(found), -1 in found, found) == (7, False, sorted(found))


def test_the_course_page_leads_to_it(client, follow_up):
    assert f'href="{ADDRESS}"' in client.get("/leergang/").content.decode()


def test_a_course_without_it_says_nothing_of_it(client, course):
    response = client.get("/leergang/")
    assert (list(response.context["follow_ups"]), ADDRESS in response.content.decode()) == (
        [],
        False,
    )


def test_a_version_of_the_course_holds_it(course, follow_up):
    kinds = list(publish_version(course).pins.values_list("kind", flat=True))
    assert kinds.count("followuppage") == 1


def test_a_programme_that_does_not_add_up_is_not_published(follow_up):
    block = follow_up.return_meeting.stream_block
    raw = follow_up.return_meeting.get_prep_value()
    raw[0]["value"]["minutes"] = 90
    with pytest.raises(ValidationError):
        block.clean(block.to_python(raw))


def test_the_loader_leaves_alone_what_an_editor_changed(course, follow_up):
    follow_up.title = "Daarna"
    follow_up.save_revision().publish()
    node = loading.follow_up_node("course", FOLLOW_UP | {"lead": "Anders."})
    node.fields.update(LICENSED)
    outcome = loading.Outcome()
    loading.load_node(node, Page.objects.get(pk=course.pk), outcome)
    assert (outcome.kept, FollowUpPage.objects.get().title) == (["course/follow-up"], "Daarna")
