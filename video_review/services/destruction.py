from django.db import transaction
from django.utils import timezone

from lms.accounts.models import User
from lms.audit.services import record
from lms.mail.services import queue_mail
from video_review.models import Consent, DestructionRecord, Recording
from video_review.permissions import can_destroy
from video_review.processing.destruction import Reason, begin_destruction, bury_consent
from video_review.services.consents import hash_code
from video_review.services.uploads import cancel_upload


class NotDestroyed(Exception):
    """Somebody else's recording."""


def destroy_own(recording: Recording, *, actor: User) -> DestructionRecord:
    """Asked twice (a double click), the second finds what the first has done."""
    gone = DestructionRecord.objects.filter(
        recording=recording, recording__enrolment__participant=actor
    ).first()
    if gone is not None:
        return gone
    if not can_destroy(actor, recording):
        raise NotDestroyed
    return begin_destruction(recording, reason=Reason.OWNER, actor=actor)


def withdraw(consent: Consent, *, actor: User | None = None) -> list[DestructionRecord]:
    """The patient takes back the consent, in person (``actor`` does it) or with the code.

    From this commit on nothing of it can be played or sent; destruction follows by itself.
    """
    bury_consent(consent.public_id, timezone.now())
    with transaction.atomic():
        destructions = take_back_consent(consent, actor=actor)
    for upload in consent.uploads.filter(finished_at=None, cancelled_at=None):
        cancel_upload(upload)
    return destructions


def withdraw_by_code(code: str) -> Consent | None:
    """What a patient does, without signing in. Twice is as good as once; None: no such code."""
    consent = Consent.objects.filter(code_hash=hash_code(code)).first()
    if consent is not None:
        withdraw(consent)
    return consent


def tell_of_withdrawal(consent: Consent, actor: User | None) -> None:
    """Who asked for the consent hears it at once, also when nothing was recorded under it yet."""
    owner = consent.enrolment.participant
    if actor != owner and not consent.recordings.exists():
        queue_mail(
            key=f"consent_withdrawn:{consent.public_id}",
            recipient=owner,
            template="consent_withdrawn",
            url_name="video_review:consent_after",
            url_args=(str(consent.public_id),),
        )


def take_back_consent(consent: Consent, *, actor: User | None) -> list[DestructionRecord]:
    now = timezone.now()
    if not Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now):
        return list(DestructionRecord.objects.filter(recording__consent=consent))
    consent.withdrawn_at = now
    record(
        "consent.withdraw",
        stream=f"consent:{consent.public_id}",
        actor=actor,
        basis="owner" if actor else "patient",
        object_type="consent",
        object_ref=str(consent.public_id),
    )
    tell_of_withdrawal(consent, actor)
    return [
        begin_destruction(recording, reason=Reason.WITHDRAWAL, actor=actor)
        for recording in consent.recordings.select_related("enrolment__participant")
    ]
