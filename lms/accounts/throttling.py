from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Which account a failed sign-in counts against, whether an account exists or not."""
    tried = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(tried).strip().lower()


def address_of(request: HttpRequest) -> str | None:
    """Behind a proxy the one it says, as far as proxies are trusted; the same for all limits."""
    return get_client_ip(request)


def may_look(request: HttpRequest, *, action: str, key: str | None = None) -> bool:
    """As ``ratelimit.consume``, which limits only what is sent: here looking counts too."""
    usage = ratelimit.consume(
        request, app="allauth.account", action=action, key=key, limit_get=True
    )
    return usage is not None
