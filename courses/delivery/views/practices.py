"""Practices that stand here twice: which they may be, what merging means, and doing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.practices import MergeForm
from courses.delivery.models import PracticeCouple
from courses.delivery.permissions import can_merge_practices
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User
from lms.accounts.practices import NotTwoPractices, likely_pairs, merge_practices


@require_safe
@second_factor_required
def practice_list(request: HttpRequest) -> HttpResponse:
    if not can_merge_practices(request.user):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    context = {"pairs": likely_pairs(), "form": MergeForm()}
    return render(request, "delivery/practices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def merge(request: HttpRequest) -> HttpResponse:
    """Who moves stands here before anything does."""
    if not can_merge_practices(request.user):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    form = MergeForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        context = {"pairs": likely_pairs(), "form": form}
        return render(request, "delivery/practices.html", context, status=422)
    stays, goes = form.cleaned_data["blijft"], form.cleaned_data["gaat"]
    if request.method == "POST":
        try:
            merge_practices(stays, goes, by=request.user)  # type: ignore[arg-type]  # behind login
        except NotTwoPractices:
            messages.warning(
                request, _("This has changed since you opened the page. Look once more.")
            )
        else:
            messages.success(
                request, _("%(goes)s is now part of %(stays)s.") % {"goes": goes, "stays": stays}
            )
        return redirect("delivery:practices")
    people = User.objects.select_related("profession").order_by("last_name", "first_name", "pk")
    context = {
        "stays": stays,
        "goes": goes,
        "people_there": people.filter(practice=stays),
        "people_who_move": people.filter(practice=goes),
        "couples": PracticeCouple.objects.standing().filter(practice=goes).count(),
        "care_groups_differ": None not in (stays.care_group_id, goes.care_group_id)
        and stays.care_group_id != goes.care_group_id,
    }
    return render(request, "delivery/practices_merge.html", context)
