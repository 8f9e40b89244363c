import json
from datetime import timedelta

import pytest

from assessments.instruments.models import Answer
from lms.audit.models import AuditEvent
from lms.jobs.models import Job
from lms.keys.models import WrappedKey
from lms.keys.services import KeyDestroyed, create_key, open_key
from lms.mail.models import OutgoingMail
from tests.factories.instruments import publish_small_form
from tests.factories.video_review import (
    ConsentFactory,
    RecordingFactory,
    ShareFactory,
    UploadFactory,
)
from tests.video_review.journeys import make_film, send_in, work, work_on_destruction
from video_review import incoming, sealed_store
from video_review.models import DestructionRecord, Recording, Share, Status
from video_review.processing import destruction, retention
from video_review.services.destruction import NotDestroyed, destroy_own, withdraw
from video_review.services.observations import save_observation, start_observation
from video_review.tasks import sweep_retention

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tombstones(settings, tmp_path):
    settings.TOMBSTONE_LOG = tmp_path / "log" / "tombstones.log"
    return settings.TOMBSTONE_LOG


def leftovers(recording):
    return {
        "keys": WrappedKey.objects.filter(ref=recording.public_id).count(),
        "made": len(sealed_store.names_of(recording.public_id)),
        "renditions": recording.renditions.count(),
        "blobs": recording.blobs.count(),
        "parts": recording.upload.parts.count(),
    }


NOTHING = {"keys": 0, "made": 0, "renditions": 0, "blobs": 0, "parts": 0}


@pytest.mark.ffmpeg
def test_its_owner_destroys_it_and_nothing_is_left_but_the_record(tombstones):
    recording = work(send_in(make_film()))
    share = ShareFactory(recording=recording)
    owner = recording.enrolment.participant
    destroy_own(recording, actor=owner)
    assert not Recording.objects.playable().filter(pk=recording.pk).exists()
    work_on_destruction(recording)
    record = DestructionRecord.objects.get()
    assert leftovers(recording) == NOTHING
    assert (recording.title, recording.learning_question) == ("", "")
    assert (recording.upload.title, recording.upload.file_hash) == ("", "")
    assert record.reason == "owner"
    assert record.requested_at <= record.key_destroyed_at <= record.bytes_destroyed_at
    share.refresh_from_db()
    assert share.taken_back_at is not None
    assert [json.loads(line) for line in tombstones.read_text().splitlines()] == [
        {
            "ref": str(recording.public_id),
            "reason": "owner",
            "at": record.requested_at.isoformat(),
        }
    ]
    assert OutgoingMail.objects.count() == 0
    assert AuditEvent.objects.filter(event="recording.destroy").count() == 1


