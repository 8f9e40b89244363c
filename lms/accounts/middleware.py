import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lms.accounts.gate import step_to_second_factor
from lms.accounts.permissions import can_enter_cms

SEEN = "last_seen"
BEGAN = "signed_in_since"
Respond = Callable[[HttpRequest], HttpResponse]


def idle_limit(get_response: Respond) -> Respond:
    """Signs somebody out who has not been here for ``IDLE_SECONDS``, and everybody once the
    session is ``SESSION_COOKIE_AGE`` old: being busy makes it no younger."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            began = request.session.setdefault(BEGAN, now)
            if now - seen > settings.IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
                # Not their own doing: what was typed stays in the browser for when they return.
                request.signed_out = False  # type: ignore[attr-defined]  # set by a signal
            elif SEEN not in request.session or now - seen > 60:
                request.session[SEEN] = now
        response = get_response(request)
        if getattr(request, "signed_out", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return respond


def cms_door(get_response: Respond) -> Respond:
    """Into the CMS go editors only, and with a second factor."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.path.startswith(reverse("wagtailadmin_home")):
            if not can_enter_cms(request.user):
                raise PermissionDenied
            step = step_to_second_factor(request)
            if step:
                return redirect(step)
        return get_response(request)

    return respond
