from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import UserFactory
from tests.permissions.world import TOTP, generate_totp_secret, signed_in


def sign_in(client, user):
    """Signed in with a second factor, in this client."""
    TOTP.activate(user, generate_totp_secret())
    client.cookies = signed_in(user).cookies
    return user


def signed_in_editor(client):
    user = UserFactory()
    grant_role(user=user, role=Role.EDITOR)
    return sign_in(client, user)
