"""An editor removes a question that people have answered, or have before them at this moment."""

import json

import pytest
from django.urls import reverse

from courses.curriculum.models import LessonPage
from courses.curriculum.services import correct_version, publish_version
from courses.learning.models import QuizAttempt
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import lesson_body, make_course
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db
ANSWER = {"screen": 2, "answer": 1, "attempt": 1}
QUESTION = "Wat doe je?"


@pytest.fixture
def version():
    return publish_version(make_course(lessons=1))


@pytest.fixture
def lesson(version):
    return LessonPage.objects.get()


@pytest.fixture
def where(client, version, lesson):
    """The lesson, for a participant who has answered its question."""
    enrolment, _other = enrol_two(make_running_edition(content=version))
    client.force_login(enrolment.participant)
    where = reverse("learning:lesson", args=[lesson.translation_key])
    client.post(where, {"screen": 1})
    client.post(where, ANSWER)
    return where


def remove_question(lesson):
    blocks = json.loads(lesson_body("M7-1"))
    lesson.body = json.dumps([one for one in blocks if one["type"] != "question"])
    lesson.save_revision().publish()


def answers():
    return [(one.question, one.given) for one in QuizAttempt.objects.all()]


def test_a_running_edition_keeps_the_question_that_was_removed(client, lesson, where):
    given = answers()
    assert len(given) == 1
    remove_question(lesson)
    assert QUESTION in client.get(where, {"scherm": 2}).content.decode()
    client.post(where, ANSWER | {"attempt": 2, "answer": 0})
    assert answers()[: len(given)] == given
    assert len(answers()) == 2


def test_after_a_correction_the_answer_stays_and_the_lesson_goes_on(client, version, lesson, where):
    given = answers()
    remove_question(lesson)
    correct_version(version, lesson, actor=UserFactory(), reason="De vraag klopt niet.")
    page = client.get(where)
    assert (page.status_code, QUESTION in page.content.decode()) == (200, False)
    assert answers() == given


def test_who_has_the_question_open_during_the_correction_gets_the_lesson_as_it_is_now(
    client, version, lesson, where
):
    given = answers()
    remove_question(lesson)
    correct_version(version, lesson, actor=UserFactory(), reason="De vraag klopt niet.")
    answer = client.post(where, ANSWER | {"attempt": 2})
    assert (answer.status_code, QUESTION in answer.content.decode()) == (422, False)
    assert answers() == given