@pytest.mark.ffmpeg
@pytest.mark.parametrize("dies_in", ["destroy_key", "bury", "remove_bytes"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_anywhere_it_goes_on_where_it_was(monkeypatch, dies_in, when):
    recording = send_in(make_film())
    destroy_own(recording, actor=recording.enrolment.participant)
    step = getattr(destruction, dies_in)

    class Killed(BaseException):
        pass

    def die(*arguments):
        if when == "after":
            step(*arguments)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(destruction, dies_in, die)
        with pytest.raises(Killed):
            work_on_destruction(recording)
    assert not Recording.objects.playable().filter(pk=recording.pk).exists()
    assert DestructionRecord.objects.get().bytes_destroyed_at is None
    Job.objects.filter(kind=destruction.KIND).update(lease_until="2020-01-01T00:00Z")
    work_on_destruction(recording)
    assert leftovers(recording) == NOTHING
    assert DestructionRecord.objects.get().bytes_destroyed_at is not None


def test_work_that_was_given_up_is_asked_for_again():
    recording = RecordingFactory()
    destroy_own(recording, actor=recording.enrolment.participant)
    Job.objects.filter(kind=destruction.KIND).update(status="gave-up", attempts=3)
    retention.sweep_retention()
    work_on_destruction(recording)
    assert DestructionRecord.objects.get().bytes_destroyed_at is not None


@pytest.mark.requirement("VID-10")
def test_on_its_last_moment_it_destroys_itself(clock):
    recording, later = RecordingFactory(expires_at=clock.now), RecordingFactory()
    retention.sweep_retention()
    work_on_destruction(recording)
    later.refresh_from_db()
    assert (recording.status, later.status) == (Status.DESTROYED, Status.WATCHABLE)
    assert DestructionRecord.objects.get().reason == "retention"
    assert OutgoingMail.objects.get().recipient == recording.enrolment.participant


@pytest.mark.requirement("VID-10")
def test_withdrawn_consent_closes_and_destroys_all_recordings_made_under_it():
    consent = ConsentFactory(complete=True)
    made = [RecordingFactory(consent=consent, enrolment=consent.enrolment) for _ in range(2)]
    other = RecordingFactory(enrolment=consent.enrolment)
    ShareFactory(recording=made[0])
    withdraw(consent)
    assert not Recording.objects.playable().filter(consent=consent).exists()
    for recording in made:
        work_on_destruction(recording)
    assert {one.reason for one in DestructionRecord.objects.all()} == {"withdrawal"}
    assert DestructionRecord.objects.filter(bytes_destroyed_at=None).count() == 0
    other.refresh_from_db()
    assert other.status == Status.WATCHABLE
    assert Share.objects.valid().count() == 0
    assert len(withdraw(consent)) == 2


def test_withdrawn_consent_also_destroys_what_has_not_been_processed_yet():
    recording = send_in(b"x" * 1000)
    consent = recording.consent
    assert incoming.read(recording.upload.parts.get().name) != b""
    withdraw(consent)
    work_on_destruction(recording)
    assert leftovers(recording) == NOTHING


def test_somebody_else_destroys_nothing():
    recording = RecordingFactory()
    partner = RecordingFactory().enrolment.participant
    with pytest.raises(NotDestroyed):
        destroy_own(recording, actor=partner)


def test_a_double_click_destroys_once():
    recording = RecordingFactory()
    owner = recording.enrolment.participant
    assert destroy_own(recording, actor=owner) == destroy_own(recording, actor=owner)
    assert AuditEvent.objects.filter(event="recording.destroy").count() == 1


@pytest.mark.ffmpeg
def test_a_restored_backup_does_not_bring_it_back(tombstones):
    recording = work(send_in(make_film()))
    key = WrappedKey.objects.get(ref=recording.public_id)
    destroy_own(recording, actor=recording.enrolment.participant)
    work_on_destruction(recording)
    # What a backup of the day before would bring back: the row, the key, the bytes.
    DestructionRecord.objects.all().delete()
    Recording.objects.filter(pk=recording.pk).update(status=Status.COMPLETE, title="Opname")
    key.save(force_insert=True)
    sealed_store.put_bytes(recording.public_id, b"sealed", suffix=".ts")
    assert destruction.replay_tombstones() == 1
    recording.refresh_from_db()
    assert (recording.status, leftovers(recording)) == (Status.DESTROYED, NOTHING)
    with pytest.raises(KeyDestroyed):
        open_key(recording.public_id)


def test_bytes_that_a_killed_worker_left_are_swept(clock):
    recording = RecordingFactory()
    destroy_own(recording, actor=recording.enrolment.participant)
    work_on_destruction(recording)
    sealed_store.put_bytes(recording.public_id, b"left", suffix=".ts")
    retention.sweep_retention()
    assert sealed_store.names_of(recording.public_id) == []


def test_expired_means_expired_to_the_moment(clock):
    RecordingFactory(expires_at=clock.now + timedelta(microseconds=1))
    retention.sweep_retention()
    assert DestructionRecord.objects.count() == 0


def test_withdrawal_that_crossed_the_last_byte_still_destroys_what_came_in(clock):
    """The film became a recording while the patient said no: neither of the two saw the other."""
    crossed = RecordingFactory(received=True, consent__withdrawn_at=clock.now)
    kept = RecordingFactory()
    retention.sweep_retention()
    work_on_destruction(crossed)
    kept.refresh_from_db()
    assert (crossed.status, kept.status) == (Status.DESTROYED, Status.WATCHABLE)
    assert [one.reason for one in DestructionRecord.objects.all()] == ["withdrawal"]


def test_words_saved_while_it_was_being_destroyed_go_too(tmp_path):
    publish_small_form(tmp_path)
    recording = RecordingFactory()
    owner = recording.enrolment.participant
    observation = start_observation(user=owner, recording=recording)
    withdraw(recording.consent)
    save_observation(observation, {"O1": {"quote": "zei de patiënt", "note": "mooi"}})
    observation.moments.create(at_ms=1, kind="strong", quote="zei de patiënt", note="mooi")
    work_on_destruction(recording)
    texts = [*Answer.objects.values_list("quote", "note")]
    texts += observation.moments.values_list("quote", "note")
    assert texts == [("", ""), ("", "")]


def test_one_that_cannot_be_destroyed_keeps_no_other_alive(clock, monkeypatch):
    other, stuck = (RecordingFactory() for _ in range(2))  # the latest is looked at first
    begin = destruction.begin_destruction

    def refuse_one(recording, **how):
        if recording == stuck:
            raise RuntimeError("broken row")
        return begin(recording, **how)

    for first in (stuck, other):
        Recording.objects.filter(pk=first.pk).update(expires_at=clock.now - timedelta(days=1))
    monkeypatch.setattr(destruction, "begin_destruction", refuse_one)
    with pytest.raises(ExceptionGroup):
        sweep_retention()
    other.refresh_from_db()
    assert other.status == Status.DESTROYED


def test_an_upload_goes_on_time_whatever_happens_to_recordings(clock, monkeypatch):
    upload = UploadFactory(received=5, expires_at=clock.now)
    create_key(upload.recording_ref)
    monkeypatch.setattr(retention, "sweep_retention", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep_retention()
    assert WrappedKey.objects.count() == 0
