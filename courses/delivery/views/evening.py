"""The practical page of one evening: what, when, where, with whom, and what to bring."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.delivery.evening_parts import filled_parts
from courses.delivery.models import Enrolment, Evening
from courses.delivery.permissions import can_tell_absence
from courses.delivery.services import company_of, entry_of
from courses.delivery.services.absence import notices_of
from courses.delivery.services.handouts import handouts_of
from courses.delivery.services.other_tracks import visit_of
from courses.delivery.views.calendar import as_download
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest


def get_evening(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> Evening:
    visible = Evening.objects.visible_to(request.user).seen_by(request.user)
    return get_object_or_404(visible.select_related("edition"), public_id=public_id)


def own_enrolment(request: AuthenticatedHttpRequest, evening: Evening) -> Enrolment | None:
    own = Enrolment.objects.active().filter(participant=request.user, edition=evening.edition_id)
    return own.first()


@require_safe
@sign_in_required
def evening(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    found = get_evening(request, public_id)
    own = own_enrolment(request, found)
    absence, guest_of = notices_of(request.user, found)
    context = {
        "evening": found,
        "page": found.edition.course.evenings.get(found.page_key),
        "company": company_of(found) if found.expects_them else None,
        "handouts": handouts_of(found, request.user),
        "parts": filled_parts(request.user, found, own),
        "is_over": found.ends_at <= timezone.now(),
        "runs_it": found.is_run_by_them,
        "has_groups": found.expects_them and found.has_groups,
        "absence": absence,
        "guest_of": guest_of,
        "visit": visit_of(request.user, found),
        "can_tell_absence": can_tell_absence(request.user, found, own),
    }
    return render(request, "delivery/evening.html", context)


@require_safe
@sign_in_required
def evening_file(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    found = get_evening(request, public_id)
    return as_download([entry_of(request.user, found)], request.user)
