from django.contrib.auth.models import Group

from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import UserFactory
from tests.permissions.world import TOTP, generate_totp_secret, signed_in


def sign_in(client, user):
    """Signed in with a second factor, in this client."""
    TOTP.activate(user, generate_totp_secret())
    client.cookies = signed_in(user).cookies
    return user


def signed_in_editor(client, *, may_approve=False):
    user = UserFactory()
    grant_role(user=user, role=Role.EDITOR)
    if may_approve:  # what a colleague asks to be looked at: in the CMS a right of another group
        user.groups.add(Group.objects.get(name="Moderators"))
    return sign_in(client, user)
