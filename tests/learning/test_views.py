import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.models import FollowUpPage
from courses.curriculum.reading import outline
from courses.curriculum.services import publish_version
from courses.delivery.services import choose_track, enrol_couple, put_before_evening
from courses.delivery.services.cancelling import cancel_edition, cancel_evening
from courses.learning import cards
from courses.learning.models import LessonTaken, QuizAttempt, SelfDeclared
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import LICENSED, make_version
from tests.factories.delivery import enrol_two, make_professional, make_running_edition
from tests.factories.learning import finish_lessons
from tests.factories.public_pages import make_home, make_public_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_running_edition()


@pytest.fixture
def enrolment(edition, client):
    first, _second = enrol_two(edition)
    client.force_login(first.participant)
    return first


def lesson_keys(edition):
    return list(outline(edition.content).lessons)


def address(name, key):
    return reverse(f"learning:{name}", args=[key])


def test_my_course_shows_one_next_step_and_the_way_of_four_evenings(client, enrolment):
    context = client.get(reverse("learning:home")).context
    assert context["next_step"].title == "1 elearning"
    assert [(step["title"], step["state"]) for step in context["steps"]] == [
        ("Avond 1", "done"),
        ("Thuis", "now"),
        ("Avond 2", "open"),
        ("Thuis", "locked"),
        ("Avond 3", "open"),
        ("Thuis", "locked"),
        ("Avond 4", "open"),
    ]
    assert [item.title for item in context["homework"]] == ["1 elearning", "1 kba_reflection"]


@pytest.mark.parametrize(("days", "is_shown"), [(0, False), (-400, True)])
def test_after_the_last_evening_my_course_leads_to_what_comes_then(client, days, is_shown):
    course = make_public_course(make_home())
    sections = [{"type": "section", "value": {"heading": "Je plan", "body": "<p>Houd vol.</p>"}}]
    course.add_child(
        instance=FollowUpPage(
            title="Daarna", slug="daarna", sections=json.dumps(sections), **LICENSED
        )
    )
    edition = make_running_edition(content=publish_version(course), days=days)
    first, _second = enrol_two(edition)
    first.progress.update(state="done")
    client.force_login(first.participant)
    page = client.get(reverse("learning:home")).content.decode()
    assert ('href="/leergang/daarna/"' in page) == is_shown


def test_an_evening_that_is_cancelled_is_passed_over_on_my_course(client, edition, enrolment):
    second, third = (edition.evenings.get(code=code) for code in ("2", "3A"))
    choose_track(enrolment, third.track_key)
    cancel_evening(second, by=UserFactory(), reason="Storm")
    context = client.get(reverse("learning:home")).context
    assert context["next_evening"] == third
    assert "1 elearning" in [item.title for item in context["homework"]]
    notes = {step["title"]: step["note"] for step in context["steps"] if step["is_evening"]}
    assert notes["Avond 2"] == "vervallen"
    cancel_evening(third, by=UserFactory(), reason="Storm")
    cancel_evening(edition.evenings.get(code="4A"), by=UserFactory(), reason="Storm")
    assert client.get(reverse("learning:home")).context["next_evening"] == second


def test_of_a_course_that_is_cancelled_my_course_says_so_and_asks_nothing(
    client, edition, enrolment
):
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen")
    page = client.get(reverse("learning:home")).content.decode()
    assert "Te weinig aanmeldingen" in page
    assert "next-step" not in page


def test_an_evening_that_was_cancelled_is_not_the_next_one_and_the_way_says_so(
    client, edition, enrolment
):
    cancel_evening(edition.evenings.get(code="2"), by=UserFactory(), reason="Storm")
    context = client.get(reverse("learning:home")).context
    assert context["next_evening"].number == 3
    assert [item.title for item in context["homework"]][:2] == ["1 elearning", "1 kba_reflection"]
    way = [(step["title"], step["state"], step["note"]) for step in context["steps"]]
    assert way[2] == ("Avond 2", "cancelled", "vervallen")
    assert [state for _title, state, _note in way].count("now") == 1


def test_when_no_evening_takes_place_any_more_my_course_says_so_and_no_place(
    client, edition, enrolment
):
    edition.evenings.update(place="De Esch")
    for evening in edition.evenings.exclude(code="1"):
        cancel_evening(evening, by=UserFactory(), reason="Storm")
    enrolment.progress.update(state="done")
    page = client.get(reverse("learning:home")).content.decode()
    assert "Avond 2 is vervallen." in page
    assert "Tot avond" not in page
    assert "De Esch" not in page


