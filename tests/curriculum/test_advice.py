"""What editors are told, and what they are stopped from."""

from datetime import time

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.curriculum.advice import advice_on
from courses.curriculum.models import EveningPage, LessonPage
from courses.learning.models import LessonTaken, QuizAttempt
from tests.curriculum.people import signed_in_editor
from tests.factories.curriculum import LICENSED, make_course

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def part(start, end, kind="practice"):
    value = {"start": start, "end": end, "title": "Iets", "form": "", "kind": kind}
    return {"type": "part", "value": value}


def form_of_evening(evening, **changes):
    """What the editor's screen sends."""
    sent = {name: getattr(evening, name) for name in ("title", "slug", "code", "number", "minutes")}
    added = {
        "goals": streamfield([]),
        "programme": streamfield([]),
        "films": streamfield([]),
        "handouts": streamfield([]),
        "trainer_notes": rich_text(""),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
    }
    return nested_form_data(sent | added | LICENSED | changes)


@pytest.fixture
def evening():
    make_course()
    return EveningPage.objects.first()


def programme(evening, *parts, minutes=240):
    field = EveningPage._meta.get_field("programme")
    evening.programme, evening.minutes = field.to_python(list(parts)), minutes
    return evening


@pytest.mark.requirement("CRS-05")
@pytest.mark.parametrize(("hour", "sentences"), [(16, 1), (17, 0)])
def test_an_evening_before_five_is_advised_against_and_allowed(evening, hour, sentences):
    evening.starts_at = time(hour, 0)
    evening.save()
    assert len(advice_on(evening)) == sentences


@pytest.mark.requirement("CRS-05")
def test_an_evening_begins_after_work_unless_somebody_says_otherwise(evening):
    assert evening.starts_at == time(17, 30)


@pytest.mark.requirement("CRS-12")
@pytest.mark.parametrize(("practice", "share", "sentences"), [(120, 56, 0), (95, 44, 1)])
def test_the_practice_share_is_counted_without_breaks(evening, practice, share, sentences):
    programme(
        evening,
        part(0, practice),
        part(practice, 215, "theory"),
        part(215, 240, "break"),
    )
    assert evening.practice_share() == share
    assert len(advice_on(evening)) == sentences


@pytest.mark.requirement("CRS-11")
@pytest.mark.parametrize(
    ("kinds", "sentences"),
    [
        ([], 0),
        (["skill", "attitude"], 0),
        (["skill", "knowledge"], 1),
        (["attitude", "knowledge"], 1),
    ],
)
def test_goals_without_a_skill_or_an_attitude_are_advised_against(evening, kinds, sentences):
    goals = [
        {"type": "goal", "value": {"text": "Iets", "kind": kind, "end_term": "", "kba": [1]}}
        for kind in kinds
    ]
    evening.goals = EveningPage._meta.get_field("goals").to_python(goals)
    assert len(advice_on(evening)) == sentences


@pytest.mark.requirement("CRS-05")
@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(("hour", "sentences"), [(time(16, 59), 1), (time(17, 0), 0)])
def test_an_editor_who_saves_is_told_and_nothing_is_held_back(
    evening, client, is_new, hour, sentences
):
    signed_in_editor(client)
    where = (
        reverse(
            "wagtailadmin_pages:add", args=["curriculum", "eveningpage", evening.get_parent().pk]
        )
        if is_new
        else reverse("wagtailadmin_pages:edit", args=[evening.pk])
    )
    answer = client.post(where, form_of_evening(evening, slug="andere", starts_at=hour))
    saved = Revision.objects.latest("pk").as_object()
    assert (answer.status_code, saved.slug, saved.starts_at) == (302, "andere", hour)
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    advice = advice_on(saved)
    assert (len(advice), set(advice) - set(said)) == (sentences, set())


@pytest.mark.requirement("ELN-03")
def test_a_lesson_that_repeats_the_evening_is_advised_against(evening):
    lesson = LessonPage.objects.first()
    lesson.relates_to = "1"
    assert advice_on(lesson) == []
    lesson.repeats_theory = True
    assert [sentence.count("1") for sentence in advice_on(lesson)] == [1]


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ([part(0, 240)], False),
        ([part(0, 200), part(200, 239)], True),
        ([part(0, 200), part(200, 241)], True),
    ],
)
def test_a_programme_adds_up_to_its_evening(evening, parts, refused):
    programme(evening, *parts)
    if refused:
        with pytest.raises(ValidationError) as told:
            evening.full_clean()
        assert list(told.value.message_dict) == ["programme"]
    else:
        evening.full_clean()


@pytest.mark.parametrize("parts", [[part(0, 100), part(110, 240)], [part(0, 100), part(90, 240)]])
def test_a_programme_has_no_gap_and_no_overlap(evening, parts):
    programme(evening, *parts)
    with pytest.raises(ValidationError):
        evening.programme.stream_block.clean(evening.programme)


def test_an_editor_sees_a_lesson_as_participants_do_and_leaves_no_trace(evening):
    lesson = LessonPage.objects.first()
    page = lesson.make_preview_request(preview_mode="participant").content.decode()
    assert [words in page for words in ("Lees dit.", "Ja, dat helpt.", "Ik heb het gedaan.")] == [
        True
    ] * 3
    assert page.count('name="answer"') == 2
    assert "Dan hoor je het niet." not in page  # said to who chooses it, and to nobody else
    assert (LessonTaken.objects.count(), QuizAttempt.objects.count()) == (0, 0)


def test_the_editor_of_an_evening_opens_with_its_practice_share(evening, client):
    programme(evening, part(0, 120), part(120, 240, "theory")).save()
    signed_in_editor(client)
    where = reverse("wagtailadmin_pages:edit", args=[evening.pk])
    assert "50 procent" in client.get(where).content.decode()
