"""Who takes part in an edition, who has not answered, and who waits: for coordinators."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.delivery.forms.enrolment import AllowAloneForm
from courses.delivery.models import CoupleMember, Edition, Enrolment, PracticeCouple
from courses.delivery.permissions import can_see_participants
from courses.delivery.services import NothingAsked, allow_alone, ask, withdraw
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User


def get_edition(user: User, public_id: uuid.UUID) -> Edition:
    edition = get_object_or_404(Edition.objects.visible_to(user), public_id=public_id)
    if not can_see_participants(user):
        raise PermissionDenied
    return edition


def participants_context(edition: Edition) -> dict[str, Any]:
    enrolled = Enrolment.objects.active().filter(
        couple=OuterRef("couple"), participant=OuterRef("user")
    )
    members = (
        CoupleMember.objects.filter(ended_at=None)
        .select_related("user__profession")
        .annotate(enrolment=Subquery(enrolled.values("pk")[:1]))
    )
    couples = edition.couples.standing().select_related("practice").order_by("applied_at", "pk")
    found = list(couples.prefetch_related(Prefetch("members", members.order_by("pk"))))
    return {
        "edition": edition,
        "seated": [couple for couple in found if couple.confirmed_at],
        "waiting": [couple for couple in found if not couple.confirmed_at],
        "free": edition.capacity - edition.seats_taken,
    }


@require_safe
@second_factor_required
def participants(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    edition = get_edition(request.user, public_id)  # type: ignore[arg-type]  # behind login
    context = participants_context(edition) | {"form": AllowAloneForm()}
    return render(request, "delivery/enrol_participants.html", context)


@require_POST
@second_factor_required
def change(request: HttpRequest, public_id: uuid.UUID, couple: uuid.UUID) -> HttpResponse:
    """One of the buttons beside a couple."""
    edition = get_edition(request.user, public_id)  # type: ignore[arg-type]  # behind login
    found = get_object_or_404(edition.couples.select_related("edition"), public_id=couple)
    action = ACTIONS.get(request.POST.get("actie", ""))
    if action is None:
        raise Http404
    try:
        refused = action(request, found)
    except NothingAsked:
        messages.warning(request, _("This has changed since you opened the page. Look once more."))
        refused = None
    if refused is not None:
        context = participants_context(edition) | {"form": refused, "refused": found}
        return render(request, "delivery/enrol_participants.html", context, status=422)
    return redirect("delivery:participants", edition.public_id)


def let_alone(request: HttpRequest, couple: PracticeCouple) -> AllowAloneForm | None:
    form = AllowAloneForm(request.POST)
    if not form.is_valid():
        return form
    allow_alone(couple, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
    messages.success(request, _("Allowed alone. Your reason is kept with it."))
    return None


def sign_off(request: HttpRequest, couple: PracticeCouple) -> None:
    withdraw(couple, by=request.user)  # type: ignore[arg-type]  # behind login
    messages.success(request, _("Signed off. Both are told, and the place goes to who waits."))


def ask_again(request: HttpRequest, couple: PracticeCouple) -> None:
    member = couple.members.filter(ended_at=None, accepted_at=None).first()
    if member is None:
        raise NothingAsked
    ask(member, by=request.user)  # type: ignore[arg-type]  # behind login
    messages.success(request, _("A new mail is on its way to %(name)s.") % {"name": member.user})


ACTIONS: dict[str, Callable[[HttpRequest, PracticeCouple], AllowAloneForm | None]] = {
    "alleen": let_alone,
    "afmelden": sign_off,
    "opnieuw": ask_again,
}
