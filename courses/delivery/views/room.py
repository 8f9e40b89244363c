"""The room on the evening itself: for trainers what is on and who is there, for participants the
code by the door."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.delivery.forms import MarkForm
from courses.delivery.models import Evening
from courses.delivery.permissions import can_run_evening
from courses.delivery.qr import qr_drawing
from courses.delivery.services import attendance
from courses.delivery.services.room import room_of
from lms.accounts.http import AuthenticatedHttpRequest

NEW_CODE_SECONDS = 30
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
    return render(request, "delivery/room.html", {"room": room_of(evening)})


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
