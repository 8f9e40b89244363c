"""Going on in another edition of the course."""

from django.db import transaction
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import Edition, Enrolment, Group, PracticeCouple
from courses.delivery.services.couples import (
    held_couple,
    move_queue,
    note,
    people_of,
    refuse_second_place,
)
from courses.delivery.services.groups import join_group, leave_edition_group
from courses.delivery.services.places import (
    EditionFull,
    claim_seats,
    enrol_accepted,
    give_back,
    hold_queue,
)
from lms.accounts.models import User


@transaction.atomic
def transfer(couple: PracticeCouple, to: Edition, *, by: User) -> None:
    """All of a couple go to another edition, with what they made. Their place is claimed there
    first, or ``EditionFull``; their old one is given back, and the old group no longer theirs."""
    for pk in sorted([couple.edition_id, to.pk]):  # always in this order: two never wait in a ring
        hold_queue(Edition(pk=pk))
    couple = held_couple(couple)
    old, was_seated = couple.edition, couple.confirmed_at is not None
    refuse_second_place(to, [member.user for member in people_of(couple)])
    if to.couples.waiting().exists():  # nobody passes those who wait there
        raise EditionFull
    claim_seats(to, couple.seats)
    couple.edition, couple.confirmed_at = to, couple.confirmed_at or timezone.now()
    couple.save(update_fields=["edition", "confirmed_at"])
    for enrolment in couple.enrolments.active().select_related("participant"):
        enrolment.edition = to
        enrolment.save(update_fields=["edition"])
        leave_edition_group(old, enrolment.participant)
        join_group(to, Group.Kind.EDITION, enrolment.participant)
        signals.enrolled.send(Enrolment, enrolment=enrolment)
    enrol_accepted(couple)
    note("enrolment.transferred", couple, by=by, detail={"from": str(old.public_id)})
    if was_seated:
        give_back(old, couple.seats)
    move_queue(old)
