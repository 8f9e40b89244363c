"""The page of one edition: what needs a coordinator first, and all there is beside it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery import edition_cards
from courses.delivery.edition_cards import register_card
from courses.delivery.models import EveningTrainer
from courses.delivery.services import choose_track
from courses.delivery.services.cancelling import cancel_edition
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.curriculum.people import sign_in
from tests.delivery.test_publication import plan, rules  # noqa: F401 -- only those of this app
from tests.factories.accounts import UserFactory
from tests.factories.delivery import (
    EditionFactory,
    PracticeCoupleFactory,
    enrol_two,
    make_running_edition,
)

pytestmark = pytest.mark.django_db

QUERIES = 22  # of which six to know who asks


@pytest.fixture
def looking(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    sign_in(client, user)
    return client


def page_of(client, edition):
    response = client.get(reverse("delivery:edition", args=[edition.public_id]))
    assert response.status_code == 200
    return response


def step_of(client, edition):
    return page_of(client, edition).context["sheet"].step


@pytest.mark.parametrize(
    ("changes", "url_name"),
    [
        ({"place": ""}, "delivery:edition_change"),
        ({}, "delivery:publish"),
        ({"hour": 14}, "delivery:publish"),
    ],
)
def test_a_draft_says_what_comes_first(looking, changes, url_name):
    edition = EditionFactory()
    plan(edition, 1, 10, **changes)
    step = step_of(looking, edition)
    assert step.url_name == url_name
    page = page_of(looking, edition).content.decode()
    assert f'href="{reverse(url_name, args=[edition.public_id])}"' in page


def test_a_running_edition_says_what_went_wrong_and_else_when_the_next_evening_is(looking):
    edition = EditionFactory(published_at=timezone.now(), seats_taken=14)
    evening = plan(edition, 1, 20)
    sheet = page_of(looking, edition).context["sheet"]
    assert (sheet.step, sheet.next_on) == (None, timezone.localdate(evening.starts_at))
    PracticeCoupleFactory(edition=edition, confirmed_at=None)
    assert step_of(looking, edition).url_name == "delivery:participants"
    edition.evenings.update(place="")
    assert step_of(looking, edition).url_name == "delivery:edition_change"


def test_a_running_edition_is_not_blamed_for_evenings_that_have_been(looking):
    edition = EditionFactory(published_at=timezone.now())
    plan(edition, 1, -10, place="")
    plan(edition, 2, 20)
    assert step_of(looking, edition) is None


def test_each_evening_shows_who_teaches_and_how_many_come(looking):
    edition = make_running_edition()
    first, _ = enrol_two(edition)
    choose_track(first, edition.evenings.get(code="3A").track_key)
    trainer = UserFactory()
    EveningTrainer.objects.create(evening=edition.evenings.get(code="2"), user=trainer)
    first.absences.create(evening=edition.evenings.get(code="2"))
    sheet = page_of(looking, edition).context["sheet"]
    assert [(one.evening.code, one.expected) for one in sheet.evenings] == [
        ("1", 2), ("2", 1), ("3A", 1), ("3B", 0), ("4A", 1), ("4B", 0),
    ]  # fmt: skip
    assert [[taught.user for taught in one.trainers] for one in sheet.evenings][1] == [trainer]
    assert (sheet.people, sheet.undecided) == (2, 1)
    assert [one.people for one in sheet.tracks] == [1, 0]


def test_a_cancelled_edition_says_why_and_offers_no_change(looking):
    edition = EditionFactory(published_at=timezone.now())
    plan(edition, 1, 20)
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    page = page_of(looking, edition).content.decode()
    assert "Te weinig aanmeldingen." in page
    assert "/wijzigen/" not in page
    assert "/afgelasten/" not in page


def test_an_app_above_adds_a_card_and_stays_away_where_it_has_nothing_to_say(looking, monkeypatch):
    monkeypatch.setattr(edition_cards, "CARDS", {})
    edition = EditionFactory(title="Met kaart")
    other = EditionFactory()
    said = "delivery/includes/edition_value.html"
    register_card(
        "test", lambda user, one: {"value": one.title} if one.pk == edition.pk else None, said
    )
    assert [card.content for card in page_of(looking, edition).context["cards"]] == [
        {"value": "Met kaart"}
    ]
    assert page_of(looking, other).context["cards"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_more_evenings_and_people_take_no_more_queries(looking, number, django_assert_num_queries):
    edition = EditionFactory(
        published_at=timezone.now(), content__published_at=timezone.now(), capacity=99
    )
    for one in range(number):
        evening = plan(edition, one + 1, 10 + one)
        EveningTrainer.objects.create(evening=evening, user=UserFactory())
        PracticeCoupleFactory(edition=edition, confirmed_at=None)
    page_of(looking, edition)
    with django_assert_num_queries(QUERIES):
        sheet = page_of(looking, edition).context["sheet"]
    assert len(sheet.evenings) == number
