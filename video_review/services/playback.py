"""Playing: every key and every byte is asked for, judged and logged before it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.audit.services import record
from lms.keys.services import open_key
from video_review import sealed_store
from video_review.media.frames import open_blob, rendition_key
from video_review.models import Blob, Recording, Rendition, Segment, Viewing
from video_review.processing.film import blob_context

OWNER = "owner"
SAME_VIEWING_WITHIN = timedelta(minutes=15)
BEAT_SECONDS = 4
# A few seconds of film in hand at most, so that little is left to see once it is refused.
BUFFER_SECONDS = 8


def find_playable(user: User, public_id: UUID) -> Recording | None:
    """The recording, if this user may play it now; ``basis`` and ``role`` say as whom."""
    playable = Recording.objects.visible_to(user).playable()
    return playable.with_basis(user).filter(public_id=public_id).first()


def log_playing(user: User, recording: Any, event: str, **detail: Any) -> None:
    """Committed before the first byte goes out: no log, no film."""
    record(
        f"play.{event}",
        stream=f"recording:{recording.public_id}",
        actor=user,
        role=role_of(recording),
        basis=recording.basis,
        object_type="recording",
        object_ref=str(recording.public_id),
        detail=detail,
    )


def role_of(recording: Any) -> str:
    if recording.basis == OWNER or not recording.is_taught:
        return "participant"
    return "trainer"


@transaction.atomic
def open_rendition_key(user: User, recording: Recording, rendition: Rendition) -> bytes:
    """The key is what makes the rest watchable: whoever gets it appears among who watched."""
    log_playing(user, recording, "key", rendition=rendition.public_id.hex)
    keep_viewing(user, recording)
    return rendition_key(open_key(recording.public_id), rendition.public_id.hex)


def open_small_thing(user: User, recording: Recording, blob: Blob) -> bytes:
    log_playing(user, recording, blob.kind)
    key = open_key(recording.public_id)
    return open_blob(key, sealed_store.read(blob.name), context=blob_context(recording, blob.kind))


def keep_viewing(user: User, recording: Any) -> Viewing:
    """One playback is one row, prolonged while it goes on."""
    now = timezone.now()
    current = Viewing.objects.filter(
        recording=recording,
        viewer=user,
        refused_at=None,
        last_seen_at__gt=now - SAME_VIEWING_WITHIN,
    ).first()
    if current is None:
        return Viewing.objects.create(recording=recording, viewer=user, basis=recording.basis)
    Viewing.objects.filter(pk=current.pk).update(last_seen_at=now)
    return current


@transaction.atomic
def beat(user: User, recording: Recording) -> None:
    is_new = not Viewing.objects.filter(
        recording=recording, viewer=user, last_seen_at__gt=timezone.now() - SAME_VIEWING_WITHIN
    ).exists()
    viewing = keep_viewing(user, recording)
    if is_new:
        log_playing(user, recording, "open", viewing=viewing.pk)


@transaction.atomic
def note_refusal(user: User, public_id: UUID) -> None:
    """A playback that was going on has come to an end because it may no longer."""
    going_on = Viewing.objects.filter(
        recording__public_id=public_id,
        viewer=user,
        refused_at=None,
        last_seen_at__gt=timezone.now() - SAME_VIEWING_WITHIN,
    ).select_related("recording")
    for viewing in going_on:
        if not Viewing.objects.filter(pk=viewing.pk, refused_at=None).update(
            refused_at=timezone.now()
        ):
            continue
        record(
            "play.refused",
            stream=f"recording:{viewing.recording.public_id}",
            actor=user,
            basis=viewing.basis,
            object_type="recording",
            object_ref=str(viewing.recording.public_id),
            result="refused",
        )


def who_watched(recording: Recording) -> list[Viewing]:
    viewings = Viewing.objects.filter(recording=recording).select_related("viewer")
    return list(viewings.exclude(viewer=recording.enrolment.participant_id)[:100])


def has_something_to_watch(recording: Recording) -> bool:
    return Segment.objects.filter(rendition__recording=recording).exists()


def player_for(user: User, recording: Recording) -> dict[str, Any]:
    """What ``video_review/includes/player.html`` needs beside the recording."""
    address = [recording.public_id]
    first = recording.renditions.order_by("pk").first()
    return {
        "master": reverse("video_review:master", args=address),
        "poster": reverse("video_review:poster", args=address),
        "beat": reverse("video_review:beat", args=address),
        "viewer": str(user),
        "duration_ms": round((recording.duration or 0) * 1000),
        "beat_seconds": BEAT_SECONDS,
        "buffer_seconds": BUFFER_SECONDS,
        "width": first.width if first else 16,
        "height": first.height if first else 9,
        "is_portrait": bool(first and first.height > first.width),
    }
