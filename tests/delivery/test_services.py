from datetime import timedelta

import pytest
from django.utils import timezone

from courses.curriculum import loading
from courses.curriculum.models import CoursePage
from courses.curriculum.reading import outline
from courses.curriculum.services import publish_version
from courses.delivery.models import Edition, EveningTrainer, Group, GroupMembership, TrackChoice
from courses.delivery.public import dates_per_region
from courses.delivery.services import (
    EveningsIncomplete,
    NotACouple,
    UnknownTrack,
    choose_track,
    current_enrolment,
    end_enrolment,
    enrol_couple,
    evenings_of,
    make_edition,
    move_evenings,
    put_before_evening,
)
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import (
    DAYS,
    enrol_two,
    make_professional,
    make_running_edition,
    publish,
)

pytestmark = pytest.mark.django_db


def track_keys(edition):
    return {track.code: track.key for track in outline(edition.content).tracks.values()}


def codes(enrolment):
    return [evening.code for evening in evenings_of(enrolment)]


@pytest.fixture
def default_edition():
    loading.load_curriculum()
    content = publish_version(CoursePage.objects.get())
    return make_running_edition(content=content)


@pytest.mark.requirement("CRS-02")
@pytest.mark.requirement("CRS-03")
@pytest.mark.requirement("TRK-01")
def test_the_default_course_gives_each_participant_four_evenings_of_240_minutes(default_edition):
    course = outline(default_edition.content)
    assert {track.code: track.title for track in course.tracks.values()} == {
        "A": "De coachende professional",
        "B": "Persoonsgericht werken in de keten",
    }
    first, second = enrol_two(default_edition)
    for enrolment, track, expected in (
        (first, "A", ["1", "2", "3A", "4A"]),
        (second, "B", ["1", "2", "3B", "4B"]),
    ):
        choose_track(enrolment, track_keys(default_edition)[track])
        evenings = evenings_of(enrolment)
        assert [evening.code for evening in evenings] == expected
        assert [evening.ends_at - evening.starts_at for evening in evenings] == [
            timedelta(minutes=240)
        ] * 4
        homework = [bool(course.evenings[evening.page_key].assignments) for evening in evenings]
        assert homework == [True, True, True, False]


def test_an_edition_needs_a_date_for_every_evening():
    content = make_version()
    with pytest.raises(EveningsIncomplete):
        make_edition(
            title="Leergang", content=content, region="Twente", starts={"1": timezone.now()}
        )


@pytest.mark.parametrize(
    ("first", "second", "one_practice", "is_couple"),
    [
        ("huisarts", "poh", True, True),
        ("huisarts", "pvk", True, True),
        ("pvk", "huisarts", True, True),
        ("huisarts", "huisarts", True, False),
        ("poh", "pvk", True, False),
        ("poh", "poh", True, False),
        ("huisarts", "poh", False, False),
    ],
)
def test_a_couple_is_two_sides_of_one_practice(first, second, one_practice, is_couple):
    edition = make_running_edition()
    practice = PracticeFactory()
    one = make_professional(first, practice)
    other = make_professional(second, practice if one_practice else PracticeFactory())
    if is_couple:
        couple = enrol_couple(edition, one, other)
        people = couple.enrolments.order_by("pk").values_list("participant", flat=True)
        assert list(people) == [one.pk, other.pk]
    else:
        with pytest.raises(NotACouple):
            enrol_couple(edition, one, other)
        assert edition.couples.count() == 0


def test_people_without_a_practice_are_no_couple():
    edition = make_running_edition()
    with pytest.raises(NotACouple):
        enrol_couple(edition, make_professional("huisarts"), make_professional("poh"))


def test_before_the_choice_only_the_base_part_is_known():
    first, _second = enrol_two(make_running_edition())
    assert codes(first) == ["1", "2"]


