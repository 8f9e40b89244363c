"""Giving up a place: by oneself, by a coordinator, or because the partner did not answer."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import CoupleMember, Enrolment, PracticeCouple
from courses.delivery.services.couples import (
    NothingAsked,
    held_couple,
    lapse_requests,
    note,
    people_of,
)
from courses.delivery.services.enrolments import end_enrolment, enrolments_of
from courses.delivery.services.groups import leave_edition_group
from courses.delivery.services.places import release
from lms.accounts.models import User
from lms.mail.services import queue_mail

LAPSE_LIMIT = 500  # couples in one night: the rest follows in the next


def place_of(user: User, *, edition: UUID | None = None) -> CoupleMember | None:
    """What somebody can stop with: in the edition that was chosen; else taking part goes before
    waiting, and the last before the first."""
    standing = CoupleMember.objects.filter(
        user=user, ended_at=None, accepted_at__isnull=False, couple__ended_at=None
    ).select_related("couple__edition", "couple__practice", "user")
    chosen = standing.filter(couple__edition__public_id=edition).first() if edition else None
    if chosen is not None:
        return chosen
    for enrolment in enrolments_of(user):
        taking_part = standing.filter(couple=enrolment.couple_id).first()
        if taking_part is not None:
            return taking_part
    return standing.order_by("-pk").first()


@transaction.atomic
def stop(member: CoupleMember, *, by: User) -> None:
    """One person stops; a partner who takes part keeps the own place. Before both take part there
    is no couple without the one, so that all of it ends."""
    couple = held_couple(member.couple)
    people = people_of(couple)
    this = next((one for one in people if one.pk == member.pk), None)
    if this is None:
        raise NothingAsked
    enrolment = couple.enrolments.active().filter(participant=this.user).first()
    note("enrolment.stopped", couple, by=by, role="participant" if by == this.user else None)
    if enrolment is None:
        decline(this)
        return
    end_enrolment(enrolment)
    lapse_requests(couple.edition, [this.user])
    couple.refresh_from_db()
    leave_behind(couple, about=this, template="partner_stopped")


def leave_behind(couple: PracticeCouple, *, about: CoupleMember, template: str) -> None:
    """Who takes part goes on. Somebody who was only asked does not come in their place."""
    people = [one for one in people_of(couple) if one.pk != about.pk]
    if any(one.accepted_at for one in people):
        tell_who_stays(couple, people, about=about, template=template)
    elif people:
        end_couple(couple)


@transaction.atomic
def decline(member: CoupleMember) -> None:
    """Who was asked says no. Somebody who takes part already goes on, and looks further."""
    couple = held_couple(member.couple)
    if not couple.members.filter(pk=member.pk, ended_at=None).exists():
        raise NothingAsked
    if couple.enrolments.active().exists():
        drop(couple, member)
    else:
        end_couple(couple)


def drop(couple: PracticeCouple, member: CoupleMember) -> None:
    """Of a couple of which the other takes part: only the place of who was asked goes on."""
    asked = couple.members.filter(pk=member.pk, ended_at=None, accepted_at=None)
    if not asked.update(ended_at=timezone.now()):
        raise NothingAsked
    release(couple, 1)
    tell_who_stays(couple, people_of(couple), about=member, template="partner_declined")


def tell_who_stays(
    couple: PracticeCouple, people: list[CoupleMember], *, about: CoupleMember, template: str
) -> None:
    for member in people:
        queue_mail(
            key=f"alone-now:{about.pk}:{member.user_id}",
            recipient=member.user,
            template=template,
            context={"edition": couple.edition.title, "name": about.known_as},
            url=f"{settings.SITE_URL}{reverse('delivery:couple')}?leergang={couple.edition.public_id}",
        )


@transaction.atomic
def withdraw(couple: PracticeCouple, *, by: User) -> None:
    """A coordinator signs a couple off; who waits first is served."""
    couple = held_couple(couple)
    end_couple(couple)
    note("enrolment.withdrawn", couple, by=by)


@transaction.atomic
def lapse(couple: PracticeCouple) -> bool:
    """The partner did not answer in time: the place goes on, and who is concerned is told."""
    couple = held_couple(couple)
    late = couple.members.filter(ended_at=None, accepted_at=None, expires_at__lte=timezone.now())
    found = list(late.select_related("user"))
    if not found:
        return False
    if couple.enrolments.active().exists():
        for member in found:
            drop(couple, member)
    else:
        end_couple(couple)
    return True


def lapse_unanswered() -> None:
    late = PracticeCouple.objects.standing().filter(
        members__ended_at=None,
        members__accepted_at=None,
        members__expires_at__lte=timezone.now(),
        edition__cancelled_at=None,
    )
    for couple in late.distinct().order_by("pk")[:LAPSE_LIMIT]:
        try:
            lapse(couple)
        except NothingAsked:  # ended since it was found
            continue


def end_couple(couple: PracticeCouple) -> None:
    """All of it, and both are told."""
    moment, people = timezone.now(), people_of(couple)
    taking_part = list(couple.enrolments.active().select_related("participant", "edition"))
    for enrolment in taking_part:
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=moment)
        leave_edition_group(enrolment.edition, enrolment.participant)
    couple.members.filter(ended_at=None).update(ended_at=moment)
    lapse_requests(couple.edition, [member.user for member in people])
    release(couple, couple.seats)
    for enrolment in taking_part:
        signals.enrolment_ended.send(Enrolment, enrolment=enrolment)
    for member in people:
        queue_mail(
            key=f"ended:{couple.pk}:{member.user_id}",
            recipient=member.user,
            template="place_ended",
            context={"edition": couple.edition.title},
            url=f"{settings.SITE_URL}/leergang/",
        )
