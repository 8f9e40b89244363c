"""What the contact of a care group sees, and how a coordinator makes somebody the contact."""

from typing import Any
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.delivery.forms.care_groups import ContactEndForm, ContactForm
from courses.delivery.permissions import can_manage_contacts, can_see_care_group
from courses.delivery.services import care_groups
from lms.accounts import invitations
from lms.accounts.gate import second_factor_required
from lms.accounts.models import CareGroup, Invitation, User


@require_safe
@second_factor_required
def care_group(request: HttpRequest) -> HttpResponse:
    """Their editions: evenings, places and state."""
    if not can_see_care_group(request.user):
        raise PermissionDenied
    editions = care_groups.editions_for_contact(request.user)  # type: ignore[arg-type]
    context = {"editions": editions}
    return render(request, "delivery/care_group.html", context)


@require_safe
@second_factor_required
def edition(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One of them, with the practices that take part and what can be told of the whole."""
    found = get_object_or_404(
        care_groups.editions_for_contact(request.user),  # type: ignore[arg-type]
        public_id=public_id,
    )
    context = {
        "edition": found,
        "enrolled": care_groups.enrolled_in(found),
        "results": care_groups.results_of(found),
    }
    return render(request, "delivery/care_group_edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def contacts(request: HttpRequest) -> HttpResponse:
    """Who is the contact of which care group; a new one is asked by mail."""
    check_coordinator(request)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and has_invited(request, form):
        return redirect("delivery:contacts")
    return contacts_page(request, form, status=422 if form.is_bound else 200)


def has_invited(request: HttpRequest, form: ContactForm) -> bool:
    asked = dict(form.cleaned_data)
    try:
        care_groups.invite_contact(asked.pop("care_group"), by=request.user, **asked)  # type: ignore[arg-type]
    except care_groups.IsContact:
        text = _("This person is a contact of this care group already. Nothing was sent.")
        form.add_error("email", text)
        return False
    said = _("The invitation is on its way to %(email)s.") % {"email": asked["email"]}
    messages.success(request, said)
    return True


@require_POST
@second_factor_required
def contact_end(request: HttpRequest) -> HttpResponse:
    check_coordinator(request)
    form = ContactEndForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("This has changed since you opened the page. Look once more."))
        return contacts_page(request, ContactForm(), status=422)
    person = form.cleaned_data["person"]
    care_groups.end_contact(form.cleaned_data["care_group"], person, by=request.user)  # type: ignore[arg-type]
    said = _("%(name)s does not see this care group any more.") % {"name": person}
    messages.success(request, said)
    return redirect("delivery:contacts")


def check_coordinator(request: HttpRequest) -> None:
    if not can_manage_contacts(request.user):
        raise PermissionDenied


def contacts_page(request: HttpRequest, form: ContactForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"groups": care_groups.all_contacts(), "form": form}
    return render(request, "delivery/contacts.html", context, status=status)


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail is the proof of who answers; from then on they sign in."""
    invitation, group = get_asked(token)
    context = {"invitation": invitation, "care_group": group}
    if not invitation.is_open():
        return render(request, "delivery/contact_closed.html", context, status=410)
    if request.method != "POST":
        return render(request, "delivery/contact_answer.html", context)
    try:
        care_groups.accept_as_contact(invitation, group)
    except invitations.NotUsable:
        return redirect("delivery:contact_answer", token)
    messages.success(request, _("You are a contact now. Sign in to see your care group."))
    return way_in(invitation.user)


def get_asked(token: str) -> tuple[Invitation, CareGroup]:
    try:
        invitation = invitations.invitation_of(token)
    except BadSignature as error:
        raise Http404 from error
    group = care_groups.care_group_asked(invitation) if invitation else None
    if invitation is None or group is None:
        raise Http404
    return invitation, group


def way_in(user: User) -> HttpResponse:
    """Somebody new chooses a password at once."""
    if user.has_usable_password():
        return redirect("delivery:care_group")
    key = default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", user_pk_to_url_str(user), key)