@pytest.mark.requirement("TRK-02")
def test_partners_choose_each_for_themselves():
    edition = make_running_edition()
    first, second = enrol_two(edition)
    keys = track_keys(edition)
    choose_track(first, keys["A"])
    assert (codes(first), codes(second)) == (["1", "2", "3A", "4A"], ["1", "2"])
    choose_track(second, keys["B"])
    assert (codes(first), codes(second)) == (["1", "2", "3A", "4A"], ["1", "2", "3B", "4B"])
    choose_track(first, keys["B"])
    assert (codes(first), codes(second)) == (["1", "2", "3B", "4B"], ["1", "2", "3B", "4B"])
    assert TrackChoice.objects.count() == 2


def test_who_only_runs_along_from_now_on_is_no_longer_among_the_trainers(clock):
    edition = make_running_edition()
    trainer, evenings = UserFactory(), list(edition.evenings.filter(code__in=["1", "2"]))
    for evening in evenings:
        put_before_evening(evening, trainer)
    clock.now += timedelta(minutes=1)
    groups = GroupMembership.objects.valid().filter(user=trainer)
    put_before_evening(evenings[0], trainer, EveningTrainer.Role.RUN_ALONG)
    assert groups.count() == 2  # still a trainer of the other evening
    put_before_evening(evenings[1], trainer, EveningTrainer.Role.RUN_ALONG)
    assert groups.count() == 0


@pytest.mark.parametrize("role", EveningTrainer.Role)
def test_who_is_in_the_group_for_two_reasons_stays_for_the_other(clock, role):
    edition = make_running_edition()
    first, _second = enrol_two(edition)
    of_edition = {"group__kind": Group.Kind.EDITION, "user": first.participant}
    counts = []
    for change in (
        lambda: put_before_evening(edition.evenings.get(code="1"), first.participant, role),
        lambda: end_enrolment(first),
    ):
        clock.now += timedelta(minutes=1)
        change()
        clock.now += timedelta(minutes=1)
        counts.append(GroupMembership.objects.valid().filter(**of_edition).count())
    assert counts == [1, 1 if role == EveningTrainer.Role.TRAINER else 0]


def test_a_track_of_another_course_is_refused():
    first, _second = enrol_two(make_running_edition())
    other = make_running_edition()
    with pytest.raises(UnknownTrack):
        choose_track(first, other.content.pins.get(kind="coursepage").page_key)


def test_who_enrols_joins_the_group_and_who_stops_leaves_it(clock):
    edition = make_running_edition()
    first, second = enrol_two(edition)
    clock.now += timedelta(minutes=1)
    group = edition.groups.get(kind=Group.Kind.EDITION)
    valid = GroupMembership.objects.valid().filter(group=group).order_by("pk")
    assert list(valid.values_list("user", flat=True)) == [
        first.participant_id,
        second.participant_id,
    ]
    clock.now += timedelta(minutes=1)
    end_enrolment(first)
    clock.now += timedelta(minutes=1)
    assert [row.user_id for row in GroupMembership.objects.valid().filter(group=group)] == [
        second.participant_id
    ]
    assert current_enrolment(first.participant) is None
    assert current_enrolment(second.participant) == second


def test_the_public_page_shows_only_what_one_can_apply_for():
    content = make_version()
    publish(make_running_edition(content=content))
    make_running_edition(content=content, days=40)  # a draft
    cancelled = publish(make_running_edition(content=content, days=40))
    Edition.objects.filter(pk=cancelled.pk).update(cancelled_at=timezone.now())
    ahead = publish(make_running_edition(content=content, days=40))
    dates = dates_per_region(content.course)
    assert [[evening.edition for evening in found.evenings] for found in dates] == [[ahead] * 6]


def test_moving_an_evening_keeps_its_length():
    edition = make_running_edition()
    starts = timezone.now() + timedelta(days=20)
    move_evenings(edition, {"2": starts})
    evening = edition.evenings.get(code="2")
    assert (evening.starts_at, evening.ends_at - evening.starts_at) == (
        starts,
        timedelta(minutes=240),
    )
    assert edition.evenings.exclude(code="2").count() == len(DAYS) - 1
