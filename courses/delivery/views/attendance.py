"""Attendance over all evenings: of an edition for coordinators, and of oneself."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.attendance import CorrectionForm
from courses.delivery.models import Edition, Enrolment, Evening
from courses.delivery.permissions import can_correct_attendance, can_see_attendance
from courses.delivery.services.attendance import (
    NotExpected,
    correct_attendance,
    latest_marks,
    parts_of,
)
from courses.delivery.services.presence import (
    guests_in,
    looking_in,
    presence_in,
    presence_of_user,
)
from lms.accounts.gate import second_factor_required, sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User


def get_edition(user: User, public_id: uuid.UUID) -> Edition:
    edition = get_object_or_404(Edition.objects.visible_to(user), public_id=public_id)
    if not can_see_attendance(user):
        raise PermissionDenied
    return edition


@require_safe
@second_factor_required
def attendance(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    edition = get_edition(request.user, public_id)  # type: ignore[arg-type]  # behind login
    people = presence_in(edition)
    numbers = sorted({one.number for one in edition.evenings.all()})
    context = {
        "edition": edition,
        "numbers": numbers,
        "rows": [(one, [(number, one.on(number)) for number in numbers]) for one in people],
        "looking": looking_in(edition),
        "guests": guests_in(edition),
    }
    return render(request, "delivery/attendance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def correct(
    request: HttpRequest, public_id: uuid.UUID, enrolment: int, evening: uuid.UUID
) -> HttpResponse:
    """Of this edition, or of a guest or host elsewhere: whoever belongs to the evening."""
    user: User = request.user  # type: ignore[assignment]  # behind login
    edition = get_edition(user, public_id)
    who = get_object_or_404(edition.enrolments.select_related("participant"), pk=enrolment)
    where = get_object_or_404(Evening.objects.select_related("edition"), public_id=evening)
    if not can_correct_attendance(user, where):
        raise PermissionDenied
    parts = parts_of(where)
    latest = latest_marks(where)
    there = [part.number for part in parts if is_present(latest, who, part.number)]
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, parts=parts, initial={"present": there}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            correct_attendance(
                where, who, present=set(said["present"]), reason=said["reason"], by=user
            )
        except NotExpected:
            form.add_error(None, not_expected(where))
        else:
            messages.success(request, _("Corrected. What was marked before stays in the record."))
            return redirect("delivery:attendance", edition.public_id)
    context = {
        "edition": edition,
        "evening": where,
        "enrolment": who,
        "form": form,
        "marks": who.marks.filter(evening=where)
        .select_related("made_by")
        .order_by("made_at", "pk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "delivery/attendance_correct.html", context, status=status)


def is_present(latest: dict, who: Enrolment, part: int) -> bool:  # type: ignore[type-arg]
    mark = latest.get((who.pk, part))
    return mark is not None and mark.is_present


def not_expected(evening: Evening) -> str:
    return _(
        "Nobody expected this person on evening %(code)s. Find them a place to catch up, or let"
        " them in from the other track, on the page of the participant. Then mark them here."
    ) % {"code": evening.code}


@require_safe
@sign_in_required
def own_attendance(request: AuthenticatedHttpRequest) -> HttpResponse:
    context = {"courses": presence_of_user(request.user)}
    return render(request, "delivery/attendance_own.html", context)
