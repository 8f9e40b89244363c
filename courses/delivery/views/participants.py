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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from courses.delivery.forms.alone import RequestAnswerForm
from courses.delivery.forms.enrolment import AllowAloneForm
from courses.delivery.models import (
    AloneRequest,
    CoupleMember,
    Edition,
    Enrolment,
    PracticeCouple,
)
from courses.delivery.permissions import can_see_participants
from courses.delivery.services import (
    BothSaidYes,
    NobodySaidYes,
    NothingAsked,
    NotOpen,
    StandsAlready,
    StandsElsewhere,
    allow_alone,
    allow_request,
    ask_again,
    decline_request,
    requests_for,
    stop,
    withdraw,
)
from courses.delivery.views.refusals import words_for
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User

CHANGED = gettext_lazy("This has changed since you opened the page. Look once more.")
WHY_NOT = {
    NothingAsked: CHANGED,
    NobodySaidYes: gettext_lazy(
        "Nobody of this couple has said yes yet, so nobody can go on alone. Ask again by mail, or "
        "sign the couple off."
    ),
    BothSaidYes: gettext_lazy(
        "Both of this couple said yes, so neither is alone. Does one of them stop? Then end the "
        "place of that one first."
    ),
}


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
        "requests": requests_for(edition),
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
    except (NothingAsked, NobodySaidYes, BothSaidYes) as refusal:
        messages.warning(request, WHY_NOT[type(refusal)])
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


def end_place(request: HttpRequest, couple: PracticeCouple) -> None:
    """Of one of the two."""
    standing = couple.members.filter(ended_at=None).select_related("user", "couple__edition")
    pk = request.POST.get("wie", "")
    member = standing.filter(pk=pk).first() if pk.isdecimal() else None
    if member is None:
        raise NothingAsked
    stop(member, by=request.user)  # type: ignore[arg-type]  # behind login
    messages.success(
        request, _("The place of %(name)s has ended. The other is told.") % {"name": member.user}
    )


def mail_again(request: HttpRequest, couple: PracticeCouple) -> None:
    member = ask_again(couple, by=request.user)  # type: ignore[arg-type]  # behind login
    messages.success(request, _("A new mail is on its way to %(name)s.") % {"name": member.user})


ACTIONS: dict[str, Callable[[HttpRequest, PracticeCouple], AllowAloneForm | None]] = {
    "alleen": let_alone,
    "afmelden": sign_off,
    "opnieuw": mail_again,
    "stopt": end_place,
}


@require_POST
@second_factor_required
def answer_request(request: HttpRequest, public_id: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
    """Yes or no to somebody who asks to come alone."""
    edition = get_edition(request.user, public_id)  # type: ignore[arg-type]  # behind login
    found = get_object_or_404(
        edition.alone_requests.select_related("edition", "person", "couple"), public_id=asked
    )
    form = RequestAnswerForm(request.POST)
    if not form.is_valid():
        context = participants_context(edition) | {"form": AllowAloneForm()}
        context |= {"answer_form": form, "refused_request": found}
        return render(request, "delivery/enrol_participants.html", context, status=422)
    try:
        give_answer(request, found, form.cleaned_data)
    except (NothingAsked, BothSaidYes, NobodySaidYes):
        messages.warning(request, CHANGED)
    except StandsElsewhere:
        messages.warning(
            request,
            _(
                "%(name)s stands in another edition of this course. Move them to this one from "
                "there: that answers the question too."
            )
            % {"name": found.person},
        )
    except (NotOpen, StandsAlready) as refusal:
        messages.warning(request, words_for(refusal, edition))
    return redirect("delivery:participants", edition.public_id)


def give_answer(request: HttpRequest, asked: AloneRequest, said: dict[str, Any]) -> None:
    by = request.user
    if said["decision"] == "nee":
        decline_request(asked, by=by, answer=said["answer"])  # type: ignore[arg-type]
        messages.success(request, _("You said no. They read why, and what they can do."))
        return
    couple = allow_request(asked, by=by, answer=said["answer"])  # type: ignore[arg-type]
    if couple.confirmed_at is not None:
        messages.success(request, _("%(name)s comes alone.") % {"name": asked.person})
    else:
        messages.success(
            request,
            _("%(name)s may come alone, and stands on the waiting list.") % {"name": asked.person},
        )
