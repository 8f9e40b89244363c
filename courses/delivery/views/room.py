"""The room on the evening itself: for trainers what is on and who is there, for participants the
code by the door."""

import json
from datetime import datetime
from pathlib import Path
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

from courses.delivery.forms.room import MarkForm
from courses.delivery.models import Evening
from courses.delivery.permissions import can_run_evening
from courses.delivery.qr import qr_drawing
from courses.delivery.services import attendance
from courses.delivery.services.handouts import handouts_of
from courses.delivery.services.room import room_of
from lms.accounts.http import AuthenticatedHttpRequest

NEW_CODE_SECONDS = 30
MOST_MARKS = 500  # of one message: an evening of sixteen people has some forty
SCANNED = "scanned_evening"  # in the session: so that signing in may take a while
SCANNED_SECONDS = 15 * 60


def get_evening(request: AuthenticatedHttpRequest, public_id: UUID) -> Evening:
    evening = get_object_or_404(Evening.objects.select_related("edition"), public_id=public_id)
    if not can_run_evening(request.user, evening):
        raise Http404
    return evening


@require_safe
@login_required
def room(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    evening = get_evening(request, public_id)
    context = {"room": room_of(evening), "handouts": handouts_of(evening, request.user)}
    return render(request, "delivery/room.html", context)


@require_POST
@login_required
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
        messages.warning(request, _("This person does not belong to this evening any more."))
    where = reverse("delivery:room", args=[evening.public_id])
    return redirect(f"{where}#wie-{said['enrolment']}")


@require_POST
@login_required
def sync(request: AuthenticatedHttpRequest, public_id: UUID) -> JsonResponse:
    """What a screen marked, now or while it was away; answered with what counts by now."""
    evening = get_evening(request, public_id)
    try:
        device_now, marks = read_marks(request.body)
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "unreadable"}, status=400)
    marks = attendance.by_our_clock(marks, device_now=device_now)
    attendance.take_marks(evening, marks, by=request.user)
    latest = [
        {
            "key": str(row.key),
            "enrolment": row.enrolment_id,
            "part": row.part,
            "is_present": row.is_present,
            "made_at": row.made_at.isoformat(),
        }
        for row in attendance.latest_marks(evening).values()
    ]
    return JsonResponse({"taken": [str(mark.key) for mark in marks], "latest": latest})


def read_marks(body: bytes) -> tuple[datetime, list[attendance.Mark]]:
    sent = json.loads(body)
    marks = [
        attendance.Mark(
            enrolment=int(one["enrolment"]),
            part=int(one["part"]),
            is_present=bool(one["is_present"]),
            made_at=aware(one["made_at"]),
            key=UUID(one["key"]),
        )
        for one in sent["marks"][:MOST_MARKS]
    ]
    return aware(sent["now"]), marks


def aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker lives here, since it may only keep pages below its own address."""
    content = Path(str(finders.find("web/js/room_worker.js"))).read_text(encoding="utf-8")
    return HttpResponse(content, content_type="text/javascript")


@require_safe
@login_required
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
@login_required
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
