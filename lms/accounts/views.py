from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.arrivals import arrival_of
from lms.accounts.forms import ConfidentialityForm, LanguageForm
from lms.accounts.gate import has_used_second_factor, second_factor_required, sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import ConfidentialityStatement, User
from lms.accounts.permissions import is_coordinator
from lms.accounts.services import end_sessions, sign_confidentiality

AFTER_SECOND_FACTOR = "after_second_factor"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def way_on(request: HttpRequest) -> str:
    """Where somebody was going, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


@require_safe
@sign_in_required
def arrive(request: AuthenticatedHttpRequest) -> HttpResponse:
    return redirect(arrival_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def profile(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        response = redirect("accounts:profile")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            form.cleaned_data["language"],
            max_age=365 * 24 * 3600,
            secure=request.is_secure(),
            samesite="Lax",
        )
        return response
    factors = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    statements = ConfidentialityStatement.objects.filter(user=request.user)
    context = {
        "form": form,
        "registrations": request.user.registrations.select_related("register"),
        "has_app": Authenticator.Type.TOTP in factors,
        "has_passkey": Authenticator.Type.WEBAUTHN in factors,
        "statement": statements.filter(version=settings.CONFIDENTIALITY_VERSION).first(),
    }
    return render(request, "accounts/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def confidentiality(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = ConfidentialityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sign_confidentiality(request.user)
        return redirect(way_on(request) or "accounts:profile")
    signed = ConfidentialityStatement.objects.filter(
        user=request.user, version=settings.CONFIDENTIALITY_VERSION
    )
    context = {"form": form, "statement": signed.first(), "next": way_on(request)}
    return render(request, "accounts/confidentiality.html", context)


@require_safe
@sign_in_required
def second_factor(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Leads to setting up a second factor or using it, and from there to where one was going."""
    wanted = way_on(request) or request.session.get(AFTER_SECOND_FACTOR) or ""
    if has_used_second_factor(request):
        request.session.pop(AFTER_SECOND_FACTOR, None)
        return redirect(wanted or "accounts:arrive")
    request.session[AFTER_SECOND_FACTOR] = wanted
    factors = set(
        Authenticator.objects.filter(user=request.user, type__in=FACTORS).values_list(
            "type", flat=True
        )
    )
    if not factors:
        return render(request, "accounts/second_factor.html")
    has_app = Authenticator.Type.TOTP in factors
    page = reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")
    return redirect(f"{page}?{urlencode({'next': wanted or reverse('accounts:arrive')})}")


@require_POST
@sign_in_required
def end_all_sessions(request: AuthenticatedHttpRequest) -> HttpResponse:
    end_sessions(request.user)
    logout(request)
    messages.success(request, _("You are signed out on all your devices, on this one too."))
    return redirect("account_login")


@require_safe
@sign_in_required
def email(request: AuthenticatedHttpRequest) -> HttpResponse:
    return render(request, "accounts/email.html")


def closed(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    """Ways of signing up and in that this platform does not have."""
    raise Http404


@require_safe
@second_factor_required
def coordination(request: HttpRequest) -> HttpResponse:
    """Who is not yet able to watch with others: what a coordinator can help them with."""
    if not is_coordinator(request.user):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    statements = ConfidentialityStatement.objects.filter(
        user=OuterRef("pk"), version=settings.CONFIDENTIALITY_VERSION
    )
    people = (
        User.objects.filter(is_active=True)
        .select_related("practice", "profession")
        .annotate(has_factor=Exists(factors), has_signed=Exists(statements))
        .order_by("last_name", "first_name", "pk")
    )
    return render(request, "accounts/coordination.html", {"people": people})
