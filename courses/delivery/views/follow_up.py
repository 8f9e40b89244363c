"""After the course: planned by coordinators, answered by who is invited."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.follow_up import (
    MOST_MEETINGS,
    MeetingForm,
    SeriesForm,
    SeriesProposalForm,
    initial_of,
    proposed,
)
from courses.delivery.models import Edition, FollowUpMeeting
from courses.delivery.permissions import can_plan_follow_up
from courses.delivery.services import follow_up
from courses.delivery.views.calendar import as_download
from lms.accounts.gate import second_factor_required, sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest

Kind, Reach = FollowUpMeeting.Kind, FollowUpMeeting.Reach


def get_edition(request: HttpRequest, public_id: UUID) -> Edition:
    visible = Edition.objects.visible_to(request.user)  # type: ignore[arg-type]  # behind login
    edition = get_object_or_404(visible, public_id=public_id)
    if not can_plan_follow_up(request.user, edition):
        raise PermissionDenied
    return edition


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was planned, a return meeting, and a series with dates that are proposed first."""
    edition = get_edition(request, public_id)
    if request.method != "POST":
        return plan_page(request, edition, **proposal(request, edition))
    action = ACTIONS.get(request.POST.get("wat", ""))
    if action is None:
        raise Http404
    return action(request, edition)


def plan_return(request: HttpRequest, edition: Edition) -> HttpResponse:
    form = MeetingForm(request.POST, prefix="terugkom")
    if form.is_valid() and is_planned(
        request, edition, form, [form.span()], kind=Kind.RETURN, reach=Reach.EDITION
    ):
        return redirect("delivery:follow_up", edition.public_id)
    return plan_page(request, edition, meeting_form=form, status=422)


def plan_series(request: HttpRequest, edition: Edition) -> HttpResponse:
    form = SeriesForm(request.POST, prefix="reeks", meetings=meetings_sent(request))
    if form.is_valid() and is_planned(
        request, edition, form, form.spans(), kind=Kind.SERIES, reach=form.cleaned_data["reach"]
    ):
        return redirect("delivery:follow_up", edition.public_id)
    return plan_page(request, edition, series_form=form, status=422)


