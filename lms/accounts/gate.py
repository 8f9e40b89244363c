"""What somebody does once, or once per session, before seeing more than their own work."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from lms.accounts.services import has_signed_confidentiality

P = ParamSpec("P")
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


def second_factor_required(view: View[P]) -> View[P]:
    @login_required
    @wraps(view)
    def respond(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        step = step_to_second_factor(request)
        return redirect(step) if step else view(request, *args, **kwargs)

    return respond
