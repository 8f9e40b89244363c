"""Applying on a page, for two: with a mail to confirm it for who is not signed in."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.delivery.forms.applying import ApplicationForm
from courses.delivery.forms.common import point_at_first_error
from courses.delivery.models import AgreedTerms, Application, Edition
from courses.delivery.services import (
    Colleague,
    Introduction,
    NotACouple,
    NothingAsked,
    NotOpen,
    StandsAlready,
    application_of,
    apply_now,
    ask_to_confirm,
    confirm,
    is_for_application,
    standing_of,
    standings_of,
    takes_applications,
    terms_of,
)
from courses.delivery.views.enrolment import choose_password
from courses.delivery.views.refusals import words_for, words_for_one
from lms.accounts import invitations
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import Invitation

REFUSALS = (NotACouple, NotOpen, StandsAlready)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For anybody. Who is signed in takes the place at once; others confirm it by mail."""
    edition = get_edition(public_id)
    if not takes_applications(edition):
        return render(request, "delivery/apply_closed.html", {"edition": edition}, status=410)
    form = ApplicationForm(request.POST if request.method == "POST" else None, user=request.user)
    terms = terms_of(edition)
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        if not is_within_limits(request, form):
            form.add_error(None, _("That was a bit too often. Wait an hour and send it once more."))
            status = 429
        elif (answer := answer_to(request, edition, form, terms)) is not None:
            return answer
    point_at_first_error(form)
    context = {
        "edition": edition,
        "evenings": edition.evenings.filter(cancelled_at=None).order_by("starts_at"),
        "form": form,
        "terms": terms,
    }
    return render(request, "delivery/apply.html", context, status=status)


def get_edition(public_id: UUID) -> Edition:
    published = Edition.objects.filter(published_at__isnull=False)
    return get_object_or_404(published.select_related("content", "care_group"), public_id=public_id)


def is_within_limits(request: HttpRequest, form: ApplicationForm) -> bool:
    who = request.user.email if request.user.is_authenticated else form.cleaned_data["email"]
    return bool(ratelimit.consume(request, action="apply", key=who.lower()))


def answer_to(
    request: HttpRequest, edition: Edition, form: ApplicationForm, terms: AgreedTerms
) -> HttpResponse | None:
    """None when it was refused: the form says why."""
    who, partner = introduction_in(form), colleague_in(form)
    if not request.user.is_authenticated:
        ask_to_confirm(edition, form.cleaned_data["email"], who, partner, terms)
        return redirect("delivery:apply_asked")
    try:
        apply_now(edition, request.user, who, partner, terms)
    except REFUSALS as refusal:
        form.add_error(None, words_for(refusal, edition))
        return None
    return redirect("delivery:applied")


def introduction_in(form: ApplicationForm) -> Introduction:
    said = form.cleaned_data
    known = {name: said[name] for name in INTRODUCTION if name in said}
    return Introduction(practice=form.meant, **known)


INTRODUCTION = ("first_name", "last_name", "profession", "practice_name", "practice_place")


def colleague_in(form: ApplicationForm) -> Colleague:
    said = form.cleaned_data
    return Colleague(
        said["partner_first_name"], said["partner_last_name"], said["partner_email"].lower()
    )


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whether we knew the address or not."""
    return render(request, "delivery/apply_asked.html")


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_application(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail is the proof of whose address it is. Looking takes no place: programs
    that read mail look too."""
    invitation, application = get_application(token)
    if application is None:
        return render(request, "delivery/apply_expired.html", {"application": None}, status=410)
    was_open, error = invitation.is_open(), ""
    if request.method == "POST" and not application.is_confirmed:
        try:
            confirm(invitation)
        except (invitations.NotUsable, NothingAsked):
            return redirect("delivery:apply_confirm", token)
        except REFUSALS as refusal:
            said = words_for_one if application.reason else words_for
            error = said(refusal, application.edition)
        else:
            messages.success(request, _("Your application has arrived."))
            return redirect("delivery:apply_confirm", token)
    context = {"application": application, "token": token, "error": error} | state_of(application)
    if not application.is_confirmed and not was_open:
        return render(request, "delivery/apply_expired.html", context, status=410)
    return render(request, "delivery/apply_confirm.html", context, status=422 if error else 200)


@sensitive_variables("token")
@require_POST
def password(request: HttpRequest, token: str) -> HttpResponse:
    """Once it is confirmed, for who has none yet."""
    _invitation, application = get_application(token)
    if application is None:
        return redirect("delivery:apply_confirm", token)
    user = application.applicant
    if not application.is_confirmed or user.has_usable_password():
        return redirect("delivery:apply_confirm", token)
    return choose_password(user)


def get_application(token: str) -> tuple[Invitation, Application | None]:
    """None when a newer one came in its place, or when it was cleared away."""
    try:
        invitation = invitations.invitation_of(token)
    except BadSignature as error:
        raise Http404 from error
    if invitation is None or not is_for_application(invitation):
        raise Http404
    return invitation, application_of(invitation)


def state_of(application: Application) -> dict[str, Any]:
    couple = application.couple
    if couple is None:
        return {}
    member = couple.members.filter(user=application.applicant, ended_at=None).first()
    return {"standing": standing_of(member) if member else None}


@require_safe
@sign_in_required
def applied(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Where somebody stands who has applied and does not take part yet."""
    standings = standings_of(request.user)
    if not standings:
        return redirect("accounts:arrive")
    return render(request, "delivery/applied.html", {"standings": standings})
