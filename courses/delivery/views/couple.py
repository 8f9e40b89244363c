"""One's own couple: who the partner is, what to do when that one stops, and stopping oneself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.forms.alone import GoOnAloneForm
from courses.delivery.forms.common import point_at_first_error
from courses.delivery.forms.couple import AnotherPartnerForm
from courses.delivery.models import CoupleMember
from courses.delivery.services import (
    BothSaidYes,
    Colleague,
    EditionFull,
    NotACouple,
    NothingAsked,
    NotOpen,
    StandsAlready,
    ask_another,
    ask_to_go_on_alone,
    last_request,
    place_of,
    stop,
    takes_applications,
)
from courses.delivery.views.chosen import chosen_edition
from courses.delivery.views.refusals import words_for
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest

REFUSALS = (NotACouple, NotOpen, StandsAlready, EditionFull)


def get_place(request: AuthenticatedHttpRequest) -> CoupleMember:
    member = place_of(request.user, edition=chosen_edition(request))
    if member is None:
        raise Http404
    return member


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def couple(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The partner; and when there is none any more, the ways to go on."""
    member = get_place(request)
    wants_alone, wants_partner = "alleen" in request.POST, "collega" in request.POST
    partner_form = AnotherPartnerForm(request.POST if wants_partner else None)
    alone_form = GoOnAloneForm(request.POST if wants_alone else None)
    try:
        if partner_form.is_valid() and ask_colleague(request, member, partner_form):
            return redirect("delivery:couple")
        if alone_form.is_valid():
            ask_to_go_on_alone(member, alone_form.cleaned_data["reason"])
            messages.success(
                request, _("The coordinator has your question, and you get the answer by mail.")
            )
            return redirect("delivery:couple")
    except (NothingAsked, BothSaidYes):
        messages.warning(request, _("This has changed since you opened the page. Look once more."))
        return redirect("delivery:couple")
    for form in (partner_form, alone_form):
        point_at_first_error(form)
    others = member.couple.members.filter(ended_at=None).exclude(pk=member.pk)
    context = {
        "member": member,
        "partner": others.select_related("user__profession").first(),
        "request_made": last_request(member.couple.edition, request.user),
        "can_ask_another": takes_applications(member.couple.edition),
        "partner_form": partner_form,
        "alone_form": alone_form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "delivery/couple.html", context, status=status)


def ask_colleague(
    request: AuthenticatedHttpRequest, member: CoupleMember, form: AnotherPartnerForm
) -> bool:
    said = form.cleaned_data
    colleague = Colleague(said["first_name"], said["last_name"], said["email"].lower())
    try:
        asked = ask_another(member, colleague)
    except REFUSALS as refusal:
        form.add_error(None, words_for(refusal, member.couple.edition))
        return False
    messages.success(
        request, _("%(name)s gets a mail, and can say yes or no.") % {"name": asked.known_as}
    )
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def stop_taking_part(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What it means is told first."""
    member = get_place(request)
    if request.method == "POST":
        try:
            stop(member, by=request.user)
        except NothingAsked:
            messages.info(request, _("You had stopped already."))
        return redirect("delivery:stopped")
    others = member.couple.members.filter(ended_at=None).exclude(pk=member.pk)
    context = {
        "member": member,
        "partner": others.select_related("user").first(),
        "takes_part": member.couple.enrolments.active().filter(participant=request.user).exists(),
    }
    return render(request, "delivery/stop.html", context)


@require_safe
@sign_in_required
def stopped(request: AuthenticatedHttpRequest) -> HttpResponse:
    return render(request, "delivery/stopped.html", {"goes_on": place_of(request.user)})
