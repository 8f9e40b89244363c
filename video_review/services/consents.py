"""What a patient agreed to: asked before the visit, confirmed after it, withdrawable by a code."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.delivery.models import Enrolment
from lms.audit.services import record
from video_review.models import Consent, ConsentPerson, Scope, Upload

CONTENT = Path(__file__).resolve().parent.parent / "content" / "consent.yaml"
# 32 letters and digits that cannot be mistaken for each other: 5 bits each, 60 in a code.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 3
GROUP_SIZE = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


class NotBeforeItWasAsked(Exception):
    """A consent cannot be confirmed before the moment at which it was asked."""


@lru_cache(maxsize=1)
def consent_texts() -> dict[str, Any]:
    """Everything that is said about consent, as the shipped file says it."""
    filled_in = CONTENT.read_text().replace("{key_backup_days}", str(settings.KEY_BACKUP_DAYS))
    texts: dict[str, Any] = yaml.safe_load(filled_in)
    return texts


def make_code() -> str:
    """A withdrawal code that can be read aloud: three groups of four."""
    groups = (
        "".join(secrets.choice(ALPHABET) for _letter in range(GROUP_SIZE))
        for _group in range(GROUPS)
    )
    return "-".join(groups)


def hash_code(code: str) -> str:
    """Of a code as people type it: small or capital, with or without dashes, O for 0."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(MISREAD)
    return hashlib.sha256(letters.encode()).hexdigest()


@transaction.atomic
def record_consent(
    *,
    enrolment: Enrolment,
    public_id: uuid.UUID,
    code: str,
    scope: Scope,
    before_at: datetime,
    delete_by: date,
    patient_decides: bool,
    is_simulated: bool,
    others: Mapping[str, bool],
) -> Consent:
    """Keep what was asked before the visit. Sent twice, it stays one consent."""
    consent, is_new = Consent.objects.get_or_create(
        public_id=public_id,
        enrolment=enrolment,
        defaults={
            "form_version": consent_texts()["version"],
            "is_simulated": is_simulated,
            "scope": scope,
            "before_at": before_at,
            "delete_by": delete_by,
            "patient_decides": patient_decides,
            "code_hash": hash_code(code),
        },
    )
    if is_new:
        _set_others(consent, others)
        _record_change(consent, "consent.asked", {"scope": str(scope)})
    return consent


@transaction.atomic
def confirm_consent(*, consent: Consent, after_at: datetime, others: Mapping[str, bool]) -> Consent:
    """The patient still agrees, now that the visit is over; the professional stands for it.

    It counts only once everybody else in view has agreed as well; until then nothing is shown.
    """
    if consent.before_at is None or after_at < consent.before_at:
        raise NotBeforeItWasAsked
    changed = Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(
        after_at=after_at, declared_at=timezone.now()
    )
    if changed:
        _set_others(consent, others)
        _record_change(consent, "consent.confirmed", {"others": sorted(others)})
    consent.refresh_from_db()
    return consent


@transaction.atomic
def refuse_consent(consent: Consent) -> Consent:
    """After the visit the patient says no: whatever was on its way in may not be used."""
    moment = timezone.now()
    if Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=moment):
        Upload.objects.open().filter(consent=consent).update(cancelled_at=moment)
        _record_change(consent, "consent.refused", {})
    consent.refresh_from_db()
    return consent


def _set_others(consent: Consent, others: Mapping[str, bool]) -> None:
    consent.others.all().delete()
    ConsentPerson.objects.bulk_create(
        ConsentPerson(consent=consent, kind=kind, has_consented=has_consented)
        for kind, has_consented in others.items()
    )


def _record_change(consent: Consent, event: str, detail: dict[str, Any]) -> None:
    participant = consent.enrolment.participant
    record(
        event,
        stream=f"account:{participant.pk}",
        actor=participant,
        role="participant",
        basis="owner",
        object_type="consent",
        object_ref=str(consent.public_id),
        detail=detail,
    )
