from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import GroupMembership
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory, GroupFactory
from tests.factories.video_review import RecordingFactory, ShareFactory
from video_review.models import Failure, Recording, Scope, Share, Status
from video_review.services.recordings import shared_recordings
from video_review.views import recordings as recording_views

pytestmark = pytest.mark.django_db


def as_user(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(name, recording, *more):
    return reverse(f"video_review:{name}", args=[recording.public_id, *more])


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_for_one_recording_and_for_three():
    enrolment = EnrolmentFactory()
    user, partner = (
        enrolment.participant,
        EnrolmentFactory(edition=enrolment.edition, couple=enrolment.couple),
    )
    counts = []
    for more in (1, 2):
        for _ in range(more):
            ShareFactory(
                recording=RecordingFactory(enrolment=enrolment), person=partner.participant
            )
            ShareFactory(recording=RecordingFactory(enrolment=partner), person=user)
        counts.append(queries_of(as_user(user), reverse("video_review:list")))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("step", "is_told"), [("/account/extra-controle/", False), (None, True)])
def test_what_others_wrote_waits_for_the_second_factor_too(monkeypatch, step, is_told):
    monkeypatch.setattr(recording_views, "step_before_others", lambda request: step)
    enrolment = EnrolmentFactory()
    partner = EnrolmentFactory(edition=enrolment.edition, couple=enrolment.couple).participant
    words = {"title": "Uitslag vertellen", "learning_question": "Liet ik een stilte?"}
    ShareFactory(recording=RecordingFactory(enrolment=enrolment, **words), person=partner)

    page = as_user(partner).get(reverse("video_review:list")).text

    assert [word in page for word in words.values()] == [is_told, is_told]
    assert str(enrolment.participant) in page


def test_what_waits_longest_for_a_trainer_stands_on_top():
    trainer = UserFactory()
    group = GroupFactory()
    GroupMembership.objects.create(group=group, user=trainer)
    enrolment = EnrolmentFactory(edition=group.edition)
    shared = []
    for days in (1, 3, 2):
        recording = RecordingFactory(enrolment=enrolment)
        since = timezone.now() - timedelta(days=days)
        ShareFactory(recording=recording, person=None, group=group, valid_from=since)
        shared.append(recording)
    RecordingFactory(enrolment=enrolment)
    assert list(shared_recordings(trainer)) == [shared[1], shared[2], shared[0]]


@pytest.mark.parametrize("name", ["detail", "status", "destroy", "destroyed"])
def test_a_page_of_somebody_elses_recording_does_not_exist(name):
    recording = RecordingFactory()
    assert as_user(UserFactory()).get(address(name, recording)).status_code == 404


@pytest.mark.parametrize("name", ["share", "retry", "destroy"])
def test_whom_it_is_shared_with_does_nothing_with_it(name):
    recording = RecordingFactory()
    enrolment = recording.enrolment
    partner = EnrolmentFactory(edition=enrolment.edition, couple=enrolment.couple).participant
    ShareFactory(recording=recording, person=partner)
    assert as_user(partner).post(address(name, recording)).status_code == 404
    assert as_user(partner).get(address("detail", recording)).status_code == 302


def test_a_failed_recording_says_why():
    recording = RecordingFactory(failed=True, failure=Failure.NO_PICTURE)
    page = as_user(recording.enrolment.participant).get(address("detail", recording))
    assert page.context["can_retry"] is False
    assert page.content.decode().count(str(Failure.NO_PICTURE.label)) == 1


def test_a_wrong_word_destroys_nothing():
    recording = RecordingFactory()
    page = as_user(recording.enrolment.participant).post(
        address("destroy", recording), {"word": "nee"}
    )
    recording.refresh_from_db()
    assert (page.status_code, recording.status) == (422, Status.WATCHABLE)


def test_the_right_word_destroys_it_and_shows_the_record():
    recording = RecordingFactory()
    client = as_user(recording.enrolment.participant)
    page = client.post(address("destroy", recording), {"word": " Vernietig "}, follow=True)
    assert page.redirect_chain == [(address("destroyed", recording), 302)]
    assert Recording.objects.get().status == Status.DESTROYED


def test_sharing_by_the_page_and_taking_back():
    recording = RecordingFactory(consent__scope=Scope.PARTNER)
    enrolment = recording.enrolment
    EnrolmentFactory(edition=enrolment.edition, couple=enrolment.couple)
    client = as_user(enrolment.participant)
    client.post(address("share", recording), {"option": "partner"})
    share = Share.objects.valid().get()
    client.post(address("unshare", recording, share.pk))
    assert Share.objects.valid().count() == 0


def test_an_option_that_was_not_offered_shares_nothing():
    recording = RecordingFactory(consent__scope=Scope.SELF)
    client = as_user(recording.enrolment.participant)
    for option in ("partner", "group-1", "", "x" * 99):
        client.post(address("share", recording), {"option": option})
    assert Share.objects.count() == 0
