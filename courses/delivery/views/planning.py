from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.planning import PlanningFilterForm
from courses.delivery.models import Edition
from courses.delivery.permissions import can_publish_edition, can_see_planning
from courses.delivery.services.planning import plan_of, planned_editions
from courses.delivery.services.publication import (
    AlreadyPublished,
    NotPublishable,
    check_edition,
    publish_edition,
)
from lms.accounts.gate import second_factor_required

EDITIONS_PER_PAGE = 50


@require_safe
@second_factor_required
def planning_list(request: HttpRequest) -> HttpResponse:
    """All editions, what comes first on top. A filter that is wrong shows all, and says so."""
    user = request.user
    if not can_see_planning(user):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    form = PlanningFilterForm(request.GET)
    is_right = form.is_valid()
    chosen = form.cleaned_data if is_right else {}
    editions = planned_editions(user, **chosen)  # type: ignore[arg-type]
    page = Paginator(editions, EDITIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_filtered": any(chosen.values()),
        "page": page,
        "planning": plan_of(page.object_list),  # type: ignore[arg-type]
    }
    return render(request, "delivery/planning_list.html", context, status=200 if is_right else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def publish(request: HttpRequest, edition: UUID) -> HttpResponse:
    """What is not right yet. Without faults, or with warnings accepted, it is published."""
    user = request.user
    found = get_object_or_404(Edition.objects.visible_to(user), public_id=edition)  # type: ignore[arg-type]
    if not can_publish_edition(user, found):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    if found.published_at:
        messages.info(request, _("This edition was published already."))
        return redirect("delivery:planning")
    status = 200
    if request.method == "POST":
        is_accepted = request.POST.get("warnings") == "accepted"
        try:
            publish_edition(found, publisher=user, warnings_accepted=is_accepted)  # type: ignore[arg-type]
        except AlreadyPublished:
            messages.info(request, _("This edition was published already."))
            return redirect("delivery:planning")
        except NotPublishable as error:
            findings, status = list(error.findings), 422
        else:
            messages.success(request, _("%(title)s is published.") % {"title": found.title})
            return redirect("delivery:planning")
    else:
        findings = check_edition(found)
    context = {
        "edition": found,
        "blocking": [one for one in findings if one.blocks],
        "warnings": [one for one in findings if not one.blocks],
    }
    return render(request, "delivery/edition_publish.html", context, status=status)
