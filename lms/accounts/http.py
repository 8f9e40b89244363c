from django.http import HttpRequest

from lms.accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """The request of a view behind ``sign_in_required``."""

    user: User
