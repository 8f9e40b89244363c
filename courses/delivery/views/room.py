"""The room on the evening itself: for trainers what is on and who is there, for participants the
code by the door."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.delivery.forms.room import MarkForm, RunForm
from courses.delivery.models import AttendanceMark, Evening, RunMark
from courses.delivery.permissions import can_see_participants
from courses.delivery.qr import qr_drawing
from courses.delivery.services import attendance
from courses.delivery.services.confirmation import (
    NotOver,
    confirm_attendance,
    confirmation_of,
)
from courses.delivery.services.handouts import handouts_of
from courses.delivery.services.room import room_of, to_prepare
from courses.delivery.services.run import Said, latest_run_marks, take_run_marks
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User

NEW_CODE_SECONDS = 30
MOST_MARKS = 500  # of one message: an evening of sixteen people has some forty
KEPT = timedelta(hours=24)  # after an evening, on a tablet
# What is no JSON of ours: too deep, a number or a moment that there is not, or something else.
UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
PAPER = "papier"  # in the address: what is tapped was signed on paper
WAYS = {"name": AttendanceMark.Way.NAME, "paper": AttendanceMark.Way.PAPER}  # of a screen
SCANNED = "scanned_evening"  # in the session: so that signing in may take a while
SCANNED_SECONDS = 15 * 60


def get_evening(request: AuthenticatedHttpRequest, public_id: UUID) -> Evening:
    run_by_them = Evening.objects.run_by(request.user).select_related("edition")
    return get_object_or_404(run_by_them, public_id=public_id)


def kept_on_tablet(answer: HttpResponse, evening: Evening, user: User) -> HttpResponse:
    """How long the service worker of the room may keep this page, and for whom."""
    answer["Kept-Until"] = (evening.ends_at + KEPT).isoformat()
    answer["Kept-For"] = str(user.pk)  # read by whatever page is opened next
    return answer


@require_safe
@sign_in_required
def room(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    evening = get_evening(request, public_id)
    found = room_of(evening)
    said = json.dumps([told_run_mark(row) for row in found.said.values()])
    context = {
        "room": found,
        "kept_until": evening.ends_at + KEPT,
        "said": said,
        "handouts": handouts_of(evening, request.user),
        "decides": can_see_participants(request.user),
        "to_do": to_prepare(found) if found.is_before else [],
        "way": "paper" if PAPER in request.GET else "name",
    }
    return kept_on_tablet(render(request, "delivery/room.html", context), evening, request.user)


@require_POST
@sign_in_required
def mark(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """A name was tapped: there, or not there after all."""
    evening = get_evening(request, public_id)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    tapped = attendance.Mark(
        said["enrolment"], said["part"], said["is_present"], timezone.now(), way=said["way"]
    )
    if not attendance.take_marks(evening, [tapped], by=request.user):
        messages.warning(request, refusal_of(evening))
    where = reverse("delivery:room", args=[evening.public_id])
    query = f"?{PAPER}" if said["way"] == "paper" else ""
    return redirect(f"{where}{query}#wie-{said['enrolment']}")


def refusal_of(evening: Evening) -> str:
    if confirmation_of(evening):
        return _("The list has been confirmed. From now on a coordinator corrects it.")
    return _("This person does not belong to this evening any more.")


@require_POST
@sign_in_required
def confirm(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The list is right, says who ran the evening."""
    evening = get_evening(request, public_id)
    try:
        confirm_attendance(evening, by=request.user)
    except NotOver:
        messages.warning(request, _("The evening is not over yet. Confirm the list afterwards."))
    else:
        messages.success(request, _("Confirmed. Thank you for the evening."))
    return redirect("delivery:room", evening.public_id)


