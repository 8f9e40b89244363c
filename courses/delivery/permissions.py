from django.contrib.auth.models import AnonymousUser

from courses.curriculum.models import ContentVersion
from courses.delivery.models import EveningTrainer
from lms.accounts.models import User
from lms.accounts.permissions import is_coordinator, is_editor


def can_see_interest(user: User | AnonymousUser) -> bool:
    """Who plans editions: the addresses were left to hear of dates, and for nothing else."""
    return is_coordinator(user)


def can_see_participants(user: User | AnonymousUser) -> bool:
    """With who waits and who has not answered; trainers have their own list."""
    return is_coordinator(user)


def can_see_end_terms(user: User | AnonymousUser, version: ContentVersion) -> bool:
    """Who answers to schools and professional bodies for what is taught: editors, of a draft too;
    coordinators; and who teaches an edition with this version."""
    if not user.is_authenticated:
        return False
    if is_editor(user):
        return True
    if version.published_at is None:
        return False
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition__content=version)
    return is_coordinator(user) or taught.exists()
