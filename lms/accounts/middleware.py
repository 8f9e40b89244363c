import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SEEN = "last_seen"


def idle_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Signs somebody out who has not been here for ``IDLE_SECONDS``."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            if now - seen > settings.IDLE_SECONDS:
                logout(request)
            elif SEEN not in request.session or now - seen > 60:
                request.session[SEEN] = now
        return get_response(request)

    return respond
