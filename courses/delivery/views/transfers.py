"""Moving somebody to another edition: first what it means, then the decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.delivery.forms.transfers import TransferForm, TransferReasonForm
from courses.delivery.models import CoupleMember, PracticeCouple
from courses.delivery.services import (
    EditionFull,
    NothingAsked,
    NotOpen,
    StandsAlready,
    destinations,
    luggage_of,
    transfer,
    transfer_one,
)
from courses.delivery.views.participants import get_edition
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def transfer_page(request: HttpRequest, public_id: UUID, couple: UUID) -> HttpResponse:
    edition = get_edition(request.user, public_id)  # type: ignore[arg-type]  # behind login
    standing = edition.couples.standing().select_related("edition__content", "practice")
    found = get_object_or_404(standing, public_id=couple)
    said = request.POST if request.method == "POST" else request.GET
    is_asked = request.method == "POST" or not {"kijk", "wie", "naar"}.isdisjoint(said)
    form = TransferForm(
        said if is_asked else None,
        people=people_in(found),
        editions=destinations(found),
    )
    reason = TransferReasonForm(request.POST if request.method == "POST" else None)
    status, error = 200, ""
    is_right = form.is_valid()
    if form.is_bound and not is_right:
        status = 422
    if request.method == "POST" and is_right:
        status = 422
        if not form.is_split() or reason.is_valid():
            error = carry_out(request.user, found, form, reason)  # type: ignore[arg-type]
            if not error:
                messages.success(request, _("Moved. Everybody concerned gets a mail."))
                return redirect("delivery:participants", form.chosen_edition().public_id)
    context = {"couple": found, "edition": edition, "form": form, "error": error}
    if is_right:
        context |= preview_of(found, form) | {"reason_form": reason}
    return render(request, "delivery/transfer.html", context, status=status)


def people_in(couple: PracticeCouple) -> list[CoupleMember]:
    members = couple.members.filter(ended_at=None).select_related("user", "couple__edition")
    return list(members.order_by("pk"))


def preview_of(couple: PracticeCouple, form: TransferForm) -> dict[str, object]:
    to, going = form.chosen_edition(), form.chosen_people()
    taking_part = couple.enrolments.active().filter(participant__in=[one.user for one in going])
    return {
        "to": to,
        "is_split": form.is_split(),
        "luggage": [
            luggage_of(one, to)
            for one in taking_part.select_related("participant", "edition").order_by("pk")
        ],
        "stays": [one for one in form.people.values() if one not in going],
    }


def carry_out(
    by: User, couple: PracticeCouple, form: TransferForm, reason: TransferReasonForm
) -> str:
    """Why it cannot be, else nothing."""
    to = form.chosen_edition()
    try:
        if form.is_split():
            (member,) = form.chosen_people()
            transfer_one(member, to, by=by, reason=reason.cleaned_data["reason"])
        else:
            transfer(couple, to, by=by)
    except EditionFull:
        return _(
            "There is no place, or others wait there first. Nothing has changed. Choose another "
            "edition, or give that one more places."
        )
    except NotOpen:
        return _("Nobody can go to this edition any more. Choose another.")
    except StandsAlready:
        return _("One of them takes part there already, or waits for it. Nothing has changed.")
    except NothingAsked:
        return _(
            "Only somebody who takes part can go alone; who has not answered yet cannot. Nothing "
            "has changed."
        )
    return ""
