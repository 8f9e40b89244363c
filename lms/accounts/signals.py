"""What follows from signing in and out, and from a change of password or second factor."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from lms.accounts.models import User
from lms.accounts.services import end_sessions, stream_of
from lms.audit.services import record

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(user_logged_in)
def log_sign_in(*, user: User, **kwargs: Any) -> None:
    record("account.signed_in", stream=stream_of(user), actor=user)


@receiver(user_logged_out)
def note_sign_out(*, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    request.signed_out = True  # type: ignore[attr-defined]  # read by lms.accounts.middleware
    if user is not None:
        record("account.signed_out", stream=stream_of(user), actor=user)


@receiver([password_changed, password_set, password_reset])
def log_new_password(*, user: User, **kwargs: Any) -> None:
    record("account.password_changed", stream=stream_of(user), actor=user)


@receiver(authenticator_added)
def trust_new_factor(
    *, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who has just shown that it works has used it; other sessions have not."""
    if authenticator.type not in FACTORS:
        return
    kind = str(authenticator.type)
    record("account.factor_added", stream=stream_of(user), actor=user, detail={"type": kind})
    record_authentication(request, user, "mfa", id=authenticator.pk, type=kind)
    keep_only_this_session(request, user)


@receiver(authenticator_removed)
def log_removed_factor(
    *, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    if authenticator.type not in FACTORS:
        return
    kind = str(authenticator.type)
    record("account.factor_removed", stream=stream_of(user), actor=user, detail={"type": kind})
    keep_only_this_session(request, user)


def keep_only_this_session(request: HttpRequest, user: User) -> None:
    end_sessions(user)
    update_session_auth_hash(request, user)
