"""What a version of the course works towards: on paper, and as a table for schools."""

import csv
import json

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import escape

from courses.curriculum import loading
from courses.curriculum.end_terms import EndTerm, end_terms_of
from courses.curriculum.models import ContentPin, CoursePage, EveningPage
from courses.curriculum.services import make_draft, publish_version
from courses.delivery.models import EveningTrainer
from courses.delivery.permissions import can_see_end_terms
from courses.delivery.services import put_before_evening
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

EVENINGS = {
    one["code"]: one
    for one in yaml.safe_load((loading.CONTENT / "evenings.yaml").read_text())["evenings"]
}
PARTICIPANTS = "Zorgverleners die de leergang volgen"
END_TERMS = yaml.safe_load((loading.CONTENT / "course.yaml").read_text())["end_terms"]


def with_shipped_goals(version):
    """The same small course, with the goals and end terms that are shipped."""
    course = version.course
    course.end_terms = loading.stream(*(("end_term", one) for one in END_TERMS))
    course.save_revision().publish()
    for page in EveningPage.objects.descendant_of(course):
        goals = EVENINGS[page.code]["goals"]
        page.goals = loading.stream(*(("goal", goal) for goal in goals))
        page.save_revision().publish()
    return publish_version(CoursePage.objects.get(pk=course.pk))


@pytest.fixture
def version():
    return with_shipped_goals(make_version())


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


@pytest.mark.requirement("CRS-11")
def test_every_goal_stands_under_its_evening_with_its_kind_end_term_and_kba_items(version):
    codes = {one["text"]: one["code"] for one in END_TERMS}
    found = {
        evening.code: [
            (goal.text, goal.kind, goal.end_term, list(goal.kba)) for goal in evening.goals
        ]
        for evening in end_terms_of(version).evenings
    }
    assert found == {
        code: [
            (
                goal["text"],
                goal["kind"],
                EndTerm(goal["end_term"], codes[goal["end_term"]], "participant", PARTICIPANTS),
                goal["kba"],
            )
            for goal in one["goals"]
        ]
        for code, one in EVENINGS.items()
    }
    assert [(one.code, one.text) for one in end_terms_of(version).listed] == [
        (one["code"], one["text"]) for one in END_TERMS
    ]


@pytest.mark.requirement("CRS-11")
def test_the_page_to_print_says_all_of_it(client, coordinator, version):
    page = client.get(reverse("delivery:end_terms", args=[version.pk])).content.decode()
    wanted = [goal["text"] for one in EVENINGS.values() for goal in one["goals"]]
    wanted += [one["text"] for one in END_TERMS]
    assert (len(wanted) > 30, [text for text in wanted if escape(text) not in page]) == (True, [])


@pytest.mark.requirement("CRS-11")
def test_the_table_for_schools_has_a_row_for_every_goal(client, coordinator, version):
    response = client.get(reverse("delivery:end_terms_csv", args=[version.pk]))
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert rows[0] == [
        "Avond", "Titel", "Doel", "Soort", "KBA-items", "Code", "Eindterm", "Voor wie",
    ]  # fmt: skip
    goals = [goal for one in EVENINGS.values() for goal in one["goals"]]
    assert [row[2] for row in rows[1:] if row[2]] == [goal["text"] for goal in goals]
    first = goals[0]
    assert rows[1][:1] + rows[1][2:] == [
        "1", first["text"], "Kennis", "2, 10", "ET1", first["end_term"], PARTICIPANTS,
    ]  # fmt: skip
    others = [one for one in END_TERMS if "audience" in one]
    assert [row[:5] + row[5:7] for row in rows[1 + len(goals) :]] == [
        ["", "", "", "", "", one["code"], one["text"]] for one in others
    ]
    assert response["Content-Disposition"] == (
        f'attachment; filename="eindtermen-{version.course.slug}-{version.number}.csv"'
    )


def test_a_spreadsheet_works_out_nothing_that_an_editor_wrote(client, coordinator, version):
    goal = {"text": "=1+1", "kind": "skill", "end_term": "", "kba": []}
    page = EveningPage.objects.descendant_of(version.course).get(code="1")
    page.goals = json.dumps([{"type": "goal", "value": goal}])
    page.save_revision().publish()
    later = publish_version(version.course)
    text = client.get(reverse("delivery:end_terms_csv", args=[later.pk])).content.decode()
    assert ("'=1+1" in text, ";=1+1" in text) == (True, False)


def test_a_goal_without_an_end_term_and_a_term_that_is_not_listed_are_shown_as_they_are(version):
    goals = [
        {"text": "Los", "kind": "skill", "end_term": "", "kba": [1]},
        {"text": "Anders", "kind": "attitude", "end_term": "Van vroeger.", "kba": [2]},
    ]
    page = EveningPage.objects.descendant_of(version.course).get(code="1")
    page.goals = loading.stream(*(("goal", goal) for goal in goals))
    page.save_revision().publish()
    [first, *_others] = end_terms_of(publish_version(version.course)).evenings
    assert [goal.end_term for goal in first.goals] == [None, EndTerm("Van vroeger.")]


def test_a_version_from_before_courses_listed_end_terms_still_opens(version):
    pin = ContentPin.objects.get(version=version, kind="coursepage")
    del pin.revision.content["end_terms"]
    pin.revision.save()
    found = end_terms_of(version)
    assert (found.listed, len(found.evenings)) == ([], 6)


def test_an_older_version_keeps_its_own_goals(version):
    page = EveningPage.objects.descendant_of(version.course).get(code="1")
    page.goals = json.dumps([])
    page.save_revision().publish()
    later = publish_version(version.course)
    counts = [len(end_terms_of(one).evenings[0].goals) for one in (version, later)]
    assert counts == [len(EVENINGS["1"]["goals"]), 0]


def test_more_goals_take_no_more_queries(version, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(end_terms_of(version).evenings) == 6


def test_only_who_answers_for_what_is_taught_sees_them():
    edition = make_running_edition(content=make_version())
    version = edition.content
    draft = make_draft(version.course, actor=UserFactory())
    people = {name: UserFactory() for name in ("coordinator", "editor", "trainer", "former")}
    people["participant"] = enrol_two(edition)[0].participant
    people["visitor"] = AnonymousUser()
    grant_role(user=people["coordinator"], role=Role.COORDINATOR)
    grant_role(user=people["editor"], role=Role.EDITOR)
    evening = edition.evenings.get(code="1")
    put_before_evening(evening, people["trainer"])
    put_before_evening(evening, people["former"])
    EveningTrainer.objects.filter(user=people["former"]).update(valid_until=evening.starts_at)
    sees = {
        name: (can_see_end_terms(user, version), can_see_end_terms(user, draft))
        for name, user in people.items()
    }
    assert sees == {
        "coordinator": (True, False),
        "editor": (True, True),
        "trainer": (True, False),
        "former": (False, False),
        "participant": (False, False),
        "visitor": (False, False),
    }


def test_a_trainer_finds_them_beside_the_edition(client):
    edition = make_running_edition(content=make_version())
    trainer = sign_in(client, UserFactory())
    put_before_evening(edition.evenings.get(code="1"), trainer)
    page = client.get(reverse("learning:home")).content.decode()
    assert reverse("delivery:end_terms", args=[edition.content_id]) in page
