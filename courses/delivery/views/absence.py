"""Saying that one cannot come to an evening, and where one catches up."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.delivery.forms.absence import ASK, AbsenceForm
from courses.delivery.models import AbsenceNotice, Enrolment, Evening
from courses.delivery.permissions import can_tell_absence
from courses.delivery.services import evenings_of
from courses.delivery.services.absence import (
    CatchUp,
    NoPlaceToCatchUp,
    NotTheirEvening,
    absence_of,
    can_still_take_back,
    catch_ups,
    take_back_absence,
    tell_absence,
)
from courses.delivery.views.evening import get_evening
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User


def enrolment_at(user: User, evening: Evening) -> Enrolment:
    """Of the edition itself: a guest has nothing to tell here."""
    own = Enrolment.objects.active().filter(participant=user, edition=evening.edition_id)
    found = own.select_related("edition", "track_choice", "participant__practice").first()
    if found is None or evening not in evenings_of(found):
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def absence(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    evening = get_evening(request, public_id)
    enrolment = enrolment_at(request.user, evening)
    found = catch_ups(enrolment, evening)
    notice = absence_of(request.user, evening)
    is_open = can_tell_absence(request.user, evening, enrolment)
    if request.method != "POST":
        return show(request, evening, found, notice, is_open=is_open)
    if not is_open:
        return show(request, evening, found, notice, is_open=False, status=403)
    if "terug" in request.POST:
        return come_after_all(request, evening, enrolment)
    form = AbsenceForm(request.POST, found=with_current(found, notice))
    if form.is_valid():
        chosen = form.cleaned_data["catch_up"]
        catch_up = None if chosen == ASK else form.evenings[chosen]
        try:
            tell_absence(enrolment, evening, catch_up=catch_up)
        except NoPlaceToCatchUp:
            form.add_error("catch_up", form.fields["catch_up"].error_messages["invalid_choice"])
        else:
            return thank(request, evening, catch_up)
    return show(request, evening, found, notice, is_open=True, form=form, status=422)


def with_current(found: list[CatchUp], notice: AbsenceNotice | None) -> list[CatchUp]:
    """The place that somebody holds stays theirs to choose, also when it was the last."""
    held = notice.catch_up if notice else None
    if held is None or held in [one.evening for one in found]:
        return found
    return [CatchUp(held, 0), *found]


def come_after_all(
    request: AuthenticatedHttpRequest, evening: Evening, enrolment: Enrolment
) -> HttpResponse:
    try:
        take_back_absence(enrolment, evening)
    except NotTheirEvening:
        messages.warning(request, _("You have caught this evening up already. Nothing changed."))
    else:
        messages.success(request, _("Good, we expect you. Your calendar hears of it too."))
    return redirect("delivery:evening", evening.public_id)


def thank(
    request: AuthenticatedHttpRequest, evening: Evening, catch_up: Evening | None
) -> HttpResponse:
    if catch_up is None:
        messages.success(
            request, _("Your trainers know. The coordinator looks for a place to catch up.")
        )
    else:
        messages.success(request, _("Your trainers know, and the other group expects you."))
    return redirect("delivery:evening", evening.public_id)


def show(
    request: AuthenticatedHttpRequest,
    evening: Evening,
    found: list[CatchUp],
    notice: AbsenceNotice | None,
    *,
    is_open: bool,
    form: AbsenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    held = notice.catch_up if notice else None
    initial = {"catch_up": str(held.public_id) if held else ASK} if notice else {}
    context = {
        "evening": evening,
        "notice": notice,
        "is_open": is_open,
        "can_take_back": notice is not None and can_still_take_back(notice),
        "form": form or AbsenceForm(initial=initial, found=with_current(found, notice)),
        "has_places": bool(found),
    }
    return render(request, "delivery/absence.html", context, status=status)
