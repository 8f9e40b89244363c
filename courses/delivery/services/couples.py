"""From applying together to taking part together: who is asked, and who says yes. Each begins by
holding the queue of its edition."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.delivery.models import (
    AgreedTerms,
    AloneRequest,
    CoupleMember,
    Edition,
    Enrolment,
    Evening,
    PracticeCouple,
)
from courses.delivery.services.enrolments import NotACouple, check_couple
from courses.delivery.services.places import (
    enrol_accepted,
    hold_queue,
    promote_waiting,
    tell_of_place,
)
from lms.accounts import invitations
from lms.accounts.models import Invitation, Practice, Profession, User
from lms.accounts.services import sign_confidentiality
from lms.audit.services import record
from lms.mail.services import queue_mail


class OnePerson(NotACouple):
    """Both names are of the same person."""


class NotOpen(Exception):
    """Nobody can apply for this edition, or not from this practice."""


class StandsAlready(Exception):
    """One of them takes part in this edition, or waits for it."""


class StandsElsewhere(StandsAlready):
    """One of them does so in another edition of the same course."""


class NothingAsked(Exception):
    """What was asked of somebody does not stand any more."""


def is_open_to(edition: Edition, practice: Practice | None) -> bool:
    """A closed one is for the practices of its care group."""
    if not takes_applications(edition):
        return False
    if edition.is_open:
        return True
    return practice is not None and edition.care_group_id == practice.care_group_id


def takes_applications(edition: Edition) -> bool:
    """Published, not cancelled, not begun."""
    if edition.published_at is None or edition.cancelled_at is not None:
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
    if partner.profession_id is not None and partner.practice_id is not None:
        check_couple(applicant, partner)
    couple = join_queue(edition, practice, seats=2, people=[applicant, partner])
    refuse_elsewhere(edition, [applicant, partner])
    accepted = couple.members.filter(user=applicant)
    accepted.update(accepted_at=timezone.now())
    ask(couple.members.get(user=partner), by=applicant)
    move_queue(edition, newcomer=couple)
    couple.refresh_from_db()
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


@transaction.atomic
def ask_again(couple: PracticeCouple, *, by: User) -> CoupleMember:
    """Who did not answer yet gets another link."""
    couple = held_in_course(couple)
    member = couple.members.filter(ended_at=None, accepted_at=None).first()
    if member is None:
        raise NothingAsked
    ask(member, by=by)
    return member


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
def accept(
    invitation: Invitation,
    *,
    profession: Profession | None = None,
    terms: AgreedTerms | None = None,
) -> PracticeCouple:
    """The partner says yes to the terms and to confidentiality; from now on both take part, or
    wait together. Nothing of the link is used up when they turn out to be no couple."""
    member = asked_of(invitation)
    if member is None:
        raise NothingAsked
    couple = held_in_course(member.couple)
    introduce_partner(member.user, profession, couple.practice)
    check_members(couple)
    refuse_elsewhere(couple.edition, [member.user])
    invitations.use(invitation)
    said = couple.members.filter(pk=member.pk, accepted_at=None, ended_at=None)
    if not said.update(accepted_at=timezone.now(), terms=terms):
        raise NothingAsked
    sign_confidentiality(member.user)
    lapse_requests(couple.edition, [one.user for one in people_of(couple)])
    enrol_accepted(couple)
    return couple


def introduce_partner(user: User, profession: Profession | None, practice: Practice) -> None:
    """Of somebody new is known by now where they work, and what was asked of them."""
    user.profession = user.profession or profession
    user.practice = user.practice or practice
    user.save(update_fields=["profession", "practice"])


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


def held_in_course(couple: PracticeCouple) -> PracticeCouple:
    """For whoever joins or goes on: nobody does in an edition that does not take place."""
    found = held_couple(couple)
    if found.edition.cancelled_at is not None:
        raise NothingAsked
    return found


def lapse_requests(edition: Edition, people: list[User] | None = None) -> None:
    """Who stops, or has a partner, need not be answered any more; nor does anybody once it
    does not take place."""
    waiting = AloneRequest.objects.waiting().filter(edition=edition)
    if people is not None:
        waiting = waiting.filter(person__in=people)
    waiting.update(state=AloneRequest.State.LAPSED, answered_at=timezone.now())


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


def refuse_elsewhere(edition: Edition, people: Sequence[User]) -> None:
    """One course is followed in one edition at a time; a coordinator moves people to another."""
    running = Evening.objects.filter(cancelled_at=None, ends_at__gt=timezone.now())
    others = Edition.objects.filter(
        content__course=edition.content.course, cancelled_at=None, evenings__in=running
    ).exclude(pk=edition.pk)
    standing = CoupleMember.objects.filter(
        user__in=people,
        accepted_at__isnull=False,
        ended_at=None,
        couple__edition__in=others,
        couple__ended_at=None,
    )
    if standing.exists():
        raise StandsElsewhere


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


def note(
    event: str,
    couple: PracticeCouple,
    *,
    by: User,
    role: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    record(
        event,
        stream=f"edition:{couple.edition.public_id}",
        actor=by,
        role=role or "coordinator",
        object_type="practice_couple",
        object_ref=str(couple.public_id),
        detail=detail,
    )
