"""Goals and end terms of a version of the course: to print, and as a table for schools."""

import csv

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.curriculum.end_terms import EndTerm, end_terms_of
from courses.curriculum.models import ContentVersion
from courses.delivery.permissions import can_see_end_terms
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def get_version(request: AuthenticatedHttpRequest, pk: int) -> ContentVersion:
    version = get_object_or_404(ContentVersion.objects.select_related("course"), pk=pk)
    if not can_see_end_terms(request.user, version):
        raise Http404
    return version


@require_safe
@sign_in_required
def end_terms(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    version = get_version(request, pk)
    context = {"version": version, "found": end_terms_of(version)}
    return render(request, "delivery/end_terms.html", context)


@require_safe
@sign_in_required
def end_terms_csv(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One goal a row, then the end terms that no evening leads to; semicolons, as a Dutch
    spreadsheet reads them."""
    version = get_version(request, pk)
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    name = _("end-terms-%(course)s-%(number)d.csv") % {
        "course": version.course.slug,
        "number": version.number,
    }
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = csv.writer(response, delimiter=";")
    head = [_("Evening"), _("Title"), _("Goal"), _("Kind"), _("KBA items")]
    rows.writerow([*head, _("Code"), _("End term"), _("For whom")])
    found = end_terms_of(version)
    for evening in found.evenings:
        for goal in evening.goals:
            row = [evening.code, evening.title, goal.text, goal.kind_label]
            rows.writerow(cells(*row, ", ".join(map(str, goal.kba)), term=goal.end_term))
    for term in found.without_goals():
        rows.writerow(cells("", "", "", "", "", term=term))
    return response


def cells(*row: str, term: EndTerm | None) -> list[str]:
    of_term = [term.code, term.text, term.audience_label] if term else ["", "", ""]
    return [harmless(cell) for cell in [*row, *of_term]]


def harmless(cell: str) -> str:
    """A text that begins like a formula stays a text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
