"""Who belongs to the groups with which recordings are shared."""

from django.utils import timezone

from courses.delivery.models import (
    Edition,
    Enrolment,
    EveningTrainer,
    Group,
    GroupMembership,
)
from lms.accounts.models import User


def is_trainer_of(edition: Edition, user: User) -> bool:
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition=edition)
    return taught.filter(role=EveningTrainer.Role.TRAINER).exists()


def join_group(edition: Edition, kind: str, user: User) -> None:
    group = edition.groups.get(kind=kind)
    if not group.memberships.valid().filter(user=user).exists():
        group.memberships.create(user=user)


def leave_group(edition: Edition, kind: str, user: User) -> None:
    group = edition.groups.get(kind=kind)
    moment = timezone.now()
    valid = GroupMembership.objects.valid().filter(group=group, user=user)
    valid.filter(valid_from__lt=moment).update(valid_until=moment)


def leave_edition_group(edition: Edition, user: User) -> None:
    """Unless something else still puts them in it: taking part, or teaching."""
    takes_part = Enrolment.objects.active().filter(edition=edition, participant=user).exists()
    if not takes_part and not is_trainer_of(edition, user):
        leave_group(edition, Group.Kind.EDITION, user)
