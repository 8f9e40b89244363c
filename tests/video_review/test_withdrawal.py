"""The patient no longer agrees: by the code of the slip, or through the professional."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.video_review import ConsentFactory, RecordingFactory, UploadFactory
from video_review.models import Consent, Recording, Status, Upload
from video_review.processing import destruction
from video_review.services.consents import hash_code
from video_review.services.destruction import withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

CODE = "7KQM-4XT0-9RW1"
STOP = "/stoppen/"


@pytest.fixture(autouse=True)
def tombstones(settings, tmp_path):
    settings.TOMBSTONE_LOG = tmp_path / "tombstones.log"
    return settings.TOMBSTONE_LOG


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def consent():
    return ConsentFactory(complete=True, code_hash=hash_code(CODE))


def withdraw_page(consent):
    return reverse("video_review:consent_withdraw", args=[consent.public_id])


@pytest.mark.requirement("VID-10")
@pytest.mark.parametrize("typed", [CODE, "7kqm 4xto 9rwl"])
def test_patient_stops_the_film_with_the_code_and_without_signing_in(client, consent, typed):
    recording = RecordingFactory(consent=consent, enrolment=consent.enrolment)
    other = RecordingFactory(enrolment=consent.enrolment)
    answer = client.post(STOP, {"code": typed})
    assert (answer.status_code, answer.url) == (302, f"{STOP}klaar/")
    assert list(Recording.objects.playable()) == [other]
    recording.refresh_from_db()
    assert (recording.status, recording.destruction.reason) == (Status.DESTROYED, "withdrawal")
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (
        consent.enrolment.participant,
        "Een toestemming is ingetrokken",
    )


def test_stopping_twice_is_as_good_as_once(client, consent):
    RecordingFactory(consent=consent, enrolment=consent.enrolment)
    answers = [client.post(STOP, {"code": CODE}).status_code for _time in range(2)]
    assert answers == [302, 302]
    assert AuditEvent.objects.filter(event="consent.withdraw").count() == 1


@pytest.mark.parametrize("typed", ["", "7KQM-4XT0-9RW2", "x" * 41, "' OR 1=1 --"])
def test_another_code_stops_nothing_and_says_what_to_do(client, consent, typed):
    answer = client.post(STOP, {"code": typed})
    assert answer.status_code == 422
    assert answer.context["form"]["code"].value() == typed
    assert len(answer.context["form"].errors["code"]) == 1
    assert Consent.objects.get().withdrawn_at is None


def test_who_guesses_on_and_on_has_to_wait(client, consent):
    for _time in range(20):
        assert client.post(STOP, {"code": "0000-0000-0000"}).status_code == 422
    for typed in ("0000-0000-0000", CODE):
        assert client.post(STOP, {"code": typed}).status_code == 429
    assert Consent.objects.get().withdrawn_at is None


def test_who_asked_hears_of_it_also_when_nothing_was_recorded_yet(client, consent):
    upload = UploadFactory(consent=consent)
    client.post(STOP, {"code": CODE})
    assert OutgoingMail.objects.get().recipient == consent.enrolment.participant
    assert not Upload.objects.open().filter(pk=upload.pk).exists()


@pytest.mark.requirement("VID-10")
def test_professional_withdraws_for_the_patient_with_one_button(client, consent):
    recording = RecordingFactory(consent=consent, enrolment=consent.enrolment)
    client.force_login(consent.enrolment.participant)
    assert withdraw_page(consent) in client.get(recording.get_absolute_url()).content.decode()
    assert client.get(withdraw_page(consent)).status_code == 200
    assert Consent.objects.get().withdrawn_at is None
    after = client.post(withdraw_page(consent))
    assert after.url == reverse("video_review:consent_after", args=[consent.public_id])
    recording.refresh_from_db()
    assert (recording.status, recording.destruction.reason) == (Status.DESTROYED, "withdrawal")
    assert OutgoingMail.objects.count() == 0  # the one who did it knows


def test_nobody_else_withdraws_it(client, consent):
    client.force_login(UserFactory())
    assert client.post(withdraw_page(consent)).status_code == 404
    assert Consent.objects.get().withdrawn_at is None


@pytest.mark.requirement("VID-10")
def test_a_restored_backup_does_not_bring_the_consent_back(consent):
    withdraw(consent)
    Consent.objects.update(withdrawn_at=None)  # what a backup of the day before would say
    other = ConsentFactory(complete=True)
    before = timezone.now()
    assert destruction.replay_tombstones() == 1
    assert Consent.objects.get(pk=consent.pk).withdrawn_at <= before
    assert list(Consent.objects.complete()) == [other]
