from django.contrib.auth.models import AnonymousUser

from courses.curriculum.models import ContentVersion
from lms.accounts.models import User
from lms.accounts.permissions import is_editor


def can_manage_versions(user: User | AnonymousUser) -> bool:
    return is_editor(user)


def can_see_documents(user: User | AnonymousUser) -> bool:
    """Who uploads and chooses them; everybody else reads a hand-out with its evening."""
    return is_editor(user)


def can_see_changes(user: User | AnonymousUser, version: ContentVersion) -> bool:
    """Followers of the course once it is published; its panel and editors before that too."""
    if not user.is_authenticated:
        return False
    if is_editor(user) or version.panel_members.filter(user=user).exists():
        return True
    return version.published_at is not None and version.course.followers.filter(user=user).exists()
