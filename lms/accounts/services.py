from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lms.accounts.models import CareGroup, ConfidentialityStatement, Role, RoleGrant, User
from lms.audit.services import record

EDITORS = "Editors"  # the group that Wagtail makes and gives its permissions


def stream_of(user: User) -> str:
    return f"account:{user.pk}"


@transaction.atomic
def grant_role(
    *, user: User, role: Role, by: User | None = None, care_group: CareGroup | None = None
) -> RoleGrant:
    """Give somebody a role; the grant they hold already when they do."""
    held = RoleGrant.objects.valid().filter(user=user, role=role, care_group=care_group).first()
    if held is not None:
        return held
    grant = RoleGrant.objects.create(
        user=user, role=role, care_group=care_group, valid_from=timezone.now()
    )
    if role == Role.EDITOR:
        user.groups.add(Group.objects.get(name=EDITORS))
    tell_role("account.role_granted", user, role, by=by, care_group=care_group)
    return grant


@transaction.atomic
def end_role(
    *, user: User, role: Role, by: User | None = None, care_group: CareGroup | None = None
) -> None:
    held = RoleGrant.objects.valid().filter(user=user, role=role, care_group=care_group)
    if not held.update(valid_until=timezone.now()):
        return
    if role == Role.EDITOR:
        user.groups.remove(Group.objects.get(name=EDITORS))
    tell_role("account.role_ended", user, role, by=by, care_group=care_group)


def tell_role(
    event: str, user: User, role: Role, *, by: User | None, care_group: CareGroup | None
) -> None:
    detail: dict[str, Any] = {"role": role}
    if care_group is not None:
        detail["care_group"] = care_group.pk
    record(event, stream=stream_of(user), actor=by, detail=detail)


@transaction.atomic
def sign_confidentiality(user: User) -> ConfidentialityStatement:
    statement, is_new = ConfidentialityStatement.objects.get_or_create(
        user=user, version=settings.CONFIDENTIALITY_VERSION
    )
    if is_new:
        record(
            "account.confidentiality_signed",
            stream=stream_of(user),
            actor=user,
            detail={"version": statement.version},
        )
    return statement


def has_signed_confidentiality(user: User | AnonymousUser) -> bool:
    """The statement as it is now; a new version is asked of everybody again."""
    return ConfidentialityStatement.objects.filter(
        user=user.pk, version=settings.CONFIDENTIALITY_VERSION
    ).exists()


@transaction.atomic
def end_sessions(user: User) -> None:
    """Sign somebody out on every device: from the next request on."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    record("account.sessions_ended", stream=stream_of(user), actor=user)


@transaction.atomic
def account_of(email: str, **fields: Any) -> tuple[User, bool]:
    """Of whoever reads mail at this address, and whether it is new. A new one has no password:
    nobody signs in with it before a link in a mail was followed."""
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        return known, False
    return User.objects.create_user(email, None, **fields), True
