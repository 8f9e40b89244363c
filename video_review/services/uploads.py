"""Films on their way in, from announcement to recording. Bytes arrive through ``receiving``."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.delivery.models import Enrolment
from courses.learning.models import Progress, State
from courses.learning.services import may_upload
from lms.keys.services import create_key
from video_review import incoming, retention
from video_review.deadlines import CourseIsOver, last_day_of
from video_review.models import Consent, Upload
from video_review.processing.arrival import ASSIGNMENT, destroy_upload

MAX_OPEN = 10  # uploads of one participant at a time
ROOM_NEEDED = 2  # times the film: as it comes in, and as it is made ready


class UploadRefused(Exception):
    """This film may not be sent; each reason is a class of its own."""


class LessonsFirst(UploadRefused):
    """The module about recording safely is not done yet."""


class ConsentMissing(UploadRefused):
    """Not asked before, not confirmed after, not by everybody in view, or withdrawn."""


class TooLate(UploadRefused):
    """The day by which it has to be gone has come already."""


class EmptyFile(UploadRefused):
    pass


class TooLarge(UploadRefused):
    pass


class TooManyOpen(UploadRefused):
    pass


class StoreFull(UploadRefused):
    pass


class UploadGone(UploadRefused):
    """Cancelled, expired or its key destroyed: no byte more."""


def upload_hurdle(consent: Consent) -> UploadRefused | None:
    """Why no film can be sent for this consent now; None when it can."""
    if not consent.is_complete():
        return ConsentMissing()
    if not may_upload(consent.enrolment):
        return LessonsFirst()
    try:
        is_late = last_day_of(consent) < timezone.localdate()
    except CourseIsOver:
        is_late = True
    return TooLate() if is_late else None


def asked_recordings(enrolment: Enrolment) -> QuerySet[Progress]:
    return Progress.objects.filter(enrolment=enrolment, kind=ASSIGNMENT)


def next_assignment(enrolment: Enrolment) -> uuid.UUID | None:
    """The first assignment that still asks for a recording."""
    asked = asked_recordings(enrolment).exclude(state=State.DONE).order_by("position")
    return asked.values_list("assignment_key", flat=True).first()


def begin_upload(
    *,
    consent: Consent,
    length: int,
    title: str,
    learning_question: str = "",
    assignment_key: uuid.UUID | None = None,
    attempt: uuid.UUID | None = None,
) -> Upload:
    """Make room for a film of ``length`` bytes. With the same ``attempt`` it is the same upload."""
    hurdle = upload_hurdle(consent) or _size_hurdle(length)
    if hurdle is not None:
        raise hurdle
    if attempt and Upload.objects.filter(public_id=attempt).exclude(consent=consent).exists():
        raise UploadGone
    asked = asked_recordings(consent.enrolment)
    if assignment_key is None or not asked.filter(assignment_key=assignment_key).exists():
        assignment_key = next_assignment(consent.enrolment)
    ends_on = last_day_of(consent, assignment_key)
    with transaction.atomic():
        upload, is_new = Upload.objects.get_or_create(
            public_id=attempt or uuid.uuid4(),
            consent=consent,
            defaults={
                "assignment_key": assignment_key,
                "title": title,
                "learning_question": learning_question,
                "length": length,
                "expires_at": min(
                    timezone.now() + timedelta(days=settings.UPLOAD_EXPIRY_DAYS),
                    retention.last_moment(ends_on),
                ),
            },
        )
        mine = Upload.objects.open().filter(consent__enrolment=consent.enrolment)
        if is_new and mine.count() > MAX_OPEN:
            # Those that brought nothing are offered nowhere to go on with: they make room.
            others = mine.filter(received=0).exclude(pk=upload.pk)
            others.update(cancelled_at=timezone.now())
            if mine.count() > MAX_OPEN:
                raise TooManyOpen
    if not is_new and (upload.length != length or not Upload.objects.open().contains(upload)):
        raise UploadGone
    if upload.received == 0:
        create_key(upload.recording_ref)
    return upload


def _size_hurdle(length: int) -> UploadRefused | None:
    if length == 0:
        return EmptyFile()
    if length > settings.MAX_UPLOAD_BYTES:
        return TooLarge()
    room = incoming.free_bytes()
    if room is not None and room < ROOM_NEEDED * length:
        return StoreFull()
    return None


def refuse_ended(upload: Upload) -> None:
    """Nothing more of a film that was stopped, took too long or may not be used any more."""
    if upload.finished_at is None:
        if upload.consent.withdrawn_at is not None:
            raise ConsentMissing
        if not Upload.objects.open().contains(upload):
            raise UploadGone


def cancel_upload(upload: Upload) -> bool:
    """Stop and throw away what came in; not once it has become a recording."""
    unfinished = Upload.objects.filter(pk=upload.pk, finished_at=None, cancelled_at=None)
    if not unfinished.update(cancelled_at=timezone.now()):
        return False
    destroy_upload(upload)
    return True
