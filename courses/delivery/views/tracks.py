from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.curriculum.reading import outline
from courses.delivery.forms.tracks import TrackDecisionForm
from courses.delivery.models import Edition
from courses.delivery.permissions import can_decide_tracks
from courses.delivery.services import choosing_time, chosen_track, decide_track
from lms.accounts.gate import second_factor_required


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def tracks_of_edition(request: HttpRequest, edition: UUID) -> HttpResponse:
    """Numbers per track, who has not chosen yet, and the decision of a coordinator."""
    user = request.user
    found = get_object_or_404(Edition.objects.visible_to(user), public_id=edition)  # type: ignore[arg-type]
    if not can_decide_tracks(user, found):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    people = list(
        found.enrolments.active()
        .select_related("participant", "track_choice", "edition")
        .order_by("participant__last_name", "pk")
    )
    tracks = outline(found.content_id).tracks
    form = TrackDecisionForm(
        request.POST if request.method == "POST" else None,
        people=[(one.pk, str(one.participant)) for one in people],
        tracks=[(key, track.title) for key, track in tracks.items()],
    )
    if form.is_valid():
        said = form.cleaned_data
        enrolment = next(one for one in people if one.pk == said["enrolment"])
        decide_track(enrolment, said["track"], by=user, reason=said["reason"])  # type: ignore[arg-type]
        messages.success(request, _("Changed for %(name)s.") % {"name": enrolment.participant})
        return redirect("delivery:tracks", found.public_id)
    rows = [
        (track, [one for one in people if chosen_track(one) == key])
        for key, track in tracks.items()
    ]
    context = {
        "edition": found,
        "rows": [(track, chose, len(chose) < found.track_minimum) for track, chose in rows],
        "waiting": [one for one in people if chosen_track(one) is None],
        "choosing": choosing_time(found),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "delivery/tracks.html", context, status=status)
