"""Giving up a place: by oneself, by a coordinator, or because the partner did not answer."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.delivery.models import Enrolment, PracticeCouple
from courses.delivery.services.couples import NothingAsked, held_couple, note, people_of
from courses.delivery.services.groups import leave_edition_group
from courses.delivery.services.places import release
from lms.accounts.models import User
from lms.mail.services import queue_mail

LAPSE_LIMIT = 500  # couples in one night: the rest follows in the next


@transaction.atomic
def withdraw(couple: PracticeCouple, *, by: User | None = None) -> None:
    """The couple gives up its place, or leaves the queue; who waits first is served."""
    couple = held_couple(couple)
    end_couple(couple)
    if by is not None:
        note("enrolment.withdrawn", couple, by=by)


@transaction.atomic
def lapse(couple: PracticeCouple) -> bool:
    """The partner did not answer in time: the place goes on, and both are told."""
    couple = held_couple(couple)
    late = couple.members.filter(ended_at=None, accepted_at=None, expires_at__lte=timezone.now())
    if not late.exists():
        return False
    end_couple(couple)
    return True


def lapse_unanswered() -> None:
    late = PracticeCouple.objects.standing().filter(
        members__ended_at=None, members__accepted_at=None, members__expires_at__lte=timezone.now()
    )
    for couple in late.distinct().order_by("pk")[:LAPSE_LIMIT]:
        try:
            lapse(couple)
        except NothingAsked:  # ended since it was found
            continue


def end_couple(couple: PracticeCouple) -> None:
    """All of it, and both are told."""
    moment, people = timezone.now(), people_of(couple)
    for enrolment in couple.enrolments.active().select_related("participant", "edition"):
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=moment)
        leave_edition_group(enrolment.edition, enrolment.participant)
    couple.members.filter(ended_at=None).update(ended_at=moment)
    release(couple, couple.seats)
    for member in people:
        queue_mail(
            key=f"ended:{couple.pk}:{member.user_id}",
            recipient=member.user,
            template="place_ended",
            context={"edition": couple.edition.title},
            url=f"{settings.SITE_URL}/leergang/",
        )
