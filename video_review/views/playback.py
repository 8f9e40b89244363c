"""What a player asks for. Each request is judged anew, and logged before anything is sent."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.gate import step_before_others
from lms.accounts.models import User
from lms.keys.services import KeyDestroyed
from video_review import playlists
from video_review.delivery import send_segment, send_small
from video_review.models import Blob, Recording, Rendition, Segment
from video_review.services import playback

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


def playable_or_refuse(request: HttpRequest, public_id: UUID) -> tuple[User, Any]:
    """404 for who may not see it (any more); 403 for who has a step of his own to take first."""
    if not request.user.is_authenticated:
        raise Http404
    recording: Any = playback.find_playable(request.user, public_id)
    if recording is None:
        playback.note_refusal(request.user, public_id)
        raise Http404
    if recording.basis != playback.OWNER and step_before_others(request) is not None:
        playback.note_refusal(request.user, public_id)
        raise PermissionDenied
    return request.user, recording


@require_safe
def master(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user, recording = playable_or_refuse(request, public_id)
    renditions = list(watchable_renditions(recording))
    if not renditions:
        raise Http404
    playback.log_playing(user, recording, "master")
    text = playlists.write_master(
        renditions,
        lambda one: reverse("video_review:playlist", args=[public_id, one.public_id]),
    )
    return send_small(text, PLAYLIST_TYPE)


def watchable_renditions(recording: Recording) -> list[Rendition]:
    """Those that are whole; while the first is still being made, that one."""
    renditions = list(recording.renditions.order_by("pk"))
    whole = [one for one in renditions if one.is_complete]
    growing = [one for one in renditions[:1] if one.segments.exists()]
    return sorted(whole or growing, key=lambda one: one.bandwidth)


@require_safe
def playlist(request: HttpRequest, public_id: UUID, rendition_id: UUID) -> HttpResponse:
    user, recording = playable_or_refuse(request, public_id)
    rendition = get_object_or_404(recording.renditions, public_id=rendition_id)
    playback.log_playing(user, recording, "playlist", rendition=rendition_id.hex)
    place = [public_id, rendition_id]
    text = playlists.write_media(
        list(rendition.segments.all()),
        key_address=reverse("video_review:key", args=place),
        address=lambda one: reverse("video_review:segment", args=[*place, one.position]),
        is_complete=rendition.is_complete,
    )
    return send_small(text, PLAYLIST_TYPE)


@require_safe
def key(request: HttpRequest, public_id: UUID, rendition_id: UUID) -> HttpResponse:
    user, recording = playable_or_refuse(request, public_id)
    rendition = get_object_or_404(recording.renditions, public_id=rendition_id)
    try:
        opened = playback.open_rendition_key(user, recording, rendition)
    except KeyDestroyed as gone:
        raise Http404 from gone
    return send_small(opened, "application/octet-stream")


@require_safe
def segment(
    request: HttpRequest, public_id: UUID, rendition_id: UUID, position: int
) -> HttpResponseBase:
    user, recording = playable_or_refuse(request, public_id)
    wanted = get_object_or_404(
        Segment,
        rendition__recording=recording,
        rendition__public_id=rendition_id,
        position=position,
    )
    playback.log_playing(user, recording, "segment", rendition=rendition_id.hex, position=position)
    return send_segment(request, name=wanted.name, size=wanted.size)


@require_safe
def poster(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return send_blob(request, public_id, Blob.Kind.POSTER, "image/jpeg")


@require_safe
def peaks(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return send_blob(request, public_id, Blob.Kind.PEAKS, "application/json")


def send_blob(
    request: HttpRequest, public_id: UUID, kind: Blob.Kind, content_type: str
) -> HttpResponse:
    user, recording = playable_or_refuse(request, public_id)
    blob = get_object_or_404(recording.blobs, kind=kind)
    try:
        content = playback.open_small_thing(user, recording, blob)
    except KeyDestroyed as gone:
        raise Http404 from gone
    return send_small(content, content_type)


@require_POST
@csrf_protect
def beat(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The player says it is still watching: anything but 204 tells it to stop."""
    user, recording = playable_or_refuse(request, public_id)
    playback.beat(user, recording)
    return HttpResponse(status=204)