def test_who_teaches_sees_which_evening_was_cancelled_and_who_is_ready_for_the_next(
    client, edition, enrolment
):
    trainer = make_professional("huisarts")
    put_before_evening(edition.evenings.get(code="1"), trainer)
    cancel_evening(edition.evenings.get(code="2"), by=UserFactory(), reason="Storm")
    client.force_login(trainer)
    answer = client.get(reverse("learning:home"))
    assert answer.context["overviews"][0].next_evening.number == 3
    assert answer.content.decode().count("vervallen") == 1


def test_somebody_without_a_course_gets_a_page_that_says_so(client):
    client.force_login(UserFactory())
    response = client.get(reverse("learning:home"))
    assert (response.status_code, response.templates[0].name, response.context["overviews"]) == (
        200,
        "learning/home_staff.html",
        [],
    )


def test_a_trainer_sees_who_is_ready_and_nothing_of_what_they_made(client, edition, enrolment):
    trainer = make_professional("huisarts")
    put_before_evening(edition.evenings.get(code="1"), trainer)
    finish_lessons(enrolment)
    reflection = enrolment.progress.get(kind="kba_reflection").assignment_key
    for key in ("elearning", "kba_reflection"):
        enrolment.progress.filter(kind=key).update(state="done")
    SelfDeclared.objects.create(enrolment=enrolment, assignment_key=reflection)
    client.force_login(trainer)
    overview = client.get(reverse("learning:home")).context["overviews"][0]
    assert [person.is_ready for person in overview.participants] == [True, False]
    assert client.get(address("assignment", reflection)).status_code == 404


def test_of_all_editions_a_trainer_sees_first_what_asks_most_and_one_next_step(client):
    trainer = make_professional("huisarts")
    over, today, soon = (make_running_edition(days=days) for days in (-400, -10, -5))
    for edition in (over, today, soon):
        put_before_evening(edition.evenings.get(code="1"), trainer)
    client.force_login(trainer)
    response = client.get(reverse("learning:home"))
    assert [one.edition for one in response.context["overviews"]] == [today, soon, over]
    assert response.content.decode().count("button--next") == 1


@pytest.mark.parametrize(("name", "queries"), [("home", 9), ("elearning", 8), ("module", 6)])
@pytest.mark.parametrize("modules", [1, 3])
def test_learner_pages_cost_the_same_however_much_there_is(
    client, django_assert_num_queries, monkeypatch, name, queries, modules
):
    monkeypatch.setattr(cards, "CARDS", {})  # each counts its own
    edition = make_running_edition(content=make_version(lessons=modules, modules=modules))
    first, _second = enrol_two(edition)
    finish_lessons(first)
    client.force_login(first.participant)
    addresses = {
        "home": reverse("learning:home"),
        "elearning": address("assignment", first.progress.get(kind="elearning").assignment_key),
        "module": address("module", next(iter(outline(edition.content).modules))),
    }
    client.get(addresses[name])
    with django_assert_num_queries(queries):
        client.get(addresses[name])


def test_a_lesson_costs_few_queries(client, edition, enrolment, django_assert_num_queries):
    where = address("lesson", lesson_keys(edition)[0])
    client.get(where)
    with django_assert_num_queries(8):
        client.get(where)


@pytest.mark.parametrize("couples", [1, 3])
def test_the_page_of_a_trainer_costs_the_same_however_many_take_part(
    client, edition, django_assert_num_queries, couples
):
    trainer = make_professional("huisarts")
    put_before_evening(edition.evenings.get(code="1"), trainer)
    for _number in range(couples):
        enrol_two(edition)
    client.force_login(trainer)
    client.get(reverse("learning:home"))
    with django_assert_num_queries(14):
        client.get(reverse("learning:home"))


def test_a_lesson_of_another_edition_is_not_found(client, enrolment):
    other = lesson_keys(make_running_edition())[0]
    answer = {"screen": 2, "answer": 0, "attempt": 1}
    assert client.get(address("lesson", other)).status_code == 404
    assert client.post(address("lesson", other), answer).status_code == 404
    assert client.post(address("study_time", other), {"seconds": 5}).status_code == 404
    assert (QuizAttempt.objects.count(), LessonTaken.objects.count()) == (0, 0)


@pytest.mark.requirement("ELN-09")
def test_every_answer_gets_its_own_reply_and_the_lesson_goes_on_on_another_device(
    client, edition, enrolment, clock
):
    where = address("lesson", lesson_keys(edition)[0])
    assert client.get(where).context["screen"].number == 1
    client.post(where, {"screen": 1})
    replies = []
    for choice, attempt in ((1, 1), (0, 2)):
        sent = {"screen": 2, "answer": choice, "attempt": attempt}
        answered = client.post(where, sent, follow=True).context
        [remark] = answered["remarks"]
        replies.append((answered["answered"].is_correct, remark.text))
    assert replies == [(False, "Dan hoor je het niet."), (True, "Ja, dat helpt.")]
    client.logout()
    client.force_login(enrolment.participant)
    assert client.get(where).context["screen"].number == 3
    clock.now += timedelta(minutes=4)
    for _beat in range(3):
        client.post(address("study_time", lesson_keys(edition)[0]), {"seconds": 60})
    client.post(where, {"screen": 3, "declared": "on"})
    taken = LessonTaken.objects.get()
    assert (taken.enrolment, taken.completed_at, taken.seconds) == (enrolment, clock.now, 180)


