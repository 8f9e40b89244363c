"""Watching a recording with the form beside it. What a script sends is answered in JSON; the same
form sent as a page is answered with a page."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.instruments.engine import ResponseForm, answers_of, initial_of, with_items
from assessments.instruments.services import AlreadySubmitted
from lms.accounts.gate import step_before_others
from lms.accounts.http import AuthenticatedHttpRequest
from lms.web.templatetags.web import clock
from lms.web.validators import no_patient_numbers
from video_review.forms.observations import MomentForm
from video_review.models import Moment, Observation, Recording
from video_review.permissions import can_review, is_owner
from video_review.services import observations, playback
from video_review.views.recordings import visible_or_404

JSON = "application/json"
View = Callable[..., HttpResponseBase]


class BadJson(Exception):
    """What came is not what the page's own script sends."""


def answers_scripts(view: View) -> View:
    """For what the page's script sends: who is signed out hears that, instead of a redirect."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            try:
                return view(request, *args, **kwargs)
            except BadJson:
                return JsonResponse({"reason": "bad"}, status=400)
            except AlreadySubmitted:
                return JsonResponse({"reason": "sent"}, status=409)
        if request.content_type == JSON:
            return JsonResponse({"reason": "signed-out"}, status=401)
        public_id = kwargs["public_id"]
        login = reverse("account_login")
        return redirect(f"{login}?next={reverse('video_review:review', args=[public_id])}")

    return respond


@require_safe
@login_required
def review(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = visible_or_404(request, public_id)
    if not is_owner(request.user, recording):
        step = step_before_others(request)
        if step:
            return redirect(step)
    if not can_review(request.user, recording):
        messages.info(request, _("This recording cannot be watched at the moment."))
        return redirect("video_review:detail", public_id)
    return render_review(request, recording)


@require_POST
@answers_scripts
def observation_save(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = reviewable_or_refuse(request, public_id)
    observation = observations.start_observation(user=request.user, recording=recording)
    if request.content_type != JSON:
        return save_page(request, recording, observation)
    sent = read_json(request)
    fields = sent.get("fields")
    if not isinstance(fields, dict):
        raise BadJson
    form = form_for(observation, as_form_data(fields), only=set(fields))
    form.is_valid()
    seen = moment_of(str(sent.get("seen", ""))) or observation.response.created_at
    saved = observations.save_observation(observation, form.given(), seen=seen)
    answer = {
        "saved_at": saved.at.isoformat(),
        "clock": clock(saved.at),
        "errors": form.errors.get_json_data(),
        "elsewhere": saved.was_changed_elsewhere,
    }
    if saved.was_changed_elsewhere:
        answer["fields"] = initial_of(answers_of(observation.response))
    return JsonResponse(answer, status=422 if form.errors else 200)


def save_page(
    request: AuthenticatedHttpRequest, recording: Recording, observation: Observation
) -> HttpResponse:
    form = form_for(observation, request.POST)
    is_valid = form.is_valid()
    saved = observations.save_observation(observation, form.given(), seen=seen_by(request))
    if not is_valid:
        return render_review(request, recording, form=form, status=422)
    if saved.was_changed_elsewhere:
        messages.warning(
            request,
            _("You also had this form open elsewhere. What you sent from here counts now."),
        )
    else:
        messages.success(request, _("Saved."))
    return redirect("video_review:review", recording.public_id)


@require_POST
@answers_scripts
def observation_submit(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = reviewable_or_refuse(request, public_id)
    observation = observations.start_observation(user=request.user, recording=recording)
    form = form_for(observation, request.POST)
    is_valid = form.is_valid()
    try:
        observations.save_observation(observation, form.given(), seen=seen_by(request))
    except AlreadySubmitted:
        return redirect("video_review:results", public_id)
    if not is_valid:
        return render_review(request, recording, form=form, status=422)
    observations.submit_observation(observation)
    if observation.kind == Observation.Kind.SELF:
        others = Observation.objects.submitted().filter(recording=recording)
        if others.exclude(pk=observation.pk).exists():
            messages.success(request, _("Done. You see it beside what others saw."))
        else:
            messages.success(request, _("Done. What others see will come beside it."))
    else:
        owner = recording.enrolment.participant
        messages.success(request, _("Sent to %(owner)s.") % {"owner": owner})
    return redirect("video_review:results", public_id)


@require_POST
@answers_scripts
def moment_save(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = reviewable_or_refuse(request, public_id)
    observation = observations.start_observation(user=request.user, recording=recording)
    form = MomentForm(
        as_form_data(read_json(request)),
        recording=recording,
        version_id=observation.response.version_id,
    )
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    try:
        moment = observations.save_moment(
            observation, public_id=form.cleaned_data["id"], details=form.details()
        )
    except observations.TooManyMoments:
        words = _("You have so many moments that nobody can discuss them all. Remove one first.")
        return JsonResponse({"errors": {"id": [{"message": words}]}}, status=422)
    except observations.NotYourMoment as refused:
        raise PermissionDenied from refused
    return JsonResponse({"id": str(moment.public_id), "clock": clock(timezone.now())})


@require_POST
@answers_scripts
def moment_delete(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = reviewable_or_refuse(request, public_id)
    observation = observations.start_observation(user=request.user, recording=recording)
    try:
        moment_id = UUID(str(read_json(request).get("id")))
    except ValueError as error:
        raise BadJson from error
    observations.delete_moment(observation, public_id=moment_id)
    return JsonResponse({"id": str(moment_id), "clock": clock(timezone.now())})


def reviewable_or_refuse(request: AuthenticatedHttpRequest, public_id: UUID) -> Recording:
    recording = visible_or_404(request, public_id)
    if not can_review(request.user, recording):
        raise PermissionDenied
    if not is_owner(request.user, recording) and step_before_others(request):
        raise PermissionDenied
    return recording


def read_json(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadJson from error
    if not isinstance(sent, dict):
        raise BadJson
    return sent


def as_form_data(fields: dict[str, Any]) -> MultiValueDict[str, str]:
    return MultiValueDict(
        {
            name: [as_text(one) for one in value] if isinstance(value, list) else [as_text(value)]
            for name, value in fields.items()
            if value is not None
        }
    )


def as_text(value: Any) -> str:
    """One value of a field. Half a character, cut off by a script, becomes a mark: no database
    takes the half."""
    if not isinstance(value, str | int | float):
        raise BadJson
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def seen_by(request: HttpRequest) -> datetime | None:
    return moment_of(request.POST.get("seen", ""))


def moment_of(text: str) -> datetime | None:
    """A moment we once told the page; nothing where it cannot be one of ours."""
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


def form_for(
    observation: Observation | None, data: Any = None, *, only: set[str] | None = None
) -> ResponseForm:
    version = with_items(observations.form_version_of(observation))
    answers = answers_of(observation.response) if observation else {}
    return ResponseForm(
        version,
        answers,
        data,
        only=only,
        validators=[no_patient_numbers],
        is_locked=bool(observation and observation.response.submitted_at),
    )


def render_review(
    request: AuthenticatedHttpRequest,
    recording: Recording,
    *,
    form: ResponseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    observation = observations.observation_of(request.user, recording)
    response = observation.response if observation else None
    sent_at = response.submitted_at if response else None
    moments = Moment.objects.visible_to(request.user).filter(observation__recording=recording)
    if sent_at is None:
        # Nobody looks with the eyes of another before having looked with his own.
        moments = moments.filter(observation__observer=request.user)
    shown = list(moments.select_related("observation__observer").prefetch_related("items"))
    observations.note_reading(request.user, recording, {moment.observation for moment in shown})
    owner = recording.enrolment.participant
    context = {
        "recording": recording,
        "owner": owner,
        "is_owner": owner == request.user,
        "observation": observation,
        "form": form or form_for(observation),
        "moments": shown,
        "kinds": Moment.Kind.choices,
        "seen": response.saved_at.isoformat() if response else "",
        "sent_at": sent_at,
        "player": (
            playback.player_for(request.user, recording)
            if playback.has_something_to_watch(recording)
            else None
        ),
    }
    return render(request, "video_review/review.html", context, status=status)
