"""Places in an edition: claimed and given back in one conditional UPDATE each, so that the last
one is taken once; and the queue of couples who wait for one."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import Edition, Enrolment, Group, PracticeCouple
from courses.delivery.services.groups import join_group
from lms.mail.services import queue_mail


class EditionFull(Exception):
    """There are not so many places left."""


def claim_seats(edition: Edition, seats: int) -> None:
    """Of two who want the last place one gets it; the other reads ``EditionFull``."""
    fits = Edition.objects.filter(pk=edition.pk, seats_taken__lte=F("capacity") - seats)
    if not fits.update(seats_taken=F("seats_taken") + seats):
        raise EditionFull


def give_back(edition: Edition, seats: int) -> None:
    taken = Edition.objects.filter(pk=edition.pk, seats_taken__gte=seats)
    taken.update(seats_taken=F("seats_taken") - seats)


@transaction.atomic
def promote_waiting(edition: Edition) -> list[PracticeCouple]:
    """Give what is free to the first in the queue, for as long as it fits. Nobody is skipped: a
    single behind a couple waits until the couple has its two places."""
    hold_queue(edition)
    if Edition.objects.filter(pk=edition.pk, cancelled_at__isnull=False).exists():
        return []
    promoted = []
    for couple in edition.couples.waiting().select_related("edition"):
        try:
            claim_seats(edition, couple.seats)
        except EditionFull:
            break
        couple.confirmed_at = timezone.now()
        couple.save(update_fields=["confirmed_at"])
        enrol_accepted(couple)
        promoted.append(couple)
    return promoted


def hold_queue(edition: Edition) -> None:
    """Until this transaction ends nobody else claims or gives back: an UPDATE that changes nothing
    keeps the row, on SQLite the file. Who joins the queue meanwhile looks for a place after it."""
    Edition.objects.filter(pk=edition.pk).update(seats_taken=F("seats_taken"))


def tell_of_place(couple: PracticeCouple) -> None:
    """Who waited has a place now. A mail per person, however often this is asked."""
    for member in couple.members.filter(ended_at=None).select_related("user"):
        queue_mail(
            key=f"place:{couple.pk}:{member.user_id}",
            recipient=member.user,
            template="place_found",
            context={"edition": couple.edition.title},
            url_name="accounts:arrive",
        )


def enrol_accepted(couple: PracticeCouple) -> None:
    """They take part once the couple has its place and all of it said yes."""
    members = list(couple.members.filter(ended_at=None).select_related("user").order_by("pk"))
    if couple.confirmed_at is None or couple.ended_at is not None:
        return
    if len(members) < couple.seats or any(member.accepted_at is None for member in members):
        return
    for member in members:
        enrolment, is_new = Enrolment.objects.active().get_or_create(
            edition=couple.edition, participant=member.user, defaults={"couple": couple}
        )
        if is_new:
            join_group(couple.edition, Group.Kind.EDITION, member.user)
            signals.enrolled.send(Enrolment, enrolment=enrolment)


def release(couple: PracticeCouple, seats: int) -> None:
    """The couple needs so many places less: they go to whoever waits first."""
    standing = PracticeCouple.objects.standing().filter(pk=couple.pk, seats__gte=seats)
    if not standing.update(seats=F("seats") - seats):
        return
    couple.refresh_from_db(fields=["seats", "confirmed_at"])
    if couple.seats == 0:
        couple.ended_at = timezone.now()
        couple.save(update_fields=["ended_at"])
    if couple.confirmed_at is not None:
        give_back(couple.edition, seats)
    for promoted in promote_waiting(couple.edition):
        tell_of_place(promoted)
