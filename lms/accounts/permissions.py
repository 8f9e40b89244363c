from django.contrib.auth.models import AnonymousUser

from lms.accounts.models import Role, RoleGrant, User


def holds(user: User | AnonymousUser, role: Role) -> bool:
    if not user.is_authenticated:
        return False
    return RoleGrant.objects.valid().filter(user=user, role=role).exists()


def is_coordinator(user: User | AnonymousUser) -> bool:
    return holds(user, Role.COORDINATOR)


def is_editor(user: User | AnonymousUser) -> bool:
    return holds(user, Role.EDITOR)


def is_contact(user: User | AnonymousUser) -> bool:
    """Of one care group or more."""
    return holds(user, Role.CONTACT)


def can_enter_cms(user: User | AnonymousUser) -> bool:
    """Editors, and whoever keeps the platform running."""
    return user.is_superuser or is_editor(user)
