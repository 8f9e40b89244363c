"""Published editions are looked at every night: who teaches, and who is in two rooms at once."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from courses.delivery.models import EveningTrainer
from courses.delivery.services.planning import plan_of, planned_editions
from courses.delivery.services.publication import LOADS, RUNNING
from courses.delivery.services.watching import tell_of_faults
from lms.accounts.models import Role as RoleName
from lms.accounts.services import grant_role
from lms.jobs.chores import CHORES
from lms.mail.models import OutgoingMail
from tests.delivery.test_publication import plan
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory
from tests.trainers.test_checks import put, trainer
from trainers.models import Trainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=RoleName.COORDINATOR)
    return user


@pytest.fixture
def edition():
    edition = EditionFactory(published_at=timezone.now())
    evening = plan(edition, 1, 30)
    put(evening, trainer("huisarts", supervises=True))
    put(evening, trainer("poh"))
    return edition


def alarms(coordinator):
    with translation.override("en"):
        (row,) = plan_of(planned_editions(coordinator)).rows
        return [str(one) for one in row.alarms]


def mails(coordinator):
    return list(OutgoingMail.objects.filter(recipient=coordinator).order_by("pk"))


def test_what_is_right_alarms_and_mails_nobody(coordinator, edition):
    tell_of_faults()
    assert (alarms(coordinator), mails(coordinator)) == ([], [])


def test_a_trainer_who_left_is_an_alarm_and_one_mail(coordinator, edition):
    Trainer.objects.filter(background__code="poh").update(status=Trainer.Status.RETIRED)
    tell_of_faults()
    tell_of_faults()
    assert alarms(coordinator) == ["Evening 1 needs two trainers: a huisarts, and a POH or PVK."]
    (mail,) = mails(coordinator)
    assert mail.subject == f"Er klopt iets niet meer: {edition.title}"
    assert f"/planning/{edition.public_id}/" in mail.body


def test_who_is_a_coordinator_no_more_or_not_at_all_hears_nothing(coordinator, edition, clock):
    coordinator.role_grants.update(valid_until=clock.now + timedelta(minutes=1))
    other = UserFactory()
    grant_role(user=other, role=RoleName.EDITOR)
    clock.now += timedelta(minutes=2)
    EveningTrainer.objects.all().delete()
    tell_of_faults()
    assert not OutgoingMail.objects.filter(recipient__in=[coordinator, other]).exists()


def test_in_whichever_language_it_is_looked_at_the_same_fault_is_one_mail(coordinator, edition):
    EveningTrainer.objects.all().delete()
    for language in ("nl", "en"):
        with translation.override(language):
            tell_of_faults()
    assert len(mails(coordinator)) == 1


def test_something_else_that_goes_wrong_is_another_mail(coordinator, edition):
    Trainer.objects.filter(background__code="poh").update(status=Trainer.Status.RETIRED)
    tell_of_faults()
    edition.evenings.update(place="")
    tell_of_faults()
    assert len(mails(coordinator)) == 2


def test_two_rooms_at_once_alarm_in_both_editions_and_name_nobody_by_mail(coordinator, edition):
    busy = EveningTrainer.objects.earliest("pk").user
    other = plan(EditionFactory(published_at=timezone.now()), 1, 30)
    put(other, busy)
    put(other, trainer("pvk"))
    with translation.override("en"):
        rows = plan_of(planned_editions(coordinator)).rows
        said = [[str(one) for one in row.alarms] for row in rows]
    text = f"{busy} is expected in two places at evening 1. Ask somebody else."
    assert said == [[text], [text]]
    tell_of_faults()
    words = "".join(mail.subject + mail.body for mail in mails(coordinator))
    assert (len(mails(coordinator)), busy.last_name in words) == (2, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": None},
        {"cancelled_at": timezone.now()},
    ],
)
def test_drafts_and_cancelled_editions_are_left_in_peace(coordinator, edition, changes):
    EveningTrainer.objects.all().delete()
    type(edition).objects.update(**changes)
    tell_of_faults()
    assert mails(coordinator) == []


def test_evenings_that_have_been_are_left_in_peace(coordinator, edition, clock):
    EveningTrainer.objects.all().delete()
    clock.now += timedelta(days=31)
    tell_of_faults()
    assert mails(coordinator) == []


def test_what_only_fits_publishing_is_not_asked_of_running_editions():
    assert "delivery.lies_ahead" in LOADS
    assert sorted(RUNNING) == [
        "delivery.comes_before_follow_up",
        "delivery.is_in_order",
        "delivery.says_where",
        "trainers.are_in_one_room",
        "trainers.has_couple",
    ]


def test_it_is_done_every_night():
    assert CHORES["faults of editions"] is tell_of_faults


@pytest.mark.parametrize("number", [1, 3])
def test_more_editions_take_no_more_queries(edition, number, django_assert_num_queries):
    for _ in range(number - 1):
        put(plan(EditionFactory(published_at=timezone.now()), 1, 30), trainer("huisarts"))
    with django_assert_num_queries(11):
        tell_of_faults()
