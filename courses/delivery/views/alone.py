"""Asking the coordinator whether one may come without a practice partner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.alone import AloneForm
from courses.delivery.forms.common import point_at_first_error
from courses.delivery.models import AgreedTerms, AloneRequest, Edition
from courses.delivery.services import (
    Alone,
    apply_now,
    ask_to_confirm,
    last_request,
    takes_applications,
    terms_of,
)
from courses.delivery.views.applying import (
    REFUSALS,
    get_edition,
    introduction_in,
    is_within_limits,
)
from courses.delivery.views.refusals import words_for_one
from lms.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For anybody. Who is signed in asks at once; others confirm it by mail."""
    edition = get_edition(public_id)
    if not takes_applications(edition):
        return render(request, "delivery/apply_closed.html", {"edition": edition}, status=410)
    earlier = request_of(request, edition)
    form = AloneForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"reason": earlier.reason if earlier else ""},
    )
    terms = terms_of(edition)
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        if not is_within_limits(request, form):
            form.add_error(None, _("That was a bit too often. Wait an hour and send it once more."))
            status = 429
        elif (answer := answer_to(request, edition, form, terms)) is not None:
            return answer
    point_at_first_error(form)
    context = {"edition": edition, "form": form, "terms": terms, "earlier": earlier}
    return render(request, "delivery/alone.html", context, status=status)


def request_of(request: HttpRequest, edition: Edition) -> AloneRequest | None:
    return last_request(edition, request.user) if isinstance(request.user, User) else None


def answer_to(
    request: HttpRequest, edition: Edition, form: AloneForm, terms: AgreedTerms
) -> HttpResponse | None:
    """None when it was refused: the form says why."""
    who, why = introduction_in(form), Alone(form.cleaned_data["reason"])
    if not isinstance(request.user, User):
        ask_to_confirm(edition, form.cleaned_data["email"], who, why, terms)
        return redirect("delivery:alone_asked")
    try:
        apply_now(edition, request.user, who, why, terms)
    except REFUSALS as refusal:
        form.add_error(None, words_for_one(refusal, edition))
        return None
    messages.success(
        request, _("The coordinator has your question, and you get the answer by mail.")
    )
    return redirect("delivery:alone", edition.public_id)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whether we knew the address or not."""
    return render(request, "delivery/alone_asked.html")