def test_sending_an_answer_twice_is_harmless(client, edition, enrolment):
    where = address("lesson", lesson_keys(edition)[0])
    sent = {"screen": 2, "answer": 1, "attempt": 1}
    statuses = [client.post(where, sent).status_code for _click in range(2)]
    assert (statuses, QuizAttempt.objects.count()) == ([302, 302], 1)


@pytest.mark.parametrize("answer", ["", "9", "wat", "-1"])
def test_an_answer_that_does_not_exist_comes_back_with_words(client, edition, enrolment, answer):
    where = address("lesson", lesson_keys(edition)[0])
    response = client.post(where, {"screen": 2, "answer": answer, "attempt": 1})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["answer"])
    assert QuizAttempt.objects.count() == 0


@pytest.mark.parametrize("screen", ["", "0", "99", "wat"])
def test_a_screen_that_does_not_exist_is_not_found(client, edition, enrolment, screen):
    where = address("lesson", lesson_keys(edition)[0])
    assert client.post(where, {"screen": screen}).status_code == 404


def test_an_answer_sent_after_the_session_ended_is_there_after_signing_in(
    client, edition, enrolment
):
    where = address("lesson", lesson_keys(edition)[0])
    client.logout()
    response = client.post(where, {"screen": 2, "answer": 1, "attempt": 1})
    assert response.url == f"{reverse('account_login')}?next={where}"
    assert [message.level_tag for message in get_messages(response.wsgi_request)] == ["info"]
    client.force_login(enrolment.participant)
    form = client.get(f"{where}?scherm=2").context["form"]
    assert (form.initial["answer"], QuizAttempt.objects.count()) == ("1", 0)


@pytest.mark.requirement("CRS-04")
def test_a_lesson_is_closed_before_evening_one_ends_but_not_for_who_teaches_it(client):
    edition = make_running_edition(days=20)
    first, _second = enrol_two(edition)
    trainer = make_professional("huisarts")
    put_before_evening(edition.evenings.get(code="1"), trainer)
    where = address("lesson", lesson_keys(edition)[0])
    statuses = {}
    for name, person in (("participant", first.participant), ("trainer", trainer)):
        client.force_login(person)
        statuses[name] = (
            client.get(where).status_code,
            client.post(where, {"screen": 2, "answer": 0, "attempt": 1}).status_code,
        )
    assert statuses == {"participant": (403, 403), "trainer": (200, 302)}
    assert (QuizAttempt.objects.count(), LessonTaken.objects.count()) == (0, 0)


def test_homework_of_somebody_else_is_not_found(client, enrolment):
    other = make_running_edition()
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    enrol_couple(other, *people)
    key = other.enrolments.first().progress.get(kind="kba_reflection").assignment_key
    assert client.get(address("assignment", key)).status_code == 404
    assert client.post(address("declare", key)).status_code == 404
    assert SelfDeclared.objects.count() == 0


def test_homework_is_declared_done_and_taken_back(client, enrolment):
    key = enrolment.progress.get(kind="kba_reflection").assignment_key
    client.post(address("declare", key))
    assert enrolment.progress.get(kind="kba_reflection").state == "done"
    client.post(address("declare", key), {"terug": "1"})
    assert enrolment.progress.get(kind="kba_reflection").state == "open"


def test_homework_that_is_not_open_stays_as_it_is(client, enrolment):
    key = enrolment.progress.get(kind="reading").assignment_key
    assert client.post(address("declare", key)).status_code == 302
    assert SelfDeclared.objects.count() == 0


@pytest.mark.parametrize(
    ("opens_in", "said"), [(1, "Gaat open na de avond"), (-1, "Hier gaat nog iets aan vooraf")]
)
def test_homework_that_is_not_open_says_what_it_waits_for(client, enrolment, opens_in, said):
    row = enrolment.progress.first()
    opens_at = timezone.now() + timedelta(days=opens_in)
    enrolment.progress.filter(pk=row.pk).update(state="locked", opens_at=opens_at)
    page = client.get(address("assignment", row.assignment_key)).content.decode()
    assert said in page


def test_a_stranger_fills_no_session_with_an_endless_answer(client, edition):
    address_of_lesson = address("lesson", lesson_keys(edition)[0])
    client.post(address_of_lesson, {"answer": "x" * 100_000})

    assert client.session["unsent_answer"] == {"path": address_of_lesson, "fields": {}}
