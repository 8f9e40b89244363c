"""Groups for an exercise: made by who runs the evening, read by everybody who is there."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.delivery.forms.room_groups import PlacesForm, SplitForm
from courses.delivery.models import Evening
from courses.delivery.permissions import can_see_groups
from courses.delivery.services.splits import (
    place_by_hand,
    present_at,
    split_evening,
    split_of,
)
from courses.delivery.views.room import KEPT, get_evening, kept_on_tablet
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def groups(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    evening = get_evening(request, public_id)
    people = present_at(evening)
    form = SplitForm(request.POST if request.method == "POST" else None, people=len(people))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        split_evening(evening, groups=said["groups"], partners=said["partners"], by=request.user)
        return redirect("delivery:room_groups", evening.public_id)
    split = split_of(evening)
    context = {
        "evening": evening,
        "kept_until": evening.ends_at + KEPT,
        "form": form,
        "people": people,
        "split": split,
        "places": PlacesForm(split=split) if split else None,
    }
    status = 422 if form.is_bound else 200
    page = render(request, "delivery/room_groups.html", context, status=status)
    return kept_on_tablet(page, evening, request.user)


@require_POST
@sign_in_required
def change(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What was changed by hand."""
    evening = get_evening(request, public_id)
    split = split_of(evening)
    if split is None:
        raise Http404
    form = PlacesForm(request.POST, split=split)
    if form.is_valid():
        place_by_hand(split.row, form.numbers(), by=request.user)
        messages.success(request, _("The groups are kept."))
    else:
        messages.warning(
            request, _("The groups were changed meanwhile. Look at them and change them again.")
        )
    return redirect("delivery:room_groups", evening.public_id)


@require_safe
@sign_in_required
def screen(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Large, for on the wall; on a telephone below each other."""
    evening = get_object_or_404(Evening.objects.select_related("edition"), public_id=public_id)
    if not can_see_groups(request.user, evening):
        raise Http404
    kept_until = evening.ends_at + KEPT
    context = {"evening": evening, "kept_until": kept_until, "split": split_of(evening)}
    page = render(request, "delivery/room_groups_screen.html", context)
    return kept_on_tablet(page, evening, request.user)
