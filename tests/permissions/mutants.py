"""Which left-out clauses does the table notice? ``python -m tests.permissions`` tells."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager

from django.core.exceptions import FieldError
from django.db import DatabaseError, transaction

from courses.delivery.models import edition, enrolment, group
from lms.accounts.models import RoleGrantQuerySet
from tests.permissions.answers import Check, differences
from tests.permissions.mutation import living, mutants_of, one_basis_less
from video_review.models import consent, observation, recording, share, upload

log = logging.getLogger(__name__)
FUNCTIONS = [
    recording.is_owner,
    recording.is_open_to_others,
    recording.has_partner_share,
    recording.has_person_share,
    recording.has_group_share,
    recording.RecordingQuerySet.visible_to,
    recording.RecordingQuerySet.playable,
    share.ShareQuerySet.valid,
    consent.ConsentQuerySet.visible_to,
    consent.ConsentQuerySet.complete,
    upload.UploadQuerySet.visible_to,
    observation.ObservationQuerySet.submitted,
    observation.ObservationQuerySet.visible_to,
    observation.MomentQuerySet.visible_to,
    edition.EditionQuerySet.visible_to,
    enrolment.EnrolmentQuerySet.active,
    enrolment.EnrolmentQuerySet.visible_to,
    edition.EveningTrainerQuerySet.valid,
    group.GroupMembershipQuerySet.valid,
    edition.teaches_edition,
    edition.is_coordinator,
    enrolment.takes_part,
    enrolment.ENROLMENT_BASES["owner"],
    RoleGrantQuerySet.valid,
]
# Questions are asked until one row is red: the quick ones first.
FIRST_ASK = ["consents", "uploads", "enrolments", "editions", "recordings"]
BASES = {
    "BASES": recording.BASES,
    "EDITION_BASES": edition.EDITION_BASES,
    "ENROLMENT_BASES": enrolment.ENROLMENT_BASES,
}
# A consent that was confirmed was asked before: the database itself refuses any other.
EQUIVALENT = ["ConsentQuerySet.complete without before_at__isnull=False"]


def mutants() -> Iterator[tuple[str, AbstractContextManager[None]]]:
    """Every clause and every basis left out once: its name, and the time during which it is."""
    for mutant in mutants_of(FUNCTIONS):
        yield mutant.name, living(mutant)
    for name, bases in BASES.items():
        for basis in bases:
            yield f"{name} without {basis}", one_basis_less(bases, basis)


def is_noticed(checks: list[Check], changed: AbstractContextManager[None]) -> bool:
    """A row turns red, or the question cannot even be asked any more."""
    try:
        with changed, transaction.atomic():
            return any(differences(checks, FIRST_ASK))
    except (DatabaseError, FieldError, TypeError, ValueError):
        log.info("the question cannot be asked any more")
        return True


def survivors(checks: list[Check]) -> list[str]:
    unnoticed = []
    for name, changed in list(mutants()):
        is_killed = is_noticed(checks, changed)
        log.info("%s: %s", "killed" if is_killed else "SURVIVED", name)
        if not is_killed:
            unnoticed.append(name)
    return unnoticed
