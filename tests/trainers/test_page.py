"""Who teaches the evenings of an edition: the page on which a coordinator says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.delivery.models import Edition, Evening, EveningTrainer, Group, GroupMembership
from lms.accounts.models import Role as RoleName
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.delivery.test_publication import plan
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory, make_running_edition
from tests.trainers.test_checks import put, trainer
from trainers.models import Trainer

pytestmark = pytest.mark.django_db

QUERIES = 16  # of which six to know who asks
COMING = ["2", "3A", "3B", "4A", "4B"]


@pytest.fixture
def looking(client):
    user = UserFactory()
    grant_role(user=user, role=RoleName.COORDINATOR)
    sign_in(client, user)
    return client


@pytest.fixture
def edition():
    """Evening 1 has been."""
    edition = make_running_edition()
    edition.evenings.update(place="De Brug")
    return edition


@pytest.fixture
def couple():
    return trainer("huisarts", supervises=True), trainer("poh")


def publish(edition):
    Edition.objects.filter(pk=edition.pk).update(published_at=timezone.now())


def keep(client, edition, **chosen):
    said = {name.replace("_", "-"): keys_of(user) for name, user in chosen.items()}
    return client.post(f"/planning/{edition.public_id}/trainers/", said)


def keys_of(chosen):
    return [one.pk for one in chosen] if isinstance(chosen, list) else chosen.pk if chosen else ""


def everywhere(couple):
    first, second = couple
    return {f"first_{code}": first for code in COMING} | {
        f"second_{code}": second for code in COMING
    }


def teaching(edition):
    found = EveningTrainer.objects.valid().filter(evening__edition=edition)
    return {(one.evening.code, one.user) for one in found.select_related("evening", "user")}


def faults(response):
    return {name: str(errors[0]) for name, errors in response.context["form"].errors.items()}


def test_one_form_puts_a_couple_before_every_evening_to_come(looking, edition, couple):
    assert keep(looking, edition, **everywhere(couple)).status_code == 302
    assert teaching(edition) == {(code, user) for code in COMING for user in couple}
    written = AuditEvent.objects.filter(event="edition.trainers_changed")
    assert [one.detail["evenings"] for one in written] == [COMING]


def test_the_same_couple_is_filled_in_everywhere_and_nothing_is_kept_yet(looking, edition, couple):
    first, second = couple
    said = {"actie": "alle", "first-all": first.pk, "second-all": second.pk}
    response = looking.post(f"/planning/{edition.public_id}/trainers/", said)
    rows = [(int(row.first.value()), int(row.second.value()))
            for row in response.context["form"].rows]  # fmt: skip
    assert (response.status_code, rows) == (200, [(first.pk, second.pk)] * 5)
    assert response.content.decode().count(f'<option value="{first.pk}" selected>') == 6
    assert teaching(edition) == set()


def test_the_form_shows_who_teaches_now(looking, edition, couple):
    keep(looking, edition, **everywhere(couple))
    rows = looking.get(f"/planning/{edition.public_id}/trainers/").context["form"].rows
    assert {int(row.first.value()) for row in rows} <= {one.pk for one in couple}
    assert keep(looking, edition, **everywhere(couple)).status_code == 302
    assert AuditEvent.objects.filter(event="edition.trainers_changed").count() == 1


@pytest.mark.requirement("TTT-01")
@pytest.mark.parametrize(
    ("professions", "words"),
    [
        (["huisarts", "huisarts"], "Een koppel is een huisarts"),
        (["poh", "pvk"], "Een koppel is een huisarts"),
    ],
)
def test_two_of_one_side_are_refused(looking, edition, professions, words):
    one, other = map(trainer, professions)
    response = keep(looking, edition, first_2=one, second_2=other)
    found = faults(response)
    assert (response.status_code, list(found)) == (422, ["second-2"])
    assert found["second-2"].startswith(words)
    assert teaching(edition) == set()


def test_one_person_is_no_couple(looking, edition):
    one = trainer("huisarts")
    found = faults(keep(looking, edition, first_2=one, second_2=one))
    assert found == {"second-2": "Kies twee verschillende mensen, of laat dit open."}


def test_who_is_in_training_or_a_stranger_cannot_be_chosen(looking, edition):
    learner = trainer("poh", status=Trainer.Status.IN_TRAINING)
    for somebody in (learner, UserFactory()):
        response = keep(looking, edition, first_2=somebody)
        assert (response.status_code, list(faults(response))) == (422, ["first-2"])
    assert teaching(edition) == set()


def test_who_is_not_qualified_any_more_is_named_and_has_to_be_replaced(looking, edition, couple):
    keep(looking, edition, **everywhere(couple))
    Trainer.objects.filter(user=couple[1]).update(status=Trainer.Status.RETIRED)
    response = keep(looking, edition, **everywhere(couple))
    assert response.status_code == 422
    assert faults(response)["second-2"] == (
        f"{couple[1]} is geen bevoegd trainer meer. Kies iemand anders."
    )
    page = looking.get(f"/planning/{edition.public_id}/trainers/").content.decode()
    assert f'<option value="{couple[1].pk}" selected>' in page


def test_one_of_a_couple_may_be_known_first(looking, edition, couple):
    assert keep(looking, edition, first_2=couple[0]).status_code == 302
    assert teaching(edition) == {("2", couple[0])}
    page = looking.get(f"/planning/{edition.public_id}/trainers/")
    assert "Avond 2 heeft twee trainers nodig" in page.content.decode()


# in two rooms at once


def edition_with_groups():
    edition = EditionFactory()
    for kind in (Group.Kind.EDITION, Group.Kind.TRAINERS):
        edition.groups.create(kind=kind, name=kind)
    return edition


def test_evenings_of_two_tracks_at_the_same_time_need_two_couples(looking, edition, couple):
    begin = edition.evenings.get(code="3A").starts_at
    end = begin + timedelta(hours=4)
    edition.evenings.filter(code="3B").update(starts_at=begin, ends_at=end)
    response = keep(looking, edition, **everywhere(couple))
    assert (response.status_code, sorted(faults(response))) == (422, ["first-3B", "second-3B"])
    assert "twee koppels nodig" in faults(response)["first-3B"]
    others = trainer("huisarts", supervises=True), trainer("pvk")
    apart = everywhere(couple) | {"first_3B": others[0], "second_3B": others[1]}
    assert keep(looking, edition, **apart).status_code == 302


@pytest.mark.parametrize(("role", "hours", "is_free"), [
    ("trainer", 0, False), ("trainer", 3, False), ("run-along", 0, False), ("trainer", 4, True),
])  # fmt: skip
def test_somebody_who_is_elsewhere_then_is_refused(looking, couple, role, hours, is_free):
    edition, other = edition_with_groups(), EditionFactory(title="Elders")
    plan(edition, 1, 10)
    busy = plan(other, 1, 10)
    busy.starts_at += timedelta(hours=hours)
    busy.ends_at += timedelta(hours=hours)
    busy.save()
    put(busy, couple[0], role)
    response = keep(looking, edition, first_1=couple[0], second_1=couple[1])
    if is_free:
        assert response.status_code == 302
    else:
        assert (response.status_code, list(faults(response))) == (422, ["first-1"])
        assert f"{couple[0]} is dan bij avond 1 van Elders" in faults(response)["first-1"]


def test_a_cancelled_evening_elsewhere_keeps_nobody_away(looking, couple):
    edition = edition_with_groups()
    plan(edition, 1, 10)
    put(plan(EditionFactory(), 1, 10, cancelled_at=timezone.now()), couple[0])
    assert keep(looking, edition, first_1=couple[0], second_1=couple[1]).status_code == 302


# who is told


def told(user):
    return [mail.calendar_method for mail in
            OutgoingMail.objects.filter(recipient=user).order_by("pk")]  # fmt: skip


def test_each_is_told_once_however_many_evenings_it_is(looking, edition, couple):
    publish(edition)
    keep(looking, edition, **everywhere(couple))
    assert [told(one) for one in couple] == [["REQUEST"], ["REQUEST"]]
    successor = trainer("pvk")
    keep(looking, edition, **everywhere((couple[0], successor)))
    assert [told(one) for one in (*couple, successor)] == [
        ["REQUEST"],
        ["REQUEST", "CANCEL"],
        ["REQUEST"],
    ]


def test_of_a_draft_no_trainer_hears(looking, edition, couple):
    keep(looking, edition, **everywhere(couple))
    assert [told(one) for one in couple] == [[], []]


def test_who_hands_over_all_sees_nothing_of_the_groups_any_more(looking, edition, couple, clock):
    clock.now += timedelta(hours=1)  # what was made by itself carries the real time
    keep(looking, edition, **everywhere(couple))
    clock.now += timedelta(hours=1)
    successor = trainer("pvk")
    keep(looking, edition, **everywhere((couple[0], successor)))
    valid = GroupMembership.objects.valid().filter(group__edition=edition)
    for kind in (Group.Kind.EDITION, Group.Kind.TRAINERS):
        assert set(valid.filter(group__kind=kind).values_list("user", flat=True)) == {
            couple[0].pk,
            successor.pk,
        }


def test_who_hands_over_one_evening_stays_in_the_groups(looking, edition, couple, clock):
    clock.now += timedelta(hours=1)  # what was made by itself carries the real time
    keep(looking, edition, **everywhere(couple))
    clock.now += timedelta(hours=1)
    keep(looking, edition, **(everywhere(couple) | {"second_4B": None}))
    assert ("4B", couple[1]) not in teaching(edition)
    valid = GroupMembership.objects.valid().filter(group__edition=edition, user=couple[1])
    assert valid.count() == 2


# running along


@pytest.fixture
def learner():
    return trainer("pvk", status=Trainer.Status.IN_TRAINING)


def running_along(edition):
    along = EveningTrainer.objects.valid().filter(role=EveningTrainer.Role.RUN_ALONG)
    found = along.filter(evening__edition=edition).select_related("evening", "user")
    return {(one.evening.code, one.user) for one in found}


def test_who_runs_along_is_chosen_and_taken_away_in_the_same_form_and_told_once(
    looking, edition, couple, learner
):
    publish(edition)
    other = trainer("huisarts", status=Trainer.Status.IN_TRAINING)
    keep(looking, edition, **everywhere(couple), along_2=[learner, other], along_4A=[learner])
    assert running_along(edition) == {("2", learner), ("2", other), ("4A", learner)}
    row = next(looking.get(f"/planning/{edition.public_id}/trainers/").context["form"].rows)
    assert sorted(row.along.value()) == sorted([str(learner.pk), str(other.pk)])
    keep(looking, edition, **everywhere(couple), along_2=[other])
    assert running_along(edition) == {("2", other)}
    assert [told(one) for one in (learner, other)] == [["REQUEST", "CANCEL"], ["REQUEST"]]
    assert teaching(edition) == {(code, user) for code in COMING for user in couple} | {
        ("2", other)
    }


def test_only_who_is_in_training_runs_along_or_did_so_already(looking, edition, couple, learner):
    for somebody in (couple[0], UserFactory()):
        response = keep(looking, edition, along_2=[somebody])
        assert (response.status_code, list(faults(response))) == (422, ["along-2"])
    keep(looking, edition, along_2=[learner])
    Trainer.objects.filter(user=learner).update(status=Trainer.Status.RETIRED)
    assert keep(looking, edition, along_2=[learner]).status_code == 302
    assert running_along(edition) == {("2", learner)}


def test_nobody_does_both_at_one_evening_and_who_qualified_goes_over(looking, edition, learner):
    keep(looking, edition, along_2=[learner])
    Trainer.objects.filter(user=learner).update(status=Trainer.Status.QUALIFIED)
    both = keep(looking, edition, first_2=learner, along_2=[learner])
    assert (both.status_code, list(faults(both))) == (422, ["along-2"])
    assert keep(looking, edition, first_2=learner).status_code == 302
    assert (teaching(edition), running_along(edition)) == ({("2", learner)}, set())


def test_nobody_runs_along_at_two_evenings_at_the_same_time(looking, edition, learner):
    begin = edition.evenings.get(code="3A").starts_at
    end = begin + timedelta(hours=4)
    edition.evenings.filter(code="3B").update(starts_at=begin, ends_at=end)
    response = keep(looking, edition, along_3A=[learner], along_3B=[learner])
    assert (response.status_code, list(faults(response))) == (422, ["along-3B"])
    busy = plan(EditionFactory(title="Elders"), 1, 10)
    evening = edition.evenings.get(code="2")
    Evening.objects.filter(pk=busy.pk).update(starts_at=evening.starts_at, ends_at=evening.ends_at)
    put(busy, learner, EveningTrainer.Role.RUN_ALONG)
    response = keep(looking, edition, along_2=[learner])
    assert faults(response)["along-2"].startswith(f"{learner} is dan bij avond 1 van Elders")


def test_filling_in_a_couple_everywhere_leaves_who_runs_along(looking, edition, couple, learner):
    said = {"actie": "alle", "first-all": couple[0].pk, "along-2": [learner.pk]}
    form = looking.post(f"/planning/{edition.public_id}/trainers/", said).context["form"]
    assert [row.along.value() for row in form.rows] == [[str(learner.pk)], [], [], [], []]


def test_a_trainer_does_not_choose_trainers(client, edition, couple):
    put(edition.evenings.get(code="2"), couple[0])
    sign_in(client, couple[0])
    assert keep(client, edition, first_2=couple[0]).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_more_evenings_take_no_more_queries(looking, couple, number, django_assert_num_queries):
    edition = EditionFactory()
    for one in range(number):
        evening = plan(edition, one + 1, 10 + one)
        for user in couple:
            put(evening, user)
    address = f"/planning/{edition.public_id}/trainers/"
    looking.get(address)
    with django_assert_num_queries(QUERIES):
        assert looking.get(address).status_code == 200


# two at once


def opened(client, edition):
    """What the form sends back when nothing is chosen."""
    form = client.get(f"/planning/{edition.public_id}/trainers/").context["form"]
    return {f"seen-{row.evening.code}": row.seen for row in form.rows}


def test_of_two_who_choose_at_once_neither_loses_what_was_chosen(looking, edition):
    UserFactory(pk=1_000_000)  # who comes after has a number of several signs
    couple = trainer("huisarts", supervises=True), trainer("poh")
    before = opened(looking, edition)
    keep(looking, edition, first_2=couple[0], second_2=couple[1])
    address = f"/planning/{edition.public_id}/trainers/"
    answer = looking.post(address, before | {"first-4A": couple[0].pk})
    assert answer.status_code == 409
    said = "Iemand anders heeft intussen avond 2 veranderd."
    assert faults(answer)["__all__"].startswith(said)
    assert teaching(edition) == {("2", user) for user in couple}

    shown = answer.context["form"]
    assert [row.first.value() or "" for row in shown.rows] == [
        {"2": str(couple[0].pk), "4A": str(couple[0].pk)}.get(code, "") for code in COMING
    ]
    again = {name: shown[name].value() or "" for name in shown.fields if "along" not in name}
    again |= {f"seen-{row.evening.code}": row.seen for row in shown.rows}
    assert looking.post(address, again).status_code == 302
    assert teaching(edition) == {("2", user) for user in couple} | {("4A", couple[0])}


def test_who_chose_for_the_same_evening_sees_the_own_choice_and_who_stands_there_stays(
    looking, edition, couple, learner
):
    before = opened(looking, edition)
    keep(looking, edition, first_2=couple[0], along_2=[learner])
    address = f"/planning/{edition.public_id}/trainers/"
    answer = looking.post(address, before | {"second-2": couple[1].pk})
    assert answer.status_code == 409
    row = next(answer.context["form"].rows)
    assert (row.first.value(), row.second.value()) == (None, str(couple[1].pk))
    assert row.along.value() == []
    assert teaching(edition) == {("2", couple[0]), ("2", learner)}
