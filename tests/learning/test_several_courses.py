"""Somebody with several courses, or several roles, has one home and a plain switch."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import Edition
from courses.delivery.services import choose_track, enrol_couple, put_before_evening
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import PracticeFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_professional, make_running_edition

pytestmark = pytest.mark.django_db

HOME = reverse("learning:home")


@pytest.fixture
def couple():
    practice = PracticeFactory()
    return [make_professional(code, practice) for code in ("huisarts", "poh")]


@pytest.fixture
def person(client, couple):
    client.force_login(couple[0])
    return couple[0]


def join(couple, *, title, days=0, content=None):
    edition = make_running_edition(content=content, days=days)
    edition.title = title
    edition.save(update_fields=["title"])
    enrol_couple(edition, *couple)
    return edition


def titles(response):
    return [(place["title"], place["is_current"]) for place in response.context["switch"]]


def test_with_one_course_and_one_role_there_is_nothing_to_switch(client, person, couple):
    join(couple, title="Twente")
    assert client.get(HOME).context["switch"] == []


def test_the_course_that_was_chosen_is_remembered_and_its_address_can_be_shared(
    client, person, couple
):
    first, last = join(couple, title="Twente"), join(couple, title="Drenthe", days=3)
    assert client.get(HOME).context["edition"] == last
    response = client.get(HOME, {"leergang": str(first.public_id)})
    assert response.context["edition"] == first
    assert titles(response) == [("Drenthe", False), ("Twente", True)]
    assert client.get(HOME).context["edition"] == first
    client.logout()
    client.force_login(couple[1])
    assert client.get(f"{HOME}?leergang={first.public_id}").context["edition"] == first


@pytest.mark.parametrize("word", ["", "geen", "00000000-0000-4000-8000-000000000000", "begeleiden"])
def test_a_course_that_is_not_theirs_shows_their_own(client, person, couple, word):
    mine = join(couple, title="Twente")
    make_running_edition()
    assert client.get(HOME, {"leergang": word}).context["edition"] == mine


def test_the_one_next_step_is_what_is_due_first_of_all_courses(client, person, couple):
    sooner = join(couple, title="Twente", days=-5)
    later = join(couple, title="Drenthe")
    context = client.get(HOME).context
    assert context["edition"] == later
    assert context["next_step_edition"] == sooner
    assert context["next_step_url"].endswith(f"leergang={sooner.public_id}")
    assert "Twente" in client.get(HOME).content.decode()


def test_the_next_step_of_a_shared_course_opens_in_its_own_edition(client, person, couple):
    content = make_version()
    first = join(couple, title="Twente", days=-5, content=content)
    join(couple, title="Drenthe", content=content)
    about = client.get(HOME).context["next_step_about"]
    row = client.get(about).context["row"]
    assert row.enrolment.edition == first


def test_who_takes_part_teaches_and_coordinates_has_all_in_one_place(client, person, couple):
    mine = join(couple, title="Twente")
    taught = make_running_edition()
    put_before_evening(taught.evenings.get(code="1"), person)
    own = client.get(HOME)
    assert own.context["edition"] == mine
    assert titles(own) == [("Twente", True), ("Wat je begeleidt", False)]
    team = client.get(own.context["switch"][1]["url"])
    assert [one.edition for one in team.context["overviews"]] == [taught]
    assert titles(team) == [("Twente", False), ("Wat je begeleidt", True)]
    assert team.context["next_step"].title == "1 elearning"
    grant_role(user=person, role=Role.COORDINATOR)
    assert {one.edition for one in client.get(HOME).context["overviews"]} == {mine, taught}


def test_a_participant_never_reads_who_of_their_own_group_is_ready(client, person, couple):
    mine = join(couple, title="Twente")
    taught = make_running_edition()
    put_before_evening(taught.evenings.get(code="1"), person)
    team = client.get(HOME, {"leergang": "begeleiden"})
    assert mine not in [one.edition for one in team.context["overviews"]]


def test_a_trainer_who_took_part_before_begins_with_whom_they_teach_and_keeps_their_own(
    client, person, couple
):
    mine = join(couple, title="Twente", days=-200)
    taught = make_running_edition()
    put_before_evening(taught.evenings.get(code="1"), person)
    assert [one.edition for one in client.get(HOME).context["overviews"]] == [taught]
    key = mine.enrolments.get(participant=person).progress.get(kind="elearning").assignment_key
    assert client.get(reverse("learning:assignment", args=[key])).status_code == 200
    assert client.get(HOME, {"leergang": str(mine.public_id)}).context["edition"] == mine


def test_tracks_are_of_the_course_that_was_chosen(client, person, couple):
    first, _last = join(couple, title="Twente", days=-12), join(couple, title="Drenthe")
    track = first.evenings.get(code="3A").track_key
    client.get(HOME, {"leergang": str(first.public_id)})
    assert client.post(reverse("learning:track"), {"track": str(track)}).status_code == 302
    chosen = first.enrolments.get(participant=person).track_choice
    assert chosen.track_key == track


def test_the_way_shows_the_group_with_which_somebody_catches_up(client, person, couple):
    content = make_version()
    mine = join(couple, title="Twente", content=content)
    other = make_running_edition(content=content, days=14).evenings.get(code="2")
    Edition.objects.update(published_at=timezone.now() - timedelta(days=1))
    enrolment = mine.enrolments.get(participant=person)
    enrolment.absences.create(evening=mine.evenings.get(code="2"), catch_up=other)
    context = client.get(HOME).context
    assert context["next_evening"] == other
    assert context["steps"][2]["url"] == reverse("delivery:evening", args=[other.public_id])


def test_the_way_shows_the_evening_of_another_track_that_was_decided(client, person, couple):
    mine = join(couple, title="Twente")
    enrolment = mine.enrolments.get(participant=person)
    choose_track(enrolment, mine.evenings.get(code="3A").track_key)
    other = mine.evenings.get(code="3B")
    enrolment.other_track_visits.create(
        evening=other, number=3, reason="Dienst", decided_by=enrol_two(mine)[0].participant
    )
    steps = client.get(HOME).context["steps"]
    assert [step["title"] for step in steps if step["is_evening"]] == [
        "Avond 1", "Avond 2", "Avond 3B", "Avond 4A"
    ]  # fmt: skip
