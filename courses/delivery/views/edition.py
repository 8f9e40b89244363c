"""One edition for who plans it: its page, and the form with which it is made and changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.edition_cards import filled_cards
from courses.delivery.forms.edition import Meanwhile, PlanForm
from courses.delivery.models import Edition
from courses.delivery.permissions import can_change_edition, can_plan_editions, can_see_planning
from courses.delivery.services.changes import (
    ChangedMeanwhile,
    EditionCancelled,
    FewerThanTaken,
    HasBeen,
    VersionFixed,
    change_edition,
    plan_edition,
    preview,
)
from courses.delivery.services.consequences import what_follows
from courses.delivery.services.edition_page import sheet_of
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User

LOOK, CONFIRM = "kijk", "bevestig"  # what a button of the form says


def get_edition(user: User, public_id: UUID) -> Edition:
    """As far as somebody plans it: unseen is not there."""
    edition = get_object_or_404(Edition.objects.visible_to(user), public_id=public_id)
    if not can_see_planning(user):
        raise PermissionDenied
    return edition


@require_safe
@second_factor_required
def edition(request: HttpRequest, edition: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_edition(user, edition)
    context = {
        "sheet": sheet_of(user, found),
        "cards": filled_cards(user, found),
        "can_change": can_change_edition(user, found),
    }
    return render(request, "delivery/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def new(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    if not can_plan_editions(user):
        raise PermissionDenied
    if request.method != "POST":
        return show_form(request, PlanForm())
    if request.POST.get("actie") == LOOK:
        return look(request, None)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return show_form(request, form, status=422)
    made = plan_edition(form.plan, by=user)
    messages.success(request, _("%(title)s stands as a draft.") % {"title": made.title})
    return redirect("delivery:edition", made.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def change(request: HttpRequest, edition: UUID) -> HttpResponse:
    """Of a published edition it is shown first what changes, and who hears of it."""
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_edition(user, edition)
    if not can_change_edition(user, found):
        raise PermissionDenied
    if request.method != "POST":
        return show_form(request, PlanForm(edition=found))
    action = request.POST.get("actie")
    if action == LOOK:
        return look(request, found)
    form = PlanForm(request.POST, edition=found)
    if form.is_behind:
        return show_both(request, form)
    if not form.is_valid():
        return show_form(request, form, status=422)
    if found.published_at and action != CONFIRM:
        return show_preview(request, found, form)
    return save(request, found, form, user)


def save(request: HttpRequest, found: Edition, form: PlanForm, user: User) -> HttpResponse:
    try:
        change_edition(found, form.plan, by=user)
    except ChangedMeanwhile:
        return show_both(
            request, PlanForm(request.POST, edition=get_edition(user, found.public_id))
        )
    except (FewerThanTaken, HasBeen, VersionFixed, EditionCancelled) as refusal:
        form.about.add_error(None, WORDS[type(refusal)]())
        return show_form(request, form, status=422)
    messages.success(request, _("The changes are kept."))
    return redirect("delivery:edition", found.public_id)


WORDS: dict[type[Exception], Any] = {
    FewerThanTaken: lambda: _(
        "Somebody took a place meanwhile. Make it more places, or sign people off first."
    ),
    HasBeen: lambda: _(
        "An evening at which people were noted as present stays when it was. Change its date back."
    ),
    VersionFixed: lambda: _(
        "Meanwhile people can find this edition, so its version stands. Choose the old one again."
    ),
    EditionCancelled: lambda: _("This edition was cancelled meanwhile. Nothing was changed."),
}


def show_both(request: HttpRequest, form: PlanForm) -> HttpResponse:
    """Somebody else was first: what they made of it, with one's own changes kept to choose from."""
    current, meanwhile = form.brought_up()
    return show_form(request, current, status=409, meanwhile=meanwhile)


def show_preview(request: HttpRequest, found: Edition, form: PlanForm) -> HttpResponse:
    seen = preview(found, form.plan)
    if not seen.changes:
        messages.info(request, _("Nothing was different, so nothing was changed."))
        return redirect("delivery:edition", found.public_id)
    context = {"edition": found, "preview": seen, "typed": typed_values(request.POST)}
    return render(request, "delivery/edition_preview.html", context)


def typed_values(said: QueryDict) -> list[tuple[str, str]]:
    kept = (
        (name, said.getlist(name)) for name in said if name not in ("actie", "csrfmiddlewaretoken")
    )
    return [(name, value) for name, values in kept for value in values]


def look(request: HttpRequest, found: Edition | None) -> HttpResponse:
    """The evenings of another version, or what follows from these dates: nothing is kept."""
    judged = PlanForm(request.POST, edition=found)
    judged.is_valid()
    form = PlanForm(request.POST, edition=found, is_sent=False)
    return show_form(request, form, judged=judged)


def show_form(
    request: HttpRequest,
    form: PlanForm,
    *,
    status: int = 200,
    judged: PlanForm | None = None,
    meanwhile: Sequence[Meanwhile] = (),
) -> HttpResponse:
    seen = judged or form
    planned = seen.planned() if seen.evenings and seen.about.is_bound else stored(form.edition)
    context = {
        "form": form,
        "edition": form.edition,
        "follows": what_follows(form.course, planned, seen.track_choice_days),
        "errors": list(form.errors()) if form.about.is_bound else [],
        "meanwhile": meanwhile,
    }
    return render(request, "delivery/edition_form.html", context, status=status)


def stored(edition: Edition | None) -> list[Any]:
    return list(edition.evenings.all()) if edition else []
