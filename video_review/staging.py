"""Staged recordings for the demo, sent in along the real way: consent, upload, worker, share."""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils import timezone

from courses.delivery.models import Enrolment, Group
from courses.delivery.services import current_enrolment
from lms.accounts.models import User
from video_review.deadlines import deletion_days
from video_review.models import Consent, Recording, Scope
from video_review.permissions import can_share
from video_review.services import shares
from video_review.services.consents import confirm_consent, make_code, record_consent
from video_review.services.receiving import receive_chunk
from video_review.services.uploads import begin_upload
from video_review.staged_films import make_staged_film, staged_examples

PATIENCE = timedelta(minutes=15)
LOOK_EVERY_SECONDS = 2.0

logger = logging.getLogger(__name__)


class OnlyInDemo(Exception):
    """Staged recordings have no place among real ones."""


@dataclass(frozen=True)
class Staged:
    slug: str
    owner: str
    scope: Scope
    is_turned_phone: bool = False
    with_partner: bool = False
    with_groups: tuple[str, ...] = ()


STAGED = [
    Staged(
        "samen-kiezen",
        "huisarts@demo.example",
        Scope.GROUP,
        with_groups=(Group.Kind.EDITION, Group.Kind.TRAINERS),
    ),
    Staged("agenda-maken", "verpleegkundige@demo.example", Scope.GROUP),
    Staged(
        "klein-plan",
        "huisarts@demo.example",
        Scope.PARTNER,
        is_turned_phone=True,
        with_partner=True,
    ),
]


def stage_recordings() -> int:
    """Send in what is not there yet, then share what can be watched; return how many were sent."""
    if not settings.IS_DEMO:
        raise OnlyInDemo
    sent, to_share = 0, []
    for staged in STAGED:
        owner = User.objects.filter(email=staged.owner).first()
        enrolment = current_enrolment(owner) if owner else None
        if enrolment is None:
            logger.warning("%s takes part in nothing: %s is not staged", staged.owner, staged.slug)
            continue
        recording = Recording.objects.filter(consent__public_id=ref_of(staged, enrolment)).first()
        if recording is None:
            recording = send_in(staged, enrolment)
            sent += 1
        to_share.append((staged, recording))
    wait_and_share(to_share)
    return sent


def ref_of(staged: Staged, enrolment: Enrolment) -> uuid.UUID:
    """The same at every start, so that nothing is staged twice."""
    return uuid.uuid5(enrolment.edition.public_id, staged.slug)


def send_in(staged: Staged, enrolment: Enrolment) -> Recording:
    example = staged_examples()[staged.slug]
    consent = consent_of(staged, enrolment)
    with TemporaryDirectory() as folder:
        film = make_staged_film(staged.slug, Path(folder), is_turned_phone=staged.is_turned_phone)
        upload = begin_upload(
            consent=consent,
            length=film.stat().st_size,
            title=example["title"],
            learning_question=example["learning_question"],
            attempt=uuid.uuid5(consent.public_id, str(film.stat().st_size)),
        )
        with film.open("rb") as file:
            file.seek(upload.received)
            receive_chunk(upload, offset=upload.received, read=file.read)
    return Recording.objects.get(upload=upload)


def consent_of(staged: Staged, enrolment: Enrolment) -> Consent:
    played_at = timezone.now() - timedelta(hours=2)
    consent = record_consent(
        enrolment=enrolment,
        public_id=ref_of(staged, enrolment),
        code=make_code(),
        scope=staged.scope,
        before_at=played_at,
        delete_by=deletion_days(enrolment).latest,
        patient_decides=True,
        is_simulated=True,
        others={},
    )
    if consent.after_at is None:
        confirm_consent(consent=consent, after_at=played_at + timedelta(minutes=20), others={})
        consent.refresh_from_db()
    return consent


def wait_and_share(recordings: list[tuple[Staged, Recording]]) -> None:
    """A recording can be shared once it can be watched; what somebody took back stays so."""
    waiting = [pair for pair in recordings if not pair[1].shares.exists() and is_shared(pair[0])]
    until = timezone.now() + PATIENCE
    while waiting and timezone.now() < until:
        for staged, recording in list(waiting):
            recording.refresh_from_db()
            if can_share(recording.enrolment.participant, recording):
                share(staged, recording)
                waiting.remove((staged, recording))
            elif recording.status in {"failed", "destroyed"}:
                waiting.remove((staged, recording))
        if waiting:
            time.sleep(LOOK_EVERY_SECONDS)


def is_shared(staged: Staged) -> bool:
    return staged.with_partner or bool(staged.with_groups)


def share(staged: Staged, recording: Recording) -> None:
    owner = recording.enrolment.participant
    partner = recording.enrolment.partner()
    if staged.with_partner and partner is not None:
        shares.share_with_person(recording, person=partner.participant, actor=owner)
    for group in Group.objects.filter(
        edition=recording.enrolment.edition, kind__in=staged.with_groups
    ):
        shares.share_with_group(recording, group=group, actor=owner)
