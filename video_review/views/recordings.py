from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.gate import step_before_others
from lms.accounts.http import AuthenticatedHttpRequest
from video_review.forms.shares import DestroyForm, ShareForm
from video_review.models import DestructionRecord, Observation, Recording, Share, Status
from video_review.permissions import can_destroy, can_retry, can_share, is_owner
from video_review.services import destruction, playback, recordings, shares


@require_safe
@login_required
def recording_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    context = {
        "own": recordings.own_recordings(request.user),
        "shared": recordings.shared_recordings(request.user),
        "may_read_others": step_before_others(request) is None,
    }
    return render(request, "video_review/recording_list.html", context)


@require_safe
@login_required
def detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = visible_or_404(request, public_id)
    if not is_owner(request.user, recording):
        return redirect("video_review:review", public_id)
    if recording.status == Status.DESTROYED:
        return redirect("video_review:destroyed", public_id)
    return render(request, "video_review/recording_detail.html", detail_context(request, recording))


@require_safe
@login_required
def status(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that changes while the film is being made."""
    recording = own_or_404(request, public_id)
    context = {"recording": recording, "can_retry": can_retry(request.user, recording)}
    context |= {"can_watch": can_watch(recording), "damage_ms": damage_ms(recording)}
    return render(request, "video_review/includes/recording_status.html", context)


@require_POST
@login_required
def retry(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = own_or_404(request, public_id)
    if not can_retry(request.user, recording):
        raise PermissionDenied
    try:
        recordings.retry(recording, actor=request.user)
    except recordings.NotRetried:
        messages.info(request, _("We are working on this recording already."))
    else:
        messages.success(request, _("We try again. You can close this page."))
    return redirect(recording)


@require_POST
@login_required
def share(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = own_or_404(request, public_id)
    form = ShareForm(request.POST)
    option = form.cleaned_data["option"] if form.is_valid() else ""
    try:
        shared = shares.share_by_key(recording, key=option, actor=request.user)
    except shares.ShareRefused as refused:
        messages.error(request, str(refused))
    else:
        whom = shared.person or shared.group
        messages.success(request, _("Shared with %(whom)s.") % {"whom": whom})
    return redirect(f"{recording.get_absolute_url()}#share")


@require_POST
@login_required
def unshare(request: AuthenticatedHttpRequest, public_id: UUID, share_id: int) -> HttpResponse:
    recording = own_or_404(request, public_id)
    found = get_object_or_404(
        Share.objects.select_related("recording__enrolment", "person", "group"),
        pk=share_id,
        recording=recording,
    )
    shares.take_back(found, actor=request.user)
    whom = found.person or found.group
    messages.success(request, _("Taken back. %(whom)s can no longer watch it.") % {"whom": whom})
    return redirect(f"{recording.get_absolute_url()}#share")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def destroy(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = own_or_404(request, public_id)
    if recording.status == Status.DESTROYED:
        return redirect("video_review:destroyed", public_id)
    form = DestroyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        destruction.destroy_own(recording, actor=request.user)
        return redirect("video_review:destroyed", public_id)
    context = {"recording": recording, "form": form, "key_backup_days": settings.KEY_BACKUP_DAYS}
    code = 422 if form.is_bound else 200
    return render(request, "video_review/recording_destroy.html", context, status=code)


@require_safe
@login_required
def destroyed(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = own_or_404(request, public_id)
    record = get_object_or_404(DestructionRecord, recording=recording)
    context = {
        "recording": recording,
        "destruction": record,
        "key_backup_days": settings.KEY_BACKUP_DAYS,
    }
    return render(request, "video_review/recording_destroyed.html", context)


def detail_context(request: AuthenticatedHttpRequest, recording: Recording) -> dict[str, Any]:
    watchable = can_watch(recording)
    return {
        "recording": recording,
        "can_watch": watchable,
        "player": playback.player_for(request.user, recording) if watchable else None,
        "can_retry": can_retry(request.user, recording),
        "can_share": can_share(request.user, recording),
        "can_destroy": can_destroy(request.user, recording),
        "options": shares.share_options(recording) if watchable else [],
        "damage_ms": damage_ms(recording),
        "viewings": playback.who_watched(recording),
        "has_observed": Observation.objects.submitted()
        .filter(recording=recording, observer=request.user)
        .exists(),
    }


def damage_ms(recording: Recording) -> int | None:
    return round(recording.damage[0] * 1000) if recording.damage else None


def can_watch(recording: Recording) -> bool:
    return recording.is_playable() and playback.has_something_to_watch(recording)


def visible_or_404(request: AuthenticatedHttpRequest, public_id: UUID) -> Recording:
    seen = Recording.objects.visible_to(request.user).with_basis(request.user)
    related = seen.select_related("consent", "enrolment__participant", "enrolment__couple")
    return get_object_or_404(related, public_id=public_id)


def own_or_404(request: AuthenticatedHttpRequest, public_id: UUID) -> Recording:
    """What only the owner does: for everybody else it does not exist."""
    recording = visible_or_404(request, public_id)
    if not is_owner(request.user, recording):
        raise Http404
    return recording
