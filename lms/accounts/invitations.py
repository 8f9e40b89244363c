"""A link by mail with which somebody confirms an address or accepts what was asked, once."""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from lms.accounts.models import Invitation, User

SALT = "accounts.invitation"


class NotUsable(Exception):
    """The link does not open anything any more."""


class AlreadyUsed(NotUsable):
    """Somebody followed it to the end before."""


class Expired(NotUsable):
    """Its days are over, or a newer one was sent in its place."""


def invite(user: User, purpose: str, *, days: int, by: User | None = None) -> Invitation:
    """Ask somebody something by link. The links sent before for the same thing stop."""
    moment = timezone.now()
    Invitation.objects.open().filter(user=user, purpose=purpose).update(expires_at=moment)
    return Invitation.objects.create(
        user=user,
        purpose=purpose,
        made_by=by,
        created_at=moment,
        expires_at=moment + timedelta(days=days),
    )


def token_of(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of(token: str) -> Invitation | None:
    """``BadSignature`` when the token is none of ours; None when it was cleared away."""
    pk = signing.loads(token, salt=SALT)
    return Invitation.objects.select_related("user", "made_by").filter(pk=pk).first()


def use(invitation: Invitation) -> None:
    """Of two who follow the link at once one goes on."""
    moment = timezone.now()
    if Invitation.objects.open().filter(pk=invitation.pk).update(used_at=moment):
        invitation.used_at = moment
        return
    invitation.refresh_from_db(fields=["used_at", "expires_at"])
    raise AlreadyUsed if invitation.used_at else Expired
