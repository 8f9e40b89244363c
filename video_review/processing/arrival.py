"""A film that has come in whole becomes a recording; one that never will goes."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from courses.learning.services import report_progress
from lms.audit.services import record
from lms.jobs.services import enqueue
from lms.keys.services import destroy_key
from video_review import incoming, retention
from video_review.deadlines import last_day_of
from video_review.models import Consent, Recording, Upload, UploadPart

PROCESS = "video_review.process"
ASSIGNMENT = "recording"  # kind of the assignments that ask for one
KEPT_AFTER_END = timedelta(days=1)  # the row, so that a browser can be told what happened


class UploadDamaged(Exception):
    """What is stored is not what was received."""


def hash_of_parts(chunk_hashes: Iterable[str]) -> str:
    """The hash of a file: that of the hashes of its chunks, in order."""
    return hashlib.sha256(b"".join(map(bytes.fromhex, chunk_hashes))).hexdigest()


@transaction.atomic
def finish_upload(upload: Upload) -> Recording | None:
    """The film is in: it becomes a recording, once, however often this is asked.

    Without a complete consent it stays where it is, seen by nobody, until it expires.
    """
    consent = Consent.objects.complete().filter(pk=upload.consent_id).first()
    if consent is not None:
        file_hash = hash_of_parts(part.chunk_hash for part in _whole(upload))
        finished = (
            Upload.objects.open()
            .filter(pk=upload.pk, received=F("length"))
            .update(finished_at=timezone.now(), file_hash=file_hash)
        )
        if finished:
            return _make_recording(upload, consent)
    return Recording.objects.filter(upload=upload).first()


def _make_recording(upload: Upload, consent: Consent) -> Recording:
    enrolment = consent.enrolment
    recording = Recording.objects.create(
        public_id=upload.recording_ref,
        enrolment=enrolment,
        consent=consent,
        upload=upload,
        assignment_key=upload.assignment_key,
        title=upload.title,
        learning_question=upload.learning_question,
        expires_at=retention.last_moment(last_day_of(consent, upload.assignment_key)),
    )
    record(
        "recording.received",
        stream=f"recording:{recording.public_id}",
        actor=enrolment.participant,
        role="participant",
        basis="owner",
        object_type="recording",
        object_ref=str(recording.public_id),
        detail={"bytes": upload.length, "consent": str(consent.public_id)},
    )
    enqueue(PROCESS, str(recording.pk))
    report_progress(enrolment, ASSIGNMENT)
    return recording


def finish_waiting(consent: Consent) -> None:
    """Films that were whole before their consent was."""
    for upload in Upload.objects.open().filter(consent=consent, received=F("length")):
        finish_upload(upload)


def _whole(upload: Upload) -> list[UploadPart]:
    """All parts, in order; what is missing or twice there says that rows were tampered with."""
    parts = list(UploadPart.objects.filter(upload=upload).order_by("offset"))
    expected = 0
    for part in parts:
        if part.offset != expected:
            raise UploadDamaged(f"part at {expected}")
        expected += part.size
    if expected != upload.length or [part for part in parts if part.is_final] != parts[-1:]:
        raise UploadDamaged("length")
    return parts


def sweep_uploads() -> None:
    """Destroy what expired or was cancelled; finish what waited for its consent."""
    now = timezone.now()
    unfinished = Upload.objects.filter(finished_at=None)
    unfinished.filter(
        consent__in=Consent.objects.exclude(withdrawn_at=None), cancelled_at=None
    ).update(cancelled_at=now)
    for upload in Upload.objects.open().filter(
        received=F("length"), consent__in=Consent.objects.complete()
    ):
        finish_upload(upload)
    for upload in unfinished.filter(Q(expires_at__lte=now) | Q(cancelled_at__isnull=False)):
        destroy_upload(upload)
    long_ago = now - KEPT_AFTER_END
    unfinished.filter(Q(expires_at__lte=long_ago) | Q(cancelled_at__lte=long_ago)).delete()


def destroy_upload(upload: Upload) -> None:
    destroy_key(upload.recording_ref)
    incoming.delete_prefix(incoming.prefix_of(upload.recording_ref))