def publish(request: HttpRequest, edition: Edition) -> HttpResponse:
    try:
        count = follow_up.publish_meetings(edition, by=request.user)  # type: ignore[arg-type]
    except follow_up.WhereUnknown:
        text = _("Of a meeting it is not known where it is. Fill in its place or link first.")
        messages.error(request, text)
        return plan_page(request, edition, status=422)
    if count:
        said = ngettext(
            "One meeting is published. Everybody whom it is for is invited.",
            "%(count)d meetings are published. Everybody whom they are for is invited.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect("delivery:follow_up", edition.public_id)


ACTIONS = {"terugkom": plan_return, "reeks": plan_series, "publiceren": publish}


def is_planned(
    request: HttpRequest, edition: Edition, form: Any, spans: list[follow_up.Span], **what: str
) -> bool:
    try:
        follow_up.plan_meetings(edition, spans, by=request.user, **form.where(), **what)  # type: ignore[arg-type]
    except follow_up.NotPlannable as error:
        form.point_out(error.faults)
        return False
    messages.success(request, _("It is planned. Nobody hears of it before you publish it."))
    return True


def meetings_sent(request: HttpRequest) -> int:
    """As many as the page asked for; the form says what is wrong with each."""
    return sum(f"reeks-day_{number}" in request.POST for number in range(1, MOST_MEETINGS + 1)) or 1


def proposal(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Of a series, when it was asked for how many and how far apart."""
    if "meetings" not in request.GET:
        return {}
    asked = SeriesProposalForm(request.GET)
    if not asked.is_valid():
        return {"proposal_form": asked, "status": 422}
    days = follow_up.proposed_series(
        asked.cleaned_data["first"],
        meetings=asked.cleaned_data["meetings"],
        weeks=asked.cleaned_data["weeks"],
    )
    begins = follow_up.proposed_return(edition)
    initial = {f"day_{number}": day for number, day in enumerate(days, 1)}
    if begins:
        initial["starts"] = proposed(begins)["starts"]
    series = SeriesForm(prefix="reeks", meetings=len(days), initial=initial)
    return {"proposal_form": asked, "series_form": series}


def plan_page(
    request: HttpRequest,
    edition: Edition,
    *,
    meeting_form: MeetingForm | None = None,
    proposal_form: SeriesProposalForm | None = None,
    series_form: SeriesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    planned = list(follow_up.planned_meetings(edition))
    begins = follow_up.proposed_return(edition)
    initial = proposed(begins) if begins else {}
    if meeting_form is None and not any(is_return(one) for one in planned):
        meeting_form = MeetingForm(prefix="terugkom", initial=initial)
    first = {"first": initial.get("day"), "meetings": 4, "weeks": 10}
    context = {
        "edition": edition,
        "meetings": planned,
        "has_drafts": any(not one.published_at and not one.cancelled_at for one in planned),
        "meeting_form": meeting_form,
        "proposal_form": proposal_form or SeriesProposalForm(initial=first),
        "series_form": series_form,
        "now": timezone.now(),
    }
    return render(request, "delivery/follow_up.html", context, status=status)


def is_return(meeting: FollowUpMeeting) -> bool:
    return meeting.kind == Kind.RETURN and meeting.cancelled_at is None


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another day or place, or not at all."""
    visible = FollowUpMeeting.objects.visible_to(request.user).select_related("edition")  # type: ignore[arg-type]
    meeting = get_object_or_404(visible, public_id=public_id)
    if not can_plan_follow_up(request.user, meeting.edition):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = MeetingForm(sent, initial=initial_of(meeting))
    try:
        if "afgelasten" in request.POST:
            follow_up.cancel_meeting(meeting, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("It is cancelled, and everybody who was invited is told."))
            return redirect("delivery:follow_up", meeting.edition.public_id)
        if form.is_bound and form.is_valid() and is_changed(request, meeting, form):
            return redirect("delivery:follow_up", meeting.edition.public_id)
    except follow_up.NothingToChange:
        messages.warning(request, _("This has changed since you opened the page. Look once more."))
        return redirect("delivery:follow_up", meeting.edition.public_id)
    context = {"meeting": meeting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "delivery/follow_up_change.html", context, status=status)


def is_changed(request: HttpRequest, meeting: FollowUpMeeting, form: MeetingForm) -> bool:
    span = form.span()
    try:
        follow_up.change_meeting(
            meeting,
            by=request.user,  # type: ignore[arg-type]  # behind login
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            **form.where(),
        )
    except follow_up.NotPlannable as error:
        form.point_out(error.faults)
        return False
    except follow_up.WhereUnknown:
        field = "online_url" if form.cleaned_data["is_online"] else "place"
        form.add_error(field, _("People are invited to it: say where it is."))
        return False
    messages.success(request, _("It is changed, and everybody who was invited is told."))
    return True


def get_meeting(request: AuthenticatedHttpRequest, public_id: UUID) -> FollowUpMeeting:
    visible = FollowUpMeeting.objects.visible_to(request.user).select_related("edition")
    return get_object_or_404(visible, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def meeting(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """When and where, and whether one comes."""
    found = get_meeting(request, public_id)
    if request.method == "POST":
        return say(request, found)
    mine = request.user.follow_up_answers.filter(meeting=found).first()
    is_invited = FollowUpMeeting.objects.inviting(request.user).filter(pk=found.pk).exists()
    context = {
        "meeting": found,
        "answer": mine,
        "is_invited": is_invited,
        "is_over": found.ends_at <= timezone.now(),
    }
    return render(request, "delivery/meeting.html", context)


def say(request: AuthenticatedHttpRequest, found: FollowUpMeeting) -> HttpResponse:
    said = request.POST.get("komt")
    if said not in ("ja", "nee"):
        messages.warning(request, _("Choose whether you come."))
        return redirect("delivery:meeting", found.public_id)
    try:
        follow_up.answer_meeting(found, request.user, is_coming=said == "ja")
    except follow_up.NothingToChange:
        messages.warning(request, _("This meeting has no answers to give any more."))
    else:
        kept = _("Good that you come.") if said == "ja" else _("Pity. It leaves your calendar.")
        messages.success(request, kept)
    return redirect("delivery:meeting", found.public_id)


@require_safe
@sign_in_required
def meeting_file(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    found = get_meeting(request, public_id)
    notice = request.user.follow_up_notices.filter(meeting=found).first()
    return as_download([follow_up.entry_of_meeting(found, notice)], request.user)
