"""Who teaches the evenings of one edition, for who plans it."""

from collections import defaultdict
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.delivery.models import Edition, Evening, EveningTrainer
from courses.delivery.services.publication import check_edition
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User
from trainers.checks import TRAINERS_PAGE
from trainers.forms import CouplesForm
from trainers.permissions import can_assign_trainers
from trainers.services import ChangedMeanwhile, NotATrainerCouple, NotQualified, put_teams

FOR_ALL = "alle"


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def edition_trainers(request: HttpRequest, edition: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    found = get_object_or_404(Edition.objects.visible_to(user), public_id=edition)
    if not can_assign_trainers(user, found):
        raise PermissionDenied
    if request.method != "POST":
        return show(request, found, form_of(found))
    if request.POST.get("actie") == FOR_ALL:
        return show(request, found, form_of(found, filled=request.POST))
    form = form_of(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    try:
        put_teams(found, {one: form.team(one) for one in form.evenings}, by=user, seen=form.seen)
    except ChangedMeanwhile:
        return show_both(request, found)
    except (NotQualified, NotATrainerCouple):
        form.add_error(
            None, _("Somebody changed this meanwhile. Look once more and keep it again.")
        )
        return show(request, found, form, status=422)
    if found.published_at:
        said = _("The trainers are kept. Whose evenings changed is told by mail.")
    else:
        said = _("The trainers are kept. They hear of it when this edition is published.")
    messages.success(request, said)
    return redirect("trainers:edition", found.public_id)


def show_both(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Somebody else was first: theirs stands there, but for what was chosen here."""
    opened = form_of(edition, request.POST)
    form = form_of(edition, opened.brought_up())
    codes = ", ".join(one.code for one in opened.changed_meanwhile)
    form.add_error(
        None,
        _(
            "Somebody else changed evening %(codes)s meanwhile. That stands here now, except where "
            "you chose yourself. Look once more and keep it."
        )
        % {"codes": codes},
    )
    return show(request, edition, form, status=409)


def form_of(edition: Edition, *args: object, filled: QueryDict | None = None) -> CouplesForm:
    """Of the evenings that are still to come: what has been is as it was."""
    coming = edition.evenings.filter(ends_at__gt=timezone.now()).select_related("edition")
    teaching: dict[Evening, list[EveningTrainer]] = defaultdict(list)
    valid = EveningTrainer.objects.valid().filter(evening__edition=edition)
    for one in valid.select_related("user", "evening").order_by("valid_from", "pk"):
        teaching[one.evening].append(one)
    evenings = list(coming.order_by("number", "code"))
    return CouplesForm(*args, evenings=evenings, teaching=teaching, filled=filled)


def show(
    request: HttpRequest, edition: Edition, form: CouplesForm, *, status: int = 200
) -> HttpResponse:
    lacking = [one for one in check_edition(edition) if one.mend == TRAINERS_PAGE]
    context = {"edition": edition, "form": form, "lacking": lacking}
    return render(request, "trainers/edition_trainers.html", context, status=status)
