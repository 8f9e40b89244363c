"""Goals and end terms of a version of the course: to print, and as a table for schools."""

import csv

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.curriculum.end_terms import end_terms_of
from courses.curriculum.models import ContentVersion
from courses.delivery.permissions import can_see_end_terms
from lms.accounts.http import AuthenticatedHttpRequest

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def get_version(request: AuthenticatedHttpRequest, pk: int) -> ContentVersion:
    version = get_object_or_404(ContentVersion.objects.select_related("course"), pk=pk)
    if not can_see_end_terms(request.user, version):
        raise Http404
    return version


@require_safe
@login_required
def end_terms(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    version = get_version(request, pk)
    context = {"version": version, "found": end_terms_of(version)}
    return render(request, "delivery/end_terms.html", context)


@require_safe
@login_required
def end_terms_csv(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One goal a row; semicolons, as a Dutch spreadsheet reads them."""
    version = get_version(request, pk)
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    name = _("end-terms-%(course)s-%(number)d.csv") % {
        "course": version.course.slug,
        "number": version.number,
    }
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = csv.writer(response, delimiter=";")
    rows.writerow(
        [_("Evening"), _("Title"), _("Goal"), _("Kind"), _("Code"), _("End term"), _("KBA items")]
    )
    for evening in end_terms_of(version).evenings:
        for goal in evening.goals:
            term = goal.end_term
            row = [evening.code, evening.title, goal.text, goal.kind_label]
            row += [term.code if term else "", term.text if term else ""]
            rows.writerow([harmless(cell) for cell in [*row, ", ".join(map(str, goal.kba))]])
    return response


def harmless(cell: str) -> str:
    """A text that begins like a formula stays a text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