@require_POST
@sign_in_required
def run(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Of one block: it begins, it gets more minutes, somebody leads it."""
    evening = get_evening(request, public_id)
    form = RunForm(request.POST)
    if not form.is_valid():
        raise Http404
    said = Said(**form.cleaned_data, made_at=timezone.now())
    if not take_run_marks(evening, [said], by=request.user):
        messages.warning(
            request, _("That is not possible now. A block begins on the evening itself.")
        )
    where = reverse("delivery:room", args=[evening.public_id])
    return redirect(f"{where}#blok-{said.block}")


@require_POST
@login_required
def sync(request: AuthenticatedHttpRequest, public_id: UUID) -> JsonResponse:
    """What a screen marked, now or while it was away; answered with what counts by now."""
    evening = get_evening(request, public_id)
    try:
        device_now, marks, said = read_sent(request.body)
        marks = attendance.by_our_clock(marks, device_now=device_now)
        said = attendance.by_our_clock(said, device_now=device_now)
    except UNREADABLE:
        return JsonResponse({"error": "unreadable"}, status=400)
    attendance.take_marks(evening, marks, by=request.user)
    take_run_marks(evening, said, by=request.user)
    return JsonResponse(
        {
            "taken": [str(one.key) for one in marks] + [str(one.key) for one in said],
            "latest": [told_mark(row) for row in attendance.latest_marks(evening).values()],
            "run": [told_run_mark(row) for row in latest_run_marks(evening).values()],
            "now": timezone.now().isoformat(),
            "is_confirmed": confirmation_of(evening) is not None,
        }
    )


def told_mark(row: AttendanceMark) -> dict[str, Any]:
    return {
        "key": str(row.key),
        "enrolment": row.enrolment_id,
        "part": row.part,
        "is_present": row.is_present,
        "made_at": row.made_at.isoformat(),
    }


def told_run_mark(row: RunMark) -> dict[str, Any]:
    values = {
        RunMark.Kind.BEGUN: int(row.has_begun),
        RunMark.Kind.EXTRA: row.extra,
        RunMark.Kind.LEADER: row.leader_id,
    }
    return {
        "key": str(row.key),
        "block": str(row.block),
        "kind": row.kind,
        "value": values[RunMark.Kind(row.kind)],
        "made_at": row.made_at.isoformat(),
    }


def read_sent(body: bytes) -> tuple[datetime, list[attendance.Mark], list[Said]]:
    sent = json.loads(body)
    marks = [
        attendance.Mark(
            enrolment=int(one["enrolment"]),
            part=int(one["part"]),
            is_present=bool(one["is_present"]),
            made_at=aware(one["made_at"]),
            key=UUID(one["key"]),
            way=WAYS[one.get("way", "name")],
        )
        for one in sent["marks"][:MOST_MARKS]
    ]
    said = [
        Said(
            block=UUID(one["block"]),
            kind=str(one["kind"]),
            value=None if one["value"] is None else int(one["value"]),
            made_at=aware(one["made_at"]),
            key=UUID(one["key"]),
        )
        for one in sent.get("run", [])[:MOST_MARKS]
    ]
    return aware(sent["now"]), marks, said


def aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker lives here, since it may only keep pages below its own address."""
    content = Path(str(finders.find("web/js/room_worker.js"))).read_text(encoding="utf-8")
    return HttpResponse(content, content_type="text/javascript")


@require_safe
@sign_in_required
def code(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Large on the screen by the door; a new one twice a minute, so that a photograph is no use."""
    evening = get_evening(request, public_id)
    token = attendance.check_in_token(evening)
    address = request.build_absolute_uri(reverse("delivery:check_in", args=[token]))
    context = {"evening": evening, "drawing": qr_drawing(address), "seconds": NEW_CODE_SECONDS}
    return render(request, "delivery/room_code.html", context)


@require_safe
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """What a telephone opens. The code is looked at now: signing in may outlast it."""
    try:
        evening = attendance.evening_of_token(token)
    except attendance.CodeIsOld:
        return render(request, "delivery/check_in_old.html", status=410)
    except (BadSignature, Evening.DoesNotExist):
        raise Http404 from None
    until = timezone.now().timestamp() + SCANNED_SECONDS
    request.session[SCANNED] = {"evening": str(evening.public_id), "until": until}
    return redirect("delivery:check_in_here")


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def check_in(request: AuthenticatedHttpRequest) -> HttpResponse:
    kept = request.session.get(SCANNED)
    if not kept or kept["until"] < timezone.now().timestamp():
        return render(request, "delivery/check_in_old.html", status=410)
    evening = Evening.objects.select_related("edition").get(public_id=kept["evening"])
    if request.method != "POST":
        return render(request, "delivery/check_in.html", {"evening": evening})
    try:
        part = attendance.check_in(evening, request.user)
    except attendance.NotExpected:
        return render(request, "delivery/check_in_other.html", {"evening": evening}, status=403)
    del request.session[SCANNED]
    context = {"evening": evening, "part": part}
    return render(request, "delivery/check_in_done.html", context)
