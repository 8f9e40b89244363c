"""The workshop that stands by itself: what it takes, what people do, and where it is read."""

import re
from itertools import pairwise

import pytest
from django.utils.html import escape

from courses.curriculum.models import WorkshopPage
from courses.curriculum.workshop import lengths_of
from tests.curriculum.test_content_files import CURRICULUM, load, sentences_in, texts_in
from tests.factories.public_pages import make_home, make_public_course, make_workshop

WORKSHOP = load(CURRICULUM / "workshop.yaml")


# the shipped text


@pytest.mark.requirement("INT-01")
def test_it_takes_60_75_or_90_minutes_without_a_gap():
    lengths = {one["minutes"]: one["parts"] for one in WORKSHOP["programmes"]}
    assert list(lengths) == [60, 75, 90]
    for minutes, parts in lengths.items():
        assert (parts[0]["start"], parts[-1]["end"]) == (0, minutes)
        assert [one["end"] for one, _ in pairwise(parts)] == [
            one["start"] for _, one in pairwise(parts)
        ]


@pytest.mark.requirement("INT-02")
def test_it_shows_and_does_not_tell():
    assert len(WORKSHOP["scenes"]) == 2
    assert len(WORKSHOP["exercise"]["steps"]) >= 3


def test_every_length_ends_with_a_first_step_and_only_the_longest_has_the_plan():
    titles = [[part["title"] for part in one["parts"]] for one in WORKSHOP["programmes"]]
    assert len({parts[-1] for parts in titles}) == 1
    with_plan = [any("Erica" in title for title in parts) for parts in titles]
    assert with_plan == [False, False, True]


def test_its_text_is_finished_and_says_nothing_twice():
    read = [
        text for name, part in WORKSHOP.items() if name != "programmes" for text in texts_in(part)
    ]
    said = [sentence for text in read for sentence in sentences_in(text) if len(sentence) > 25]
    assert sorted(said) == sorted(set(said))
    assert [text for text in read if re.search(r"lorem ipsum|TODO|FIXME|XXX|\.\.\.", text)] == []
    assert not WORKSHOP["title"].startswith(("IZP", "Anders leren werken"))


# the page


@pytest.fixture
def workshop(db):
    return make_workshop(make_home())


@pytest.mark.requirement("INT-01")
def test_anybody_reads_it_without_signing_in(client, workshop):
    response = client.get("/workshop/")
    assert (response.status_code, response.context["page"].specific) == (200, workshop)
    assert "no-store" not in response.get("Cache-Control", "")


@pytest.mark.requirement("INT-02")
def test_it_shows_the_scenes_the_exercise_and_what_one_takes_home(client, workshop):
    page = client.get("/workshop/").content.decode()
    said = [line["text"] for scene in WORKSHOP["scenes"] for line in scene["turns"]]
    done = [text for step in WORKSHOP["exercise"]["steps"] for text in step.values()]
    missing = [text for text in said + done + WORKSHOP["take_home"] if escape(text) not in page]
    assert missing == []


@pytest.mark.requirement("INT-01")
def test_the_course_page_leads_to_it_where_there_is_one(client, workshop):
    make_public_course(workshop.get_parent().specific)
    assert 'href="/workshop/"' in client.get("/leergang/").content.decode()
    workshop.unpublish()
    assert 'href="/workshop/"' not in client.get("/leergang/").content.decode()


def test_notes_for_who_leads_it_are_not_public(client, workshop):
    page = client.get("/workshop/").content.decode()
    notes = sentences_in(WORKSHOP["leader_notes"])
    assert len(notes) > 5
    assert [sentence for sentence in notes if escape(sentence) in page] == []
    assert escape(WORKSHOP["for_whom"]) in page


@pytest.mark.requirement("INT-01")
def test_each_length_says_how_much_of_it_is_practice(client, workshop):
    lengths = client.get("/workshop/").context["lengths"]
    assert [(one.minutes, one.practice_share, one.longest) for one in lengths] == [
        (60, 70, 90),
        (75, 67, 90),
        (90, 72, 90),
    ]


def test_lengths_stand_from_short_to_long_however_they_were_entered(workshop):
    entered = [(block.block_type, block.value) for block in workshop.programmes]
    shown = lengths_of(WorkshopPage(programmes=entered[::-1]))
    assert [one.minutes for one in shown] == [60, 75, 90]
    assert lengths_of(WorkshopPage()) == []
