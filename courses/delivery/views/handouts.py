"""Hand-outs of an evening: reading one, and for who teaches it leaving and removing them."""

from uuid import UUID

from csp.decorators import csp_replace
from django.contrib import messages
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.curriculum import films
from courses.curriculum.file_kinds import KINDS
from courses.delivery.forms.handouts import HandoutForm
from courses.delivery.models import Evening, Handout
from courses.delivery.permissions import can_leave_handouts
from courses.delivery.services.handouts import (
    TooMany,
    handouts_of,
    handouts_of_editors,
    leave_handout,
    remove_handout,
)
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest

NOTHING = {"default-src": ["'none'"], "sandbox": True}


@require_safe
@sign_in_required
@csp_replace(NOTHING)  # type: ignore[arg-type]  # behind login
def handout(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponseBase:
    """To keep, never to open within the page."""
    visible = Handout.objects.visible_to(request.user)
    found = get_object_or_404(visible, public_id=public_id)
    return send(request, found.file, found.kind, found.name)


@require_safe
@sign_in_required
@csp_replace(NOTHING)  # type: ignore[arg-type]  # behind login
def handout_of_editors(
    request: AuthenticatedHttpRequest, public_id: UUID, document: int
) -> HttpResponseBase:
    """The same, of a file that goes with the content of this evening."""
    evening = get_object_or_404(Evening.objects.select_related("edition"), public_id=public_id)
    found = get_object_or_404(handouts_of_editors(evening, request.user), document__pk=document)
    return send(request, found.document.file, found.kind, found.document.filename)


def send(
    request: AuthenticatedHttpRequest, file: FieldFile, kind: str, name: str
) -> HttpResponseBase:
    stored = str(file.name)
    if not file.storage.exists(stored):
        raise Http404
    response = films.send(request, file.storage, stored, KINDS[kind].content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def handouts(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    evening = get_evening(request, public_id)
    if request.method != "POST":
        form = HandoutForm(initial={"rights_holder": str(request.user)})
        return show(request, evening, form)
    form = HandoutForm(request.POST, request.FILES)
    if form.is_valid() and is_left(request, evening, form):
        return redirect("delivery:handouts", evening.public_id)
    return show(request, evening, form, status=422)


def is_left(request: AuthenticatedHttpRequest, evening: Evening, form: HandoutForm) -> bool:
    try:
        left = leave_handout(evening, form.cleaned_data["file"], by=request.user, **form.about())
    except TooMany:
        form.add_error(None, _("There are twenty already. Remove one that nobody needs first."))
        return False
    messages.success(request, _("“%(title)s” stands with the evening now.") % {"title": left})
    return True


def show(
    request: AuthenticatedHttpRequest, evening: Evening, form: HandoutForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "evening": evening,
        "handouts": handouts_of(evening, request.user),
        "form": form,
    }
    return render(request, "delivery/handouts.html", context, status=status)


@require_POST
@sign_in_required
def handout_remove(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    visible = Handout.objects.visible_to(request.user).select_related("evening__edition")
    found = get_object_or_404(visible, public_id=public_id)
    if not can_leave_handouts(request.user, found.evening):
        raise Http404
    evening = found.evening
    remove_handout(found, by=request.user)
    messages.success(request, _("“%(title)s” is gone, also from our store.") % {"title": found})
    return redirect("delivery:handouts", evening.public_id)


def get_evening(request: AuthenticatedHttpRequest, public_id: UUID) -> Evening:
    evening = get_object_or_404(Evening.objects.select_related("edition"), public_id=public_id)
    if not can_leave_handouts(request.user, evening):
        raise Http404
    return evening
