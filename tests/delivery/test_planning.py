"""The list of all editions: what comes first, what needs a coordinator, and publishing a draft."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.curriculum.reading import outline
from courses.delivery.models import AbsenceNotice, CalendarEntry, EveningTrainer, TrackChoice
from courses.delivery.services.absence import tell_absence
from courses.delivery.services.planning import plan_of, planned_editions
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.curriculum.people import sign_in
from tests.delivery.test_publication import plan, rules  # noqa: F401 -- only those of this app
from tests.factories.accounts import UserFactory
from tests.factories.delivery import (
    EditionFactory,
    EnrolmentFactory,
    PracticeCoupleFactory,
    enrol_two,
    make_running_edition,
)

pytestmark = pytest.mark.django_db

LIST = "/planning/"
QUERIES = 18  # of which six to know who asks


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return user


@pytest.fixture
def looking(client, coordinator):
    sign_in(client, coordinator)
    return client


def running(title="Loopt", *, days=20, hour=18, **fields):
    edition = EditionFactory(title=title, published_at=timezone.now(), **fields)
    plan(edition, 1, days, hour=hour)
    return edition


def teach(evening, role=EveningTrainer.Role.TRAINER, **fields):
    return EveningTrainer.objects.create(evening=evening, user=UserFactory(), role=role, **fields)


def rows(coordinator, **chosen):
    with translation.override("en"):
        return plan_of(planned_editions(coordinator, **chosen)).rows


def titles(coordinator, **chosen):
    return [row.edition.title for row in rows(coordinator, **chosen)]


def alarm(coordinator):
    (row,) = rows(coordinator)
    return str(row.alarm) if row.alarm else None


# what comes first


@pytest.fixture
def five():
    running("Laat", days=40)
    running("Vroeg", days=5, region="Achterhoek")
    running("Voorbij", days=-5)
    running("Afgelast", days=2, cancelled_at=timezone.now())
    plan(EditionFactory(title="Concept"), 1, 10)
    EditionFactory(title="Leeg")


def test_what_comes_first_stands_first_and_what_is_done_last(coordinator, five):
    assert titles(coordinator) == ["Vroeg", "Concept", "Laat", "Leeg", "Afgelast", "Voorbij"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"region": "Achterhoek"}, ["Vroeg"]),
        ({"state": "draft"}, ["Concept", "Leeg"]),
        ({"state": "published"}, ["Vroeg", "Laat"]),
        ({"state": "over"}, ["Voorbij"]),
        ({"state": "cancelled"}, ["Afgelast"]),
        ({"state": "draft", "region": "Achterhoek"}, []),
    ],
)
def test_region_and_state_choose(looking, five, chosen, expected):
    response = looking.get(LIST, chosen)
    assert [row.edition.title for row in response.context["planning"].rows] == expected


def test_a_region_that_is_not_there_shows_all_and_says_so(looking, five):
    response = looking.get(LIST, {"region": "Mars"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["region"]
    assert len(response.context["planning"].rows) == 6


def test_fifty_fit_on_a_page_and_the_next_keeps_the_filter(looking):
    for number in range(51):
        EditionFactory(title=f"{number:02}")
    first = looking.get(LIST, {"state": "draft"})
    assert len(first.context["planning"].rows) == 50
    assert "?state=draft&amp;page=2" in first.content.decode()
    second = looking.get(LIST, {"state": "draft", "page": 2})
    assert [row.edition.title for row in second.context["planning"].rows] == ["50"]


def test_evenings_stand_under_their_code_and_lead_to_their_room(looking):
    with_two = running("Twee", days=5)
    plan(with_two, 2, 9, code="2A")
    with_one = running("Een", days=30)
    response = looking.get(LIST)
    planning = response.context["planning"]
    assert planning.codes == ["1", "2A"]
    assert [[one and one.code for one in row.evenings] for row in planning.rows] == [
        ["1", "2A"],
        ["1", None],
    ]
    page = response.content.decode()
    for edition in (with_one, with_two):
        assert page.count(f'href="{reverse("delivery:edition", args=[edition.public_id])}"') == 1
        for evening in edition.evenings.all():
            assert page.count(f'href="{reverse("delivery:room", args=[evening.public_id])}"') == 1


# what needs a coordinator


def test_a_draft_says_what_blocks_it_first(coordinator):
    edition = EditionFactory()
    plan(edition, 1, 10, hour=14)
    plan(edition, 2, 20, place="")
    (row,) = rows(coordinator)
    text = "Evening 2 has no place. Say where it is, or make it an online evening."
    with translation.override("en"):
        assert (str(row.alarm), row.more) == (text, 1)


def test_an_evening_within_two_weeks_needs_a_trainer(coordinator):
    evening = running(days=13).evenings.get()
    assert alarm(coordinator).startswith("Evening 1 on ")
    teach(evening, EveningTrainer.Role.RUN_ALONG)
    teach(evening, valid_from=timezone.now() - timedelta(2), valid_until=timezone.now())
    assert alarm(coordinator).startswith("Evening 1 on ")
    teach(evening)
    assert alarm(coordinator) is None


def test_an_evening_further_away_does_not_need_one_yet(coordinator):
    running(days=16)
    assert alarm(coordinator) is None


@pytest.mark.parametrize(("taken", "is_told"), [(14, True), (15, False), (16, False)])
def test_a_couple_does_not_wait_while_there_is_room_for_it(coordinator, taken, is_told):
    edition = running(seats_taken=taken)
    PracticeCoupleFactory(edition=edition, confirmed_at=None)
    PracticeCoupleFactory(edition=edition, confirmed_at=None, ended_at=timezone.now())
    PracticeCoupleFactory(edition=edition)
    (row,) = rows(coordinator)
    text = "2 places are free while people wait. Give them to the first in the queue."
    assert row.waiting == 1
    assert (str(row.alarm) if row.alarm else None) == (text if is_told else None)


def test_who_looks_for_a_place_to_catch_up_is_counted_until_there_is_one(coordinator):
    edition = make_running_edition()
    edition.published_at = timezone.now()
    edition.save()
    edition.evenings.update(place="De Brug")
    for evening in edition.evenings.all():
        teach(evening)
    second = edition.evenings.get(code="2")
    notices = [tell_absence(one, second) for one in enrol_two(edition)]
    assert alarm(coordinator).startswith("2 people have no place yet")
    third = edition.evenings.get(code="3A")
    AbsenceNotice.objects.create(enrolment=notices[1].enrolment, evening=third)
    assert alarm(coordinator).startswith("2 people have no place yet")
    AbsenceNotice.objects.exclude(evening=second).delete()
    notices[0].delete()
    assert alarm(coordinator).startswith("One person has no place yet")
    notices[1].delete()
    assert alarm(coordinator) is None


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (-40, True), (-50, False)])
def test_a_small_track_is_told_near_the_last_day(coordinator, days, is_told):
    edition = make_running_edition(days=days)
    edition.published_at = timezone.now()
    edition.track_minimum = 1
    edition.save()
    edition.evenings.update(place="De Brug")
    for evening in edition.evenings.all():
        teach(evening)
    tracks = list(outline(edition.content).tracks)
    TrackChoice.objects.create(enrolment=EnrolmentFactory(edition=edition), track_key=tracks[0])
    said = alarm(coordinator)
    assert bool(said and said.startswith("A track has fewer than 1 people")) is is_told
    TrackChoice.objects.create(enrolment=EnrolmentFactory(edition=edition), track_key=tracks[1])
    assert alarm(coordinator) is None


@pytest.mark.parametrize("number", [1, 3])
def test_more_editions_take_no_more_queries(looking, number, django_assert_num_queries):
    for _ in range(number):
        edition = running(days=10)
        teach(edition.evenings.get())
        PracticeCoupleFactory(edition=edition, confirmed_at=None)
        draft = EditionFactory()
        teach(plan(draft, 1, 10))
        plan(draft, 2, 20)
    looking.get(LIST)
    with django_assert_num_queries(QUERIES):
        response = looking.get(LIST)
    assert len(response.context["planning"].rows) == 2 * number


# publishing


def publish(client, edition, **said):
    return client.post(reverse("delivery:publish", args=[edition.public_id]), said)


def test_a_draft_without_faults_is_published_and_calendars_hear_of_it(looking):
    edition = EditionFactory()
    taught = teach(plan(edition, 1, 10))
    assert publish(looking, edition).url == LIST
    edition.refresh_from_db()
    assert edition.published_at is not None
    assert [one.user for one in CalendarEntry.objects.all()] == [taught.user]
    assert publish(looking, edition).url == LIST
    assert CalendarEntry.objects.count() == 1


def test_what_stands_in_the_way_is_said_and_nothing_is_published(looking):
    edition = EditionFactory()
    response = publish(looking, edition, warnings="accepted")
    assert (response.status_code, len(response.context["blocking"])) == (422, 1)
    assert str(response.context["blocking"][0]) in response.content.decode()
    edition.refresh_from_db()
    assert edition.published_at is None


def test_a_warning_is_accepted_before_it_is_published(looking):
    edition = EditionFactory()
    plan(edition, 1, 10, hour=14)
    response = publish(looking, edition)
    found = (response.context["blocking"], len(response.context["warnings"]))
    assert (response.status_code, found) == (422, ([], 1))
    assert '<input type="hidden" name="warnings" value="accepted">' in response.content.decode()
    assert publish(looking, edition, warnings="accepted").url == LIST
    edition.refresh_from_db()
    assert edition.published_at is not None


def test_a_cancelled_edition_is_not_published(looking):
    edition = EditionFactory(cancelled_at=timezone.now())
    plan(edition, 1, 10)
    assert publish(looking, edition).status_code == 403


def test_a_trainer_does_not_publish_the_edition_that_they_teach(client):
    edition = EditionFactory()
    sign_in(client, teach(plan(edition, 1, 10)).user)
    assert (publish(client, edition).status_code, client.get(LIST).status_code) == (403, 403)
    edition.refresh_from_db()
    assert edition.published_at is None


def test_only_drafts_have_a_button_to_publish(looking):
    running()
    draft = EditionFactory()
    page = looking.get(LIST).content.decode()
    assert page.count("/publiceren/") == 1
    assert reverse("delivery:publish", args=[draft.public_id]) in page


def test_the_coordination_page_leads_to_it(looking):
    assert looking.get("/account/coordinatie/").content.decode().count(f'href="{LIST}"') == 1
