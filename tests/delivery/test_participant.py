"""The page of one participant: more days, taken back, and told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery.models import Edition, Extension
from courses.delivery.services import end_enrolment, enrolments_of, put_before_evening
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    first, _second = enrol_two(make_running_edition())
    Edition.objects.update(published_at=timezone.now())
    return enrolments_of(first.participant)[0]


@pytest.fixture
def key(enrolment):
    found = outline(enrolment.edition.content).assignments.values()
    return next(one.key for one in found if one.kind == "kba_reflection")


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def give(client, enrolment, key, days="6", reason="Ziek geweest"):
    where = reverse("delivery:participant", args=[enrolment.edition.public_id, enrolment.pk])
    sent = {"actie": "dagen", "assignment": str(key), "days": days, "reason": reason}
    return client.post(where, sent)


@pytest.mark.requirement("VID-01")
def test_a_coordinator_gives_more_days_and_the_participant_hears_of_it_once(
    client, coordinator, enrolment, key
):
    assert give(client, enrolment, key).status_code == 302
    assert give(client, enrolment, key, reason="Toch langer ziek").status_code == 302
    extension = Extension.objects.get()
    assert (extension.days, extension.reason, extension.given_by) == (
        6,
        "Toch langer ziek",
        coordinator,
    )
    mail = OutgoingMail.objects.get(key__startswith="more-days")
    assert mail.recipient == enrolment.participant
    assert "ziek" not in mail.body.lower()
    client.force_login(enrolment.participant)
    page = client.get(reverse("learning:assignment", args=[key])).content.decode()
    assert "(6 dagen extra)" in page


def test_taken_back_nothing_is_left_of_it(client, coordinator, enrolment, key):
    give(client, enrolment, key)
    where = reverse("delivery:participant", args=[enrolment.edition.public_id, enrolment.pk])
    assert client.post(where, {"actie": "terug", "assignment": str(key)}).status_code == 302
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("days", "reason"), [("0", "Ziek"), ("-3", "Ziek"), ("61", "Ziek"), ("veel", "Ziek"), ("6", "")]
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    client, coordinator, enrolment, key, days, reason
):
    response = give(client, enrolment, key, days=days, reason=reason)
    page = response.content.decode()
    assert (response.status_code, Extension.objects.count()) == (422, 0)
    assert f'value="{days}"' in page
    assert "field__errors" in page


def test_homework_of_the_other_track_gets_no_days(client, coordinator, enrolment):
    found = outline(enrolment.edition.content).assignments.values()
    other = next(one.key for one in found if one.kind == "own_practice")
    assert give(client, enrolment, other).status_code == 422


def test_whoever_stopped_gets_nothing_more(client, coordinator, enrolment, key):
    end_enrolment(enrolment)
    assert give(client, enrolment, key).status_code == 403
    assert not Extension.objects.exists()


def test_trainers_and_participants_do_not_come_here(client, enrolment, key):
    trainer = UserFactory()
    put_before_evening(enrolment.edition.evenings.get(code="1"), trainer)
    sign_in(client, trainer)
    assert give(client, enrolment, key).status_code == 403
    sign_in(client, enrolment.participant)
    assert give(client, enrolment, key).status_code == 403
    assert not Extension.objects.exists()
