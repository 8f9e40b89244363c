"""What somebody does once, or once per session, before seeing more than their own work."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts.services import has_signed_confidentiality

P = ParamSpec("P")
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def step_before_others(request: HttpRequest) -> str | None:
    """Where to send a viewer before they may see somebody else's recording; None: nowhere."""
    if not has_signed_confidentiality(request.user):
        return with_way_back("accounts:confidentiality", request)
    return step_to_second_factor(request)


def step_to_second_factor(request: HttpRequest) -> str | None:
    if has_used_second_factor(request):
        return None
    return with_way_back("accounts:second_factor", request)


def has_used_second_factor(request: HttpRequest) -> bool:
    """In this session, and with a factor that is still theirs."""
    if not request.user.is_authenticated:
        return False
    used = [
        record["id"]
        for record in get_authentication_records(request, request.user)
        if record["method"] == "mfa"
    ]
    return bool(used) and Authenticator.objects.filter(user=request.user, pk__in=used).exists()


def with_way_back(url_name: str, request: HttpRequest) -> str:
    if request.method not in ("GET", "HEAD"):
        return reverse(url_name)
    return f"{reverse(url_name)}?{urlencode({'next': request.get_full_path()})}"


def sign_in_required(view: AnyView) -> AnyView:
    """For pages, whose forms may be sent after the session has ended."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return cast(AnyView, respond)


def second_factor_required(view: View[P]) -> View[P]:
    @wraps(view)
    def respond(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        step = step_to_second_factor(request)
        return redirect(step) if step else view(request, *args, **kwargs)

    return respond


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Who was signed out with a form half filled in reads how to keep it, and comes back to the
    page that has the form: the address it was sent to may show nothing."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    messages.warning(
        request,
        _(
            "You were signed out, so nothing was kept. Sign in in another tab. Then come back to "
            "this tab and go one page back: what you typed still stands there, to send once more."
        ),
    )
    page = urlsplit(request.headers.get("referer", ""))._replace(scheme="", netloc="", fragment="")
    return redirect_to_login(page.geturl() or request.path)
