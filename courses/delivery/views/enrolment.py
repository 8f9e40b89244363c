"""Saying yes or no to a practice partner who applied for two."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from courses.delivery.forms.enrolment import CoupleAnswerForm
from courses.delivery.models import CoupleMember
from courses.delivery.services import (
    NotACouple,
    NothingAsked,
    StandsElsewhere,
    accept,
    asked_of,
    decline,
    terms_of,
)
from courses.delivery.views.refusals import words_for, words_for_one
from lms.accounts import invitations
from lms.accounts.models import Invitation, User


def get_asked(token: str) -> tuple[Invitation, CoupleMember]:
    try:
        invitation = invitations.invitation_of(token)
    except BadSignature as error:
        raise Http404 from error
    member = asked_of(invitation) if invitation else None
    if invitation is None or member is None:
        raise Http404
    return invitation, member


def is_answerable(invitation: Invitation, member: CoupleMember) -> bool:
    couple = member.couple
    stands = member.ended_at is None and couple.ended_at is None
    return stands and couple.edition.cancelled_at is None and invitation.is_open()


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail is the proof of who answers: nobody signs in for it."""
    invitation, member = get_asked(token)
    if not is_answerable(invitation, member):
        return render(request, "delivery/enrol_closed.html", {"member": member}, status=410)
    form = CoupleAnswerForm(request.POST if request.method == "POST" else None, user=member.user)
    status = 422 if request.method == "POST" else 200
    terms = terms_of(member.couple.edition)
    if "nee" in request.POST:
        return say_no(request, member, token)
    if form.is_valid():
        try:
            said = form.cleaned_data.get("profession")
            accept(invitation, profession=said, terms=terms)
        except (invitations.NotUsable, NothingAsked):
            return redirect("delivery:couple_answer", token)
        except NotACouple as refusal:
            form.add_error(None, words_for(refusal, member.couple.edition))
        except StandsElsewhere as refusal:
            form.add_error(None, words_for_one(refusal, member.couple.edition))
        else:
            return way_in(request, member.user)
    context = {"form": form, "member": member, "by": invitation.made_by, "terms": terms}
    return render(request, "delivery/enrol_answer.html", context, status=status)


def say_no(request: HttpRequest, member: CoupleMember, token: str) -> HttpResponse:
    try:
        decline(member)
    except NothingAsked:  # said yes at the same moment, or the place ended
        pass
    else:
        messages.info(request, _("You said no. The place goes to who waits for it."))
    return redirect("delivery:couple_answer", token)


def way_in(request: HttpRequest, user: User) -> HttpResponse:
    """Somebody new chooses a password at once: following the mail has shown whose address it is."""
    messages.success(request, _("You said yes. It is good that you join in."))
    return redirect("accounts:arrive") if user.has_usable_password() else choose_password(user)


def choose_password(user: User) -> HttpResponse:
    key = default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", user_pk_to_url_str(user), key)
