"""From applying together to taking part together: who is asked, who says yes, and what becomes of
a place when nobody does. Each begins by holding the queue of its edition."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import CoupleMember, Edition, Enrolment, Group, PracticeCouple
from courses.delivery.services.enrolments import NotACouple, check_couple
from courses.delivery.services.groups import join_group, leave_edition_group
from courses.delivery.services.places import (
    EditionFull,
    claim_seats,
    enrol_accepted,
    give_back,
    hold_queue,
    promote_waiting,
    release,
    tell_of_place,
)
from lms.accounts import invitations
from lms.accounts.models import Invitation, Practice, Profession, User
from lms.accounts.services import sign_confidentiality
from lms.audit.services import record
from lms.mail.services import queue_mail

LAPSE_LIMIT = 500  # couples in one night: the rest follows in the next


class OnePerson(NotACouple):
    """Both names are of the same person."""


class NotOpen(Exception):
    """Nobody can apply for this edition, or not from this practice."""


class StandsAlready(Exception):
    """One of them takes part in this edition, or waits for it."""


class NothingAsked(Exception):
    """What was asked of somebody does not stand any more."""


def is_open_to(edition: Edition, practice: Practice | None) -> bool:
    """Published, not cancelled, not begun; a closed one is for the practices of its care group."""
    if edition.published_at is None or edition.cancelled_at is not None:
        return False
    if not edition.is_open and (
        practice is None or edition.care_group_id != practice.care_group_id
    ):
        return False
    evenings = edition.evenings.filter(cancelled_at=None)
    return evenings.exists() and not evenings.filter(starts_at__lte=timezone.now()).exists()


@transaction.atomic
def apply_as_couple(edition: Edition, applicant: User, partner: User) -> PracticeCouple:
    """The applicant said yes and asks the partner. A place is held for both, or they wait."""
    if applicant.pk == partner.pk:
        raise OnePerson
    edition = held(edition)
    practice = applicant.practice
    if practice is None or not is_open_to(edition, practice):
        raise NotOpen
    if partner.profession_id is not None:
        check_couple(applicant, partner)
    couple = join_queue(edition, practice, seats=2, people=[applicant, partner])
    accepted = couple.members.filter(user=applicant)
    accepted.update(accepted_at=timezone.now())
    ask(couple.members.get(user=partner), by=applicant)
    move_queue(edition, newcomer=couple)
    couple.refresh_from_db()
    return couple


@transaction.atomic
def enrol_alone(edition: Edition, person: User, *, by: User, reason: str) -> PracticeCouple:
    """A coordinator lets one person in without a partner, and says why."""
    edition = held(edition)
    if person.practice is None:
        raise NotOpen
    couple = join_queue(edition, person.practice, seats=1, people=[person])
    couple.members.update(accepted_at=timezone.now())
    except_from_rule(couple, by=by, reason=reason)
    move_queue(edition, newcomer=couple)
    couple.refresh_from_db()
    return couple


@transaction.atomic
def allow_alone(couple: PracticeCouple, *, by: User, reason: str) -> PracticeCouple:
    """Whoever said yes goes on without the other, who did not."""
    couple = held_couple(couple)
    waits_for = couple.members.filter(ended_at=None, accepted_at=None)
    waits_for.update(ended_at=timezone.now())
    stays = couple.members.filter(ended_at=None).count()
    if stays != 1:
        raise NothingAsked
    except_from_rule(couple, by=by, reason=reason)
    if couple.seats > stays:
        release(couple, couple.seats - stays)
    enrol_accepted(couple)
    return couple


@transaction.atomic
def ask(member: CoupleMember, *, by: User) -> Invitation:
    """Once more when it was asked before: the days begin anew, and older links stop."""
    invitation = invitations.invite(
        member.user, purpose_of(member), days=settings.COUPLE_INVITATION_DAYS, by=by
    )
    member.expires_at = invitation.expires_at
    member.save(update_fields=["expires_at"])
    queue_mail(
        key=f"couple:{invitation.pk}",
        recipient=member.user,
        template="couple_invited",
        context={
            "by": str(applicant_of(member) or by),
            "edition": member.couple.edition.title,
            "days": settings.COUPLE_INVITATION_DAYS,
        },
        url_name="delivery:couple_answer",
        url_args=[invitations.token_of(invitation)],
    )
    return invitation


def applicant_of(member: CoupleMember) -> User | None:
    """Whose idea it was, also when a coordinator asks once more."""
    others = member.couple.members.filter(ended_at=None).exclude(pk=member.pk)
    first = others.select_related("user").order_by("pk").first()
    return first.user if first else None


def purpose_of(member: CoupleMember) -> str:
    return f"delivery.couple:{member.pk}"


def asked_of(invitation: Invitation) -> CoupleMember | None:
    """For which couple somebody was asked by this link."""
    app, _, pk = invitation.purpose.partition(":")
    if app != "delivery.couple":
        return None
    members = CoupleMember.objects.select_related("couple__edition", "couple__practice", "user")
    return members.filter(pk=pk, user=invitation.user_id).first()


@transaction.atomic
def accept(invitation: Invitation, *, profession: Profession | None = None) -> PracticeCouple:
    """The partner says yes to the terms and to confidentiality; from now on both take part, or
    wait together. Nothing of the link is used up when they turn out to be no couple."""
    member = asked_of(invitation)
    if member is None:
        raise NothingAsked
    couple = held_couple(member.couple)
    if member.user.profession is None and profession is not None:
        member.user.profession = profession
        member.user.save(update_fields=["profession"])
    check_members(couple)
    invitations.use(invitation)
    said = couple.members.filter(pk=member.pk, accepted_at=None, ended_at=None)
    if not said.update(accepted_at=timezone.now()):
        raise NothingAsked
    sign_confidentiality(member.user)
    enrol_accepted(couple)
    return couple


@transaction.atomic
def withdraw(couple: PracticeCouple, *, by: User | None = None) -> None:
    """The couple gives up its place, or leaves the queue; who waits first is served."""
    couple = held_couple(couple)
    end_couple(couple)
    if by is not None:
        note("enrolment.withdrawn", couple, by=by)


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


def held(edition: Edition) -> Edition:
    """As it stands now; nobody else changes its places or queue until this transaction ends."""
    hold_queue(edition)
    return Edition.objects.get(pk=edition.pk)


def held_couple(couple: PracticeCouple) -> PracticeCouple:
    """As it stands now, or ``NothingAsked`` once it has ended."""
    hold_queue(couple.edition)
    standing = PracticeCouple.objects.standing().select_related("edition", "practice")
    found = standing.filter(pk=couple.pk, edition=couple.edition_id).first()
    if found is None:
        raise NothingAsked
    return found


def people_of(couple: PracticeCouple) -> list[CoupleMember]:
    return list(couple.members.filter(ended_at=None).select_related("user").order_by("pk"))


def check_members(couple: PracticeCouple) -> None:
    people = [member.user for member in people_of(couple)]
    if len(people) == 2:  # one alone was allowed by a coordinator
        check_couple(*people)


def refuse_second_place(edition: Edition, people: Sequence[User]) -> None:
    standing = CoupleMember.objects.filter(
        user__in=people, ended_at=None, couple__edition=edition, couple__ended_at=None
    )
    taking_part = Enrolment.objects.active().filter(edition=edition, participant__in=people)
    if standing.exists() or taking_part.exists():
        raise StandsAlready


def join_queue(
    edition: Edition, practice: Practice, *, seats: int, people: Sequence[User]
) -> PracticeCouple:
    refuse_second_place(edition, people)
    couple = PracticeCouple.objects.create(edition=edition, practice=practice, seats=seats)
    CoupleMember.objects.bulk_create(CoupleMember(couple=couple, user=user) for user in people)
    return couple


def move_queue(edition: Edition, newcomer: PracticeCouple | None = None) -> None:
    """Who comes in just now reads it on the page; who waited before is told by mail."""
    for couple in promote_waiting(edition):
        if couple != newcomer:
            tell_of_place(couple)


def except_from_rule(couple: PracticeCouple, *, by: User, reason: str) -> None:
    couple.exception_by, couple.exception_reason = by, reason
    couple.save(update_fields=["exception_by", "exception_reason"])
    note("enrolment.allowed_alone", couple, by=by, detail={"reason": reason})


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


def note(
    event: str, couple: PracticeCouple, *, by: User, detail: dict[str, Any] | None = None
) -> None:
    record(
        event,
        stream=f"edition:{couple.edition.public_id}",
        actor=by,
        role="coordinator",
        object_type="practice_couple",
        object_ref=str(couple.public_id),
        detail=detail,
    )
