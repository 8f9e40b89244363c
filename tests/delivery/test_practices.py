"""Practices that stand here twice, and making them one."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from courses.delivery.models import PracticeCouple
from lms.accounts.models import CareGroup, Practice, PracticeAlias, Role, User
from lms.accounts.practices import (
    NotTwoPractices,
    known_practice,
    likely_pairs,
    merge_practices,
    practice_of,
)
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition, publish
from tests.permissions.world import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

LIST = "/planning/praktijken/"
MERGE = "/planning/praktijken/samenvoegen/"


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def two():
    """The one that stays, and the one that goes."""
    return [
        Practice.objects.create(name=name, place="Borne")
        for name in ("Huisartsenpraktijk De Esdoorn", "HAP Esdoorn")
    ]


@pytest.mark.parametrize(
    ("name", "place", "is_pair"),
    [
        ("HAP De Esdoorn", "borne", True),
        ("De Esdorn", "Borne", True),
        ("Huisartsenpraktijk De Berk", "Borne", False),
        ("Huisartsenpraktijk De Esdoorn", "Hengelo", False),
    ],
)
def test_practices_that_look_alike_are_found(name, place, is_pair):
    stays = Practice.objects.create(name="Huisartsenpraktijk De Esdoorn", place="Borne")
    goes = Practice.objects.create(name=name, place=place)
    found = [(pair.stays, pair.goes) for pair in likely_pairs()]
    assert found == ([(stays, goes)] if is_pair else [])


def test_the_one_with_most_people_stays(two):
    UserFactory(practice=two[1])
    (pair,) = likely_pairs()
    assert (pair.stays, pair.goes) == (two[1], two[0])


def test_people_and_couples_go_along(two):
    edition = publish(make_running_edition(days=40))
    first, second = enrol_two(edition)
    stays, goes = two[0], first.couple.practice
    by = UserFactory()
    merge_practices(stays, goes, by=by)
    assert set(User.objects.filter(practice=stays)) == {first.participant, second.participant}
    assert PracticeCouple.objects.get().practice == stays
    assert not Practice.objects.filter(pk=goes.pk).exists()
    (event,) = AuditEvent.objects.filter(event="practice.merged")
    assert event.detail["moved"]["accounts.user"] == 2


def test_the_old_name_is_recognised_when_it_is_typed_later(two):
    stays, goes = two
    merge_practices(stays, goes, by=UserFactory())
    assert known_practice("hap esdoorn", "BORNE") == stays
    assert practice_of("HAP Esdoorn", "Borne") == stays
    assert Practice.objects.count() == 1


def test_names_that_were_merged_before_go_along(two):
    stays, goes = two
    third = Practice.objects.create(name="Praktijk Esdoornlaan", place="Borne")
    merge_practices(goes, third, by=UserFactory())
    merge_practices(stays, goes, by=UserFactory())
    assert known_practice("Praktijk Esdoornlaan", "Borne") == stays
    assert PracticeAlias.objects.count() == 2


def test_a_practice_without_a_care_group_gets_that_of_the_other(two):
    group = CareGroup.objects.create(name="Zorggroep")
    Practice.objects.filter(pk=two[1].pk).update(care_group=group)
    merge_practices(*two, by=UserFactory())
    assert Practice.objects.get().care_group == group


def test_a_practice_with_a_care_group_keeps_it(two):
    for practice in two:
        practice.care_group = CareGroup.objects.create(name=f"Zorggroep {practice.pk}")
        practice.save()
    merge_practices(*two, by=UserFactory())
    assert Practice.objects.get().care_group == two[0].care_group


def test_a_name_that_differs_in_capitals_only_is_not_kept_twice(two):
    stays = two[0]
    goes = Practice.objects.create(name=stays.name.upper(), place=stays.place)
    merge_practices(stays, goes, by=UserFactory())
    assert not PracticeAlias.objects.exists()


def test_a_practice_is_not_merged_with_itself_or_with_one_that_is_gone(two):
    with pytest.raises(NotTwoPractices):
        merge_practices(two[0], two[0], by=UserFactory())
    merge_practices(*two, by=UserFactory())
    with pytest.raises(NotTwoPractices):
        merge_practices(*two, by=UserFactory())


# the page


def test_the_page_shows_who_moves_before_anything_does(coordinator, two):
    person = UserFactory(practice=two[1])
    choice = {"blijft": two[0].pk, "gaat": two[1].pk}
    page = signed_in(coordinator).get(MERGE, choice)
    assert list(page.context["people_who_move"]) == [person]
    assert Practice.objects.count() == 2
    assert signed_in(coordinator).post(MERGE, choice).url == LIST
    assert list(Practice.objects.all()) == [two[0]]


def test_one_and_the_same_twice_is_refused(coordinator, two):
    page = signed_in(coordinator).post(MERGE, {"blijft": two[0].pk, "gaat": two[0].pk})
    assert (page.status_code, "gaat" in page.context["form"].errors) == (422, True)


def test_two_that_belong_to_different_care_groups_are_warned_of(coordinator, two):
    for practice in two:
        practice.care_group = CareGroup.objects.create(name=f"Zorggroep {practice.pk}")
        practice.save()
    page = signed_in(coordinator).get(MERGE, {"blijft": two[0].pk, "gaat": two[1].pk})
    assert page.context["care_groups_differ"] is True


def test_only_coordinators_merge(two):
    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    client = signed_in(person)
    sent = {"blijft": two[0].pk, "gaat": two[1].pk}
    assert [client.get(LIST).status_code, client.post(MERGE, sent).status_code] == [403, 403]
    assert Practice.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_more_pairs_take_no_more_queries(coordinator, number, django_assert_num_queries):
    for count in range(number):
        for name in ("Huisartsenpraktijk", "HAP"):
            Practice.objects.create(name=f"{name} {'abc'[count] * 8}", place="Borne")
    client = signed_in(coordinator)
    client.get(LIST)
    with django_assert_num_queries(7):
        page = client.get(LIST)
    assert len(page.context["pairs"]) == number
