"""Applying on a page, for two or to come alone: by somebody who is signed in at once, by others
after a mail."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.delivery.models import (
    AgreedTerms,
    Application,
    CoupleMember,
    Edition,
    PracticeCouple,
)
from courses.delivery.services.alone import ask_alone
from courses.delivery.services.couples import NothingAsked, apply_as_couple, hold_queue
from lms.accounts import invitations
from lms.accounts.models import Invitation, Practice, Profession, User
from lms.accounts.practices import practice_of
from lms.accounts.services import account_of, sign_confidentiality
from lms.mail.services import queue_mail

PURPOSE = "delivery.application:"
CLEAR_LIMIT = 1_000  # in one night: the rest follows in the next


@dataclass(frozen=True)
class Colleague:
    """The practice partner, as the applicant knows them."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class Alone:
    """Why somebody asks to come without a partner."""

    reason: str


@dataclass(frozen=True)
class Introduction:
    """Who applies, as far as it is not known yet."""

    first_name: str = ""
    last_name: str = ""
    profession: Profession | None = None
    practice: Practice | None = None
    practice_name: str = ""
    practice_place: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a couple stands: a place, or which one in the queue."""

    member: CoupleMember
    number: int | None  # none: it has a place
    partner: CoupleMember | None

    @property
    def edition(self) -> Edition:
        return self.member.couple.edition

    @property
    def waits_for_partner(self) -> bool:
        return self.partner is not None and self.partner.accepted_at is None


@transaction.atomic
def apply_now(
    edition: Edition,
    applicant: User,
    who: Introduction,
    partner: Colleague | Alone,
    terms: AgreedTerms,
) -> None:
    """By somebody who is signed in: the place is taken, or they wait."""
    take_up(keep(edition, applicant, who, partner, terms))


@transaction.atomic
def ask_to_confirm(
    edition: Edition,
    email: str,
    who: Introduction,
    partner: Colleague | Alone,
    terms: AgreedTerms,
) -> Invitation:
    """By anybody. Nothing is taken before a link in a mail to that address was followed; whether
    somebody was known there is told to nobody."""
    applicant, is_new = account_of(email)
    earlier = Application.objects.unconfirmed().filter(edition=edition, applicant=applicant)
    is_new = is_new or earlier.filter(is_new_account=True).exists()
    earlier.delete()  # what was filled in last counts
    application = keep(edition, applicant, who, partner, terms, is_new_account=is_new)
    invitation = invitations.invite(
        applicant, f"{PURPOSE}{application.pk}", days=settings.APPLICATION_DAYS
    )
    queue_mail(
        key=f"application:{invitation.pk}",
        recipient=applicant,
        template="application_confirm",
        context={
            "edition": edition.title,
            "days": settings.APPLICATION_DAYS,
            "is_alone": isinstance(partner, Alone),
        },
        url_name="delivery:apply_confirm",
        url_args=[invitations.token_of(invitation)],
    )
    return invitation


def keep(
    edition: Edition,
    applicant: User,
    who: Introduction,
    partner: Colleague | Alone,
    terms: AgreedTerms,
    *,
    is_new_account: bool = False,
) -> Application:
    if isinstance(partner, Alone):
        company = {"reason": partner.reason}
    else:
        company = {
            "partner_first_name": partner.first_name,
            "partner_last_name": partner.last_name,
            "partner_email": partner.email,
        }
    return Application.objects.create(
        edition=edition,
        applicant=applicant,
        is_new_account=is_new_account,
        first_name=who.first_name,
        last_name=who.last_name,
        profession=who.profession,
        practice=who.practice,
        practice_name=who.practice_name,
        practice_place=who.practice_place,
        terms=terms,
        **company,
    )


def is_for_application(invitation: Invitation) -> bool:
    return invitation.purpose.startswith(PURPOSE)


def application_of(invitation: Invitation) -> Application | None:
    """What somebody filled in before they got this link."""
    if not is_for_application(invitation):
        return None
    found = Application.objects.select_related("edition", "applicant", "practice", "profession")
    pk = invitation.purpose.removeprefix(PURPOSE)
    return found.filter(pk=pk, applicant=invitation.user_id).first()


@transaction.atomic
def confirm(invitation: Invitation) -> None:
    """The link was followed to the end. Refused, it stays as it was and can be followed again."""
    application = application_of(invitation)
    if application is None:
        raise NothingAsked
    hold_queue(application.edition)
    invitations.use(invitation)
    take_up(application)


def take_up(application: Application) -> None:
    """What is known of people already is not changed by what was typed."""
    introduce(application.applicant, application)
    if application.reason:
        application.request = ask_alone(
            application.edition, application.applicant, application.reason, application.terms
        )
    else:
        application.couple = apply_with_partner(application)
    application.save(update_fields=["couple", "request"])


def apply_with_partner(application: Application) -> PracticeCouple:
    applicant = application.applicant
    partner, _is_new = account_of(
        application.partner_email,
        first_name=application.partner_first_name,
        last_name=application.partner_last_name,
        practice=applicant.practice,
        language=applicant.language,
    )
    couple = apply_as_couple(application.edition, applicant, partner)
    couple.members.filter(user=applicant).update(terms=application.terms)
    sign_confidentiality(applicant)
    tell_applied(couple, applicant)
    return couple


def introduce(applicant: User, application: Application) -> None:
    if not applicant.get_full_name():
        applicant.first_name = application.first_name
        applicant.last_name = application.last_name
    if applicant.profession is None:
        applicant.profession = application.profession
    if applicant.practice is None:
        applicant.practice = application.practice or practice_of(
            application.practice_name, application.practice_place
        )
    applicant.save(update_fields=["first_name", "last_name", "profession", "practice"])


def tell_applied(couple: PracticeCouple, applicant: User) -> None:
    queue_mail(
        key=f"applied:{couple.pk}",
        recipient=applicant,
        template="application_taken",
        context={
            "edition": couple.edition.title,
            "has_place": couple.confirmed_at is not None,
            "days": settings.COUPLE_INVITATION_DAYS,
        },
        url_name="delivery:applied",
    )


def standings_of(user: User) -> list[Standing]:
    """Where somebody applied and does not take part yet, the last first."""
    members = CoupleMember.objects.filter(
        user=user, ended_at=None, accepted_at__isnull=False, couple__ended_at=None
    ).exclude(couple__enrolments__participant=user)
    found = members.select_related("couple__edition", "couple__practice").order_by("-pk")
    return [standing_of(member) for member in found]


def standing_of(member: CoupleMember) -> Standing:
    couple = member.couple
    others = couple.members.filter(ended_at=None).exclude(pk=member.pk).select_related("user")
    number = None
    if couple.confirmed_at is None:
        queue = list(couple.edition.couples.waiting().values_list("pk", flat=True))
        number = queue.index(couple.pk) + 1 if couple.pk in queue else None
    return Standing(member, number, others.first())


def clear_applications() -> None:
    """What nobody confirmed, and the account that was made for it when nothing else came of it."""
    before = timezone.now() - timedelta(days=settings.APPLICATION_DAYS)
    stale = Application.objects.unconfirmed().filter(made_at__lt=before).select_related("applicant")
    for application in stale.order_by("pk")[:CLEAR_LIMIT]:
        with transaction.atomic():
            application.delete()
            if application.is_new_account:
                clear_account(application.applicant)


def clear_account(user: User) -> None:
    is_in_use = (
        user.has_usable_password()
        or user.last_login is not None
        or user.applications.exists()
        or user.role_grants.exists()
        or user.confidentiality.exists()
    )
    if is_in_use:
        return
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:  # somebody asked them to take part meanwhile
        return
