"""Taking part without a partner: somebody asks for it, a coordinator says yes or no to it."""

from django.db import transaction
from django.utils import timezone

from courses.delivery.models import (
    AgreedTerms,
    AloneRequest,
    CoupleMember,
    Edition,
    PracticeCouple,
)
from courses.delivery.services.couples import (
    NothingAsked,
    NotOpen,
    held,
    held_in_course,
    is_open_to,
    join_queue,
    lapse_requests,
    move_queue,
    note,
    people_of,
    refuse_elsewhere,
    refuse_second_place,
    takes_applications,
)
from courses.delivery.services.places import enrol_accepted, release
from lms.accounts.models import User
from lms.accounts.services import sign_confidentiality
from lms.mail.services import queue_mail

State = AloneRequest.State


class NobodySaidYes(Exception):
    """There is nobody of this couple yet who could go on alone."""


class BothSaidYes(Exception):
    """There are two of them, so nobody is alone."""


@transaction.atomic
def ask_alone(edition: Edition, person: User, reason: str, terms: AgreedTerms) -> AloneRequest:
    """No place is taken before a coordinator says yes. Asked again, the last reason counts."""
    edition = held(edition)
    if person.practice is None or not is_open_to(edition, person.practice):
        raise NotOpen
    refuse_second_place(edition, [person])
    sign_confidentiality(person)
    return keep_request(edition, person, reason=reason, terms=terms)


@transaction.atomic
def ask_to_go_on_alone(member: CoupleMember, reason: str) -> AloneRequest:
    """By whoever stays behind when the partner stops, or does not answer."""
    couple = held_in_course(member.couple)
    check_goes_on_alone(couple)
    return keep_request(couple.edition, member.user, reason=reason, couple=couple)


def keep_request(
    edition: Edition,
    person: User,
    *,
    reason: str,
    terms: AgreedTerms | None = None,
    couple: PracticeCouple | None = None,
) -> AloneRequest:
    request, _ = AloneRequest.objects.update_or_create(
        edition=edition,
        person=person,
        state=State.ASKED,
        defaults={
            "reason": reason,
            "terms": terms,
            "couple": couple,
            "asked_at": timezone.now(),
        },
    )
    return request


@transaction.atomic
def allow_request(request: AloneRequest, *, by: User, answer: str = "") -> PracticeCouple:
    """In a place, or as one person in the queue; the reason of who asked is kept with it."""
    held(request.edition)
    close(request, State.ALLOWED, by=by, answer=answer)
    if request.couple is not None:
        couple = allow_alone(request.couple, by=by, reason=request.reason)
    else:
        couple = enrol_alone(request.edition, request.person, by=by, reason=request.reason)
        couple.members.update(terms=request.terms)
    queue_mail(
        key=f"alone:{request.pk}",
        recipient=request.person,
        template="alone_allowed",
        context={
            "edition": request.edition.title,
            "has_place": couple.confirmed_at is not None,
        },
        url_name="accounts:arrive",
    )
    return couple


@transaction.atomic
def decline_request(request: AloneRequest, *, by: User, answer: str) -> None:
    """A place that somebody has stays theirs: they can still find another colleague."""
    held(request.edition)
    close(request, State.DECLINED, by=by, answer=answer)
    in_course = request.couple is not None
    queue_mail(
        key=f"alone:{request.pk}",
        recipient=request.person,
        template="alone_declined",
        context={"edition": request.edition.title},
        url_name="delivery:couple" if in_course else "delivery:alone",
        url_args=[] if in_course else [request.edition.public_id],
    )


def close(request: AloneRequest, state: str, *, by: User, answer: str) -> None:
    """Of two coordinators who answer at once, one does."""
    waiting = AloneRequest.objects.waiting().filter(pk=request.pk)
    if not waiting.update(state=state, answer=answer, answered_by=by, answered_at=timezone.now()):
        raise NothingAsked


def take_along_requests(couple: PracticeCouple, people: list[User]) -> None:
    """They have a place in the edition they go to now: what they asked there needs no answer, and
    what they asked before is answered there."""
    lapse_requests(couple.edition, people)
    AloneRequest.objects.waiting().filter(couple=couple).update(edition=couple.edition)


@transaction.atomic
def enrol_alone(edition: Edition, person: User, *, by: User, reason: str) -> PracticeCouple:
    """A coordinator lets one person in without a partner, and says why."""
    edition = held(edition)
    if person.practice is None or not takes_applications(edition):
        raise NotOpen
    refuse_elsewhere(edition, [person])
    couple = join_queue(edition, person.practice, seats=1, people=[person])
    couple.members.update(accepted_at=timezone.now())
    except_from_rule(couple, by=by, reason=reason)
    move_queue(edition, newcomer=couple)
    couple.refresh_from_db()
    return couple


@transaction.atomic
def allow_alone(couple: PracticeCouple, *, by: User, reason: str) -> PracticeCouple:
    """Whoever said yes goes on without the other, who did not, or who stopped."""
    couple = held_in_course(couple)
    stays = check_goes_on_alone(couple)
    couple.members.filter(ended_at=None).exclude(pk=stays.pk).update(ended_at=timezone.now())
    except_from_rule(couple, by=by, reason=reason)
    if couple.seats > 1:
        release(couple, couple.seats - 1)
    enrol_accepted(couple)
    return couple


def check_goes_on_alone(couple: PracticeCouple) -> CoupleMember:
    """The one who said yes, when that is one person."""
    said_yes = [one for one in people_of(couple) if one.accepted_at is not None]
    if not said_yes:
        raise NobodySaidYes
    if len(said_yes) > 1:
        raise BothSaidYes
    return said_yes[0]


def except_from_rule(couple: PracticeCouple, *, by: User, reason: str) -> None:
    couple.exception_by, couple.exception_reason = by, reason
    couple.save(update_fields=["exception_by", "exception_reason"])
    note("enrolment.allowed_alone", couple, by=by, detail={"reason": reason})


def requests_for(edition: Edition) -> list[AloneRequest]:
    """Who waits for an answer, the longest first."""
    waiting = AloneRequest.objects.waiting().filter(edition=edition)
    found = waiting.select_related("person__practice", "person__profession", "couple")
    return list(found.order_by("asked_at", "pk"))


def last_request(edition: Edition, person: User) -> AloneRequest | None:
    mine = AloneRequest.objects.filter(edition=edition, person=person)
    return mine.exclude(state=State.LAPSED).order_by("-asked_at", "-pk").first()
