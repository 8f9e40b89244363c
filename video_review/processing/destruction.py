"""The end of a recording: unplayable at once, then its key, then its bytes, then its rows.

Every step may be repeated, so whoever dies halfway is followed by another who goes on.
"""

import json
import os
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments.instruments.models import Answer
from lms.accounts.models import User
from lms.audit.services import record
from lms.jobs.lease import Lease
from lms.jobs.services import enqueue
from lms.keys.services import destroy_key
from lms.mail.services import queue_mail
from video_review import incoming, sealed_store
from video_review.models import (
    Consent,
    DestructionRecord,
    Moment,
    Recording,
    Share,
    Status,
    Upload,
)
from video_review.processing.progress import tell_progress

KIND = "video_review.destroy"
Reason = DestructionRecord.Reason


@transaction.atomic
def begin_destruction(
    recording: Recording, *, reason: DestructionRecord.Reason, actor: User | None = None
) -> DestructionRecord:
    """From this commit on nobody can play it. Asked twice, it stays the first destruction."""
    this = Recording.objects.filter(pk=recording.pk)
    changes = {"title": "", "learning_question": "", "failure": "", "damage": [], "percent": 0}
    if this.move(Status.DESTROYED, **changes):
        DestructionRecord.objects.create(recording=recording, reason=reason)
        wipe_words(recording, with_notes=reason == Reason.WITHDRAWAL)
        Share.objects.filter(recording=recording, taken_back_at=None).update(
            taken_back_at=timezone.now()
        )
        record(
            "recording.destroy",
            stream=f"recording:{recording.public_id}",
            actor=actor,
            basis="owner" if reason == Reason.OWNER else reason.value,
            object_type="recording",
            object_ref=str(recording.public_id),
            detail={"reason": reason.value},
        )
        tell_progress(recording)
        enqueue(KIND, str(recording.pk))
        if actor != recording.enrolment.participant:
            tell_owner(recording, reason)
    recording.refresh_from_db()
    return DestructionRecord.objects.get(recording=recording)


def wipe_words(recording: Recording, *, with_notes: bool) -> None:
    """What was said in the film goes with it; after withdrawal also what was thought of it."""
    emptied = {"quote": "", "note": ""} if with_notes else {"quote": ""}
    Moment.objects.filter(observation__recording=recording).update(**emptied)
    Answer.objects.filter(response__observation__recording=recording).update(**emptied)
    received = Upload.objects.filter(recording=recording)
    received.update(title="", learning_question="", file_hash="")


def tell_owner(recording: Recording, reason: DestructionRecord.Reason) -> None:
    """Who did it himself knows; of a date or a withdrawal the owner hears at once."""
    queue_mail(
        key=f"recording_destroyed:{recording.public_id}",
        recipient=recording.enrolment.participant,
        template="consent_withdrawn" if reason == Reason.WITHDRAWAL else "recording_destroyed",
        url_name="video_review:destroyed",
        url_args=(str(recording.public_id),),
    )


def destroy(ref: str, lease: Lease) -> None:
    destruction = DestructionRecord.objects.select_related("recording").get(recording=int(ref))
    destroy_everything(destruction, heartbeat_by=lease)


def destroy_everything(
    destruction: DestructionRecord, *, heartbeat_by: Lease | None = None
) -> None:
    recording = destruction.recording
    destroy_key(recording.public_id)
    bury(recording.public_id, destruction.reason, destruction.requested_at)
    this = DestructionRecord.objects.filter(pk=destruction.pk)
    this.filter(key_destroyed_at=None).update(key_destroyed_at=timezone.now())
    if heartbeat_by:
        heartbeat_by.heartbeat()
    remove_bytes(recording.public_id)
    with transaction.atomic():
        # Again: somebody may have been saving while the first wiping went on.
        wipe_words(recording, with_notes=destruction.reason == Reason.WITHDRAWAL)
        recording.renditions.all().delete()
        recording.blobs.all().delete()
        if recording.upload is not None:
            recording.upload.parts.all().delete()
        this.filter(bytes_destroyed_at=None).update(bytes_destroyed_at=timezone.now())


def remove_bytes(ref: uuid.UUID) -> None:
    """What was received and what was made of it, also what no row knows of."""
    incoming.delete_prefix(incoming.prefix_of(ref))
    sealed_store.remove_all(ref)


def give_up_destroying(ref: str) -> None:
    """Nothing to give up: ``sweep_retention`` asks for it again until it is done."""


def bury(ref: uuid.UUID, reason: str, requested_at: datetime) -> None:
    """A recording is gone."""
    write_tombstone({"ref": str(ref), "reason": reason, "at": requested_at.isoformat()})


def bury_consent(ref: uuid.UUID, withdrawn_at: datetime) -> None:
    """A consent is no longer given, whether something was recorded under it or not."""
    write_tombstone({"consent": str(ref), "at": withdrawn_at.isoformat()})


def write_tombstone(tombstone: dict[str, str]) -> None:
    """One line in the tombstone log, on the disk when this returns; a line too many is harmless.

    The log is shipped elsewhere, and replayed before a restored system opens its doors.
    """
    line = json.dumps(tombstone)
    path = Path(settings.TOMBSTONE_LOG)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def replay_tombstones() -> int:
    """Destroy and withdraw again whatever a restored backup brought back; return how many lines."""
    path = Path(settings.TOMBSTONE_LOG)
    if not path.exists():
        return 0
    lines = path.read_text().splitlines()
    for line in lines:
        tombstone = json.loads(line)
        if "consent" in tombstone:
            given = Consent.objects.filter(public_id=tombstone["consent"], withdrawn_at=None)
            given.update(withdrawn_at=datetime.fromisoformat(tombstone["at"]))
        else:
            destroy_again(uuid.UUID(tombstone["ref"]), Reason(tombstone["reason"]))
    return len(lines)


def destroy_again(ref: uuid.UUID, reason: DestructionRecord.Reason) -> None:
    destroy_key(ref)
    remove_bytes(ref)
    recording = Recording.objects.filter(public_id=ref).first()
    if recording is not None:
        destroy_everything(begin_destruction(recording, reason=reason))
