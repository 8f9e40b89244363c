"""An evening or an edition that does not take place: first how many hear of it, then done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.delivery.forms.cancelling import CancelForm
from courses.delivery.models import Edition, Evening
from courses.delivery.permissions import can_change_edition
from courses.delivery.services.cancelling import (
    AlreadyOver,
    NothingToDo,
    cancel_edition,
    cancel_evening,
    restore_evening,
    told_of_edition,
    told_of_evening,
)
from courses.delivery.services.changes import EditionCancelled
from courses.delivery.views.edition import get_edition
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User


def get_open(user: User, public_id: UUID) -> Edition:
    found = get_edition(user, public_id)
    if not can_change_edition(user, found):
        raise PermissionDenied
    return found


def get_evening(edition: Edition, public_id: UUID) -> Evening:
    return get_object_or_404(edition.evenings.select_related("edition"), public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def edition(request: HttpRequest, edition: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_open(user, edition)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return done(request, found, lambda: cancel_edition(found, by=user, reason=reason))
    context = {"edition": found, "told": told_of_edition(found)}
    return ask(request, form, "delivery/edition_cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def evening(request: HttpRequest, edition: UUID, evening: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_evening(get_open(user, edition), evening)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return done(request, found.edition, lambda: cancel_evening(found, by=user, reason=reason))
    context = {"edition": found.edition, "evening": found, "told": told_of_evening(found)}
    return ask(request, form, "delivery/evening_cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def restore(request: HttpRequest, edition: UUID, evening: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_evening(get_open(user, edition), evening)
    if request.method == "POST":
        return done(request, found.edition, lambda: restore_evening(found, by=user))
    context = {"edition": found.edition, "evening": found, "told": told_of_evening(found)}
    return render(request, "delivery/evening_restore.html", context)


def ask(
    request: HttpRequest, form: CancelForm, template: str, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, template, context | {"form": form}, status=status)


def done(request: HttpRequest, edition: Edition, act: Callable[[], object]) -> HttpResponse:
    """Of two who press the button, one does it, and the other reads that it was done."""
    try:
        act()
    except AlreadyOver:
        messages.warning(request, _("This has been. What took place is not changed any more."))
    except (NothingToDo, EditionCancelled):
        messages.info(request, _("Somebody did this just before you. Look once more."))
    else:
        messages.success(request, _("Done. Whoever it concerns is told."))
    return redirect("delivery:edition", edition.public_id)
