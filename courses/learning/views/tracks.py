from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.curriculum.reading import outline
from courses.delivery.models import Enrolment
from courses.delivery.permissions import can_choose_track
from courses.delivery.services import (
    TrackChoiceClosed,
    UnknownTrack,
    choose_track,
    choosing_time,
    chosen_track,
)
from courses.delivery.views.chosen import chosen_enrolment
from courses.learning.views.http import signed_in
from lms.accounts.http import AuthenticatedHttpRequest


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The fork in the road: both tracks side by side, and the choice while it is open."""
    enrolment = chosen_enrolment(request)
    if enrolment is None or not outline(enrolment.edition.content_id).tracks:
        raise Http404
    if request.method != "POST":
        return show(request, enrolment)
    is_open = choosing_time(enrolment.edition).is_open
    if not can_choose_track(request.user, enrolment, is_open=is_open):
        return show(request, enrolment, status=403)
    try:
        choose_track(enrolment, UUID(request.POST.get("track", "")))
    except (ValueError, UnknownTrack):
        error = _("Nothing was changed. Choose one of the tracks on this page.")
        return show(request, enrolment, error=error, status=422)
    except TrackChoiceClosed:
        return show(request, enrolment, status=403)
    messages.success(request, _("Your choice is kept. Until the last day you can change it."))
    return redirect("learning:track")


def show(
    request: AuthenticatedHttpRequest, enrolment: Enrolment, *, error: str = "", status: int = 200
) -> HttpResponse:
    course = outline(enrolment.edition.content_id)
    evenings = list(enrolment.edition.evenings.all())
    tracks = [
        (one, [(e, course.evenings.get(e.page_key)) for e in evenings if e.track_key == one.key])
        for one in course.tracks.values()
    ]
    context = {
        "tracks": tracks,
        "chosen": chosen_track(enrolment),
        "choosing": choosing_time(enrolment.edition, evenings),
        "error": error,
        "is_refused": status == 403,
    }
    return render(request, "learning/track.html", context, status=status)
