"""Who works with whom: the rule, by hand, and who reads it."""

from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import Enrolment, GroupPlace, GroupSplit
from courses.delivery.services import put_before_evening
from courses.delivery.services.attendance import Mark, take_marks
from courses.delivery.services.splits import (
    TooFewPeople,
    divide,
    kind_of,
    partners_in_one_group,
    place_by_hand,
    present_at,
    split_evening,
    split_of,
)
from lms.audit.models import AuditEvent
from tests.delivery.programmes import make_planned_edition
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two

pytestmark = pytest.mark.django_db

APART, TOGETHER = GroupSplit.Partners.APART, GroupSplit.Partners.TOGETHER


@pytest.fixture
def edition():
    edition = make_planned_edition()
    edition.capacity = 30
    edition.published_at = timezone.now()
    edition.save()
    return edition


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def trainer(evening):
    user = UserFactory()
    put_before_evening(evening, user)
    return user


def mark(evening, trainer, people, is_present, *, part=1):
    now = timezone.now()
    take_marks(evening, [Mark(one.pk, part, is_present, now) for one in people], by=trainer)


def come(evening, trainer, couples):
    people = [one for _ in range(couples) for one in enrol_two(evening.edition)]
    mark(evening, trainer, people, True)
    return people


@pytest.fixture
def sixteen(evening, trainer):
    return come(evening, trainer, 8)


def parties(sixteen):
    """Of many sizes, with somebody whose partner stayed at home."""
    return [(sixteen[:count], seed) for count in (16, 15, 13) for seed in range(5)]


def spread(numbers, groups):
    """By how many the largest group is larger than the smallest."""
    each = Counter(numbers)
    counts = [each[number] for number in range(1, groups + 1)]
    return max(counts) - min(counts)


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_apart_groups_differ_by_one_and_professions_are_spread(sixteen, groups):
    for people, seed in parties(sixteen):
        numbers = divide(people, groups=groups, partners=APART, seed=seed)
        assert numbers.keys() == {one.pk for one in people}
        assert spread(numbers.values(), groups) <= 1
        for kind in {kind_of(one) for one in people}:
            of_kind = [numbers[one.pk] for one in people if kind_of(one) == kind]
            assert spread(of_kind, groups) <= 1
        assert partners_in_one_group(numbers, people) == 0


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_together_no_couple_is_parted_and_groups_differ_by_two_at_most(sixteen, groups):
    for people, seed in parties(sixteen):
        numbers = divide(people, groups=groups, partners=TOGETHER, seed=seed)
        assert numbers.keys() == {one.pk for one in people}
        assert spread(numbers.values(), groups) <= 2
        couples = {}
        for one in people:
            couples.setdefault(one.couple_id, set()).add(numbers[one.pk])
        assert all(len(numbers) == 1 for numbers in couples.values())


def test_the_same_seed_makes_the_same_groups_and_another_makes_others(sixteen):
    def made(people, seed):
        return divide(people, groups=4, partners=APART, seed=seed)

    assert made(sixteen, 7) == made(sixteen[::-1], 7)
    assert made(sixteen, 7) != made(sixteen, 8)


def test_only_who_is_there_is_placed(evening, trainer, sixteen):
    gone = sixteen[0]
    mark(evening, trainer, [gone], False)
    enrol_two(evening.edition)  # never came
    split = split_evening(evening, groups=3, partners=APART, by=trainer, seed=1)
    placed = set(split.places.values_list("enrolment", flat=True))
    assert placed == {one.pk for one in sixteen[1:]}
    detail = AuditEvent.objects.get(event="groups.made").detail
    assert detail == {"groups": 3, "people": 15}


def test_who_left_in_the_break_is_not_there_any_more(evening, trainer, sixteen):
    mark(evening, trainer, [sixteen[0]], False, part=2)
    assert sixteen[0] not in present_at(evening)
    assert len(present_at(evening)) == 15


def test_nobody_is_left_alone(evening, trainer):
    come(evening, trainer, 2)
    with pytest.raises(TooFewPeople):
        split_evening(evening, groups=3, partners=APART, by=trainer)
    assert not GroupSplit.objects.exists()


def test_the_newest_groups_count_and_who_came_in_since_is_told(evening, trainer, sixteen):
    split_evening(evening, groups=2, partners=APART, by=trainer, seed=1)
    split_evening(evening, groups=4, partners=APART, by=trainer, seed=1)
    late = come(evening, trainer, 1)
    split = split_of(evening)
    assert len(split.groups) == 4
    assert sorted(one.pk for one in split.unplaced) == [one.pk for one in late]


