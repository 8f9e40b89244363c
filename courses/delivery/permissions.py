from django.contrib.auth.models import AnonymousUser

from lms.accounts.models import User
from lms.accounts.permissions import is_coordinator


def can_see_interest(user: User | AnonymousUser) -> bool:
    """Who plans editions: the addresses were left to hear of dates, and for nothing else."""
    return is_coordinator(user)
