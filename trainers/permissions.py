from django.contrib.auth.models import AnonymousUser

from courses.delivery.models import Edition
from lms.accounts.models import User
from lms.accounts.permissions import is_coordinator


def can_assign_trainers(user: User | AnonymousUser, edition: Edition) -> bool:
    """Coordinators, for as long as the edition takes place."""
    return edition.cancelled_at is None and is_coordinator(user)