def test_somebody_is_moved_added_and_taken_out_by_hand(evening, trainer, sixteen):
    row = split_evening(evening, groups=2, partners=APART, by=trainer, seed=1)
    late = come(evening, trainer, 1)[0]
    moved = GroupPlace.objects.filter(split=row, number=1).first().enrolment
    out = GroupPlace.objects.filter(split=row, number=2).first().enrolment
    place_by_hand(row, {moved.pk: 2, late.pk: 1, out.pk: 0}, by=trainer)
    found = dict(row.places.values_list("enrolment", "number"))
    assert (found[moved.pk], found[late.pk], out.pk in found) == (2, 1, False)
    assert len(found) == 16


def page(evening, name="room_groups"):
    return reverse(f"delivery:{name}", args=[evening.public_id])


def make(client, evening, **sent):
    return client.post(page(evening), {"by": "groups", "number": 4, "partners": "apart"} | sent)


@pytest.mark.parametrize(("by", "number", "groups"), [("groups", 4, 4), ("size", 5, 4)])
def test_a_trainer_makes_groups_by_number_or_by_size(
    client, evening, trainer, sixteen, by, number, groups
):
    client.force_login(trainer)
    answer = make(client, evening, by=by, number=number)
    assert (answer.status_code, split_of(evening).row.groups) == (302, groups)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"number": 9}, "Er zijn 16 mensen: maak hoogstens 8 groepen."),
        ({"by": "size", "number": 1}, "In een groep zitten minstens twee mensen."),
    ],
)
def test_a_number_that_cannot_be_is_told_and_what_was_chosen_stays(
    client, evening, trainer, sixteen, sent, told
):
    client.force_login(trainer)
    answer = make(client, evening, partners="together", **sent)
    text = answer.content.decode()
    assert (answer.status_code, told in text) == (422, True)
    assert answer.context["form"]["partners"].value() == "together"
    assert answer.context["form"]["number"].value() == str(sent["number"])
    assert not GroupSplit.objects.exists()


def test_without_anybody_there_it_tells_what_to_do_first(client, evening, trainer):
    enrol_two(evening.edition)
    client.force_login(trainer)
    answer = make(client, evening)
    assert (answer.status_code, "Tik eerst de namen" in answer.content.decode()) == (422, True)


def test_with_one_person_there_it_tells_that_a_group_has_two(client, evening, trainer):
    first, _second = enrol_two(evening.edition)
    mark(evening, trainer, [first], True)
    client.force_login(trainer)
    answer = make(client, evening, number=1)
    words = "Er is pas één persoon, en in een groep zitten minstens twee mensen."
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_the_page_changes_groups_by_hand(client, evening, trainer, sixteen):
    client.force_login(trainer)
    make(client, evening, number=2)
    sent = {str(one.pk): 1 for one in sixteen}
    client.post(page(evening, "room_groups_change"), sent)
    assert [len(group.people) for group in split_of(evening).groups] == [16, 0]


def test_who_is_expected_reads_the_groups_and_nobody_else_does(client, evening, trainer, sixteen):
    stranger = enrol_two(make_planned_edition())[0].participant
    split_evening(evening, groups=4, partners=APART, by=trainer)
    seen = {}
    for who, user in {
        "participant": sixteen[0].participant,
        "trainer": trainer,
        "stranger": stranger,
    }.items():
        client.force_login(user)
        seen[who] = (
            client.get(page(evening, "room_groups_screen")).status_code,
            client.get(page(evening)).status_code,
        )
    assert seen == {"participant": (200, 404), "trainer": (200, 200), "stranger": (404, 404)}


@pytest.mark.parametrize("couples", [2, 6])
def test_the_screen_takes_the_same_queries_however_many_come(
    client, evening, trainer, couples, django_assert_num_queries
):
    come(evening, trainer, couples)
    split_evening(evening, groups=2, partners=APART, by=trainer)
    client.force_login(trainer)
    client.get(page(evening, "room_groups_screen"))
    with django_assert_num_queries(8):
        client.get(page(evening, "room_groups_screen"))


def test_who_stopped_with_the_course_is_not_there(evening, sixteen):
    Enrolment.objects.filter(pk=sixteen[0].pk).update(ended_at=timezone.now())
    assert sixteen[0] not in present_at(evening)
