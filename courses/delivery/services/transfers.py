"""Going on in another edition of the course, together or alone, with what was made so far."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery import signals
from courses.delivery.models import (
    AbsenceNotice,
    Attendance,
    CoupleMember,
    Edition,
    Enrolment,
    Evening,
    Group,
    PracticeCouple,
    TrackChoice,
)
from courses.delivery.services.alone import (
    except_from_rule,
    take_along_requests,
)
from courses.delivery.services.couples import (
    NothingAsked,
    NotOpen,
    held_couple,
    lapse_requests,
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
    release,
)
from courses.delivery.services.stopping import leave_behind
from lms.accounts.models import User
from lms.mail.services import queue_mail


@dataclass(frozen=True)
class Luggage:
    """What one person takes along to another edition, and what stays behind."""

    person: User
    attended: list[Evening]  # stays on record, and on the list of that evening
    track: str  # chosen before
    keeps_track: bool
    notices: int  # of evenings to come, that do not count any more


def destinations(couple: PracticeCouple) -> list[Edition]:
    """Where they can go, the first to begin on top."""
    is_waiting = Q(couples__confirmed_at=None, couples__ended_at=None)
    found = ways_for(couple).annotate(waiting=Count("couples", is_waiting))
    return sorted(
        found.prefetch_related("evenings"),
        key=lambda one: min(each.starts_at for each in one.evenings.all()),
    )


def ways_for(couple: PracticeCouple) -> QuerySet[Edition]:
    """Other editions of the same course that take place and are not over."""
    held = Evening.objects.filter(edition=OuterRef("pk"), cancelled_at=None)
    return Edition.objects.filter(
        Exists(held.filter(starts_at__gt=timezone.now())),
        content__course=couple.edition.content.course_id,
        published_at__isnull=False,
        cancelled_at=None,
    ).exclude(pk=couple.edition_id)


def luggage_of(enrolment: Enrolment, to: Edition) -> Luggage:
    choice = TrackChoice.objects.filter(enrolment=enrolment).first()
    tracks = outline(enrolment.edition.content_id).tracks
    chosen = tracks.get(choice.track_key) if choice else None
    attended = Evening.objects.filter(
        attendances__enrolment=enrolment,
        attendances__status__in=[Attendance.Status.PRESENT, Attendance.Status.PARTIAL],
    )
    return Luggage(
        person=enrolment.participant,
        attended=list(attended.order_by("starts_at")),
        track=chosen.title if chosen else "",
        keeps_track=choice is not None and has_track(to, choice),
        notices=notices_to_come(enrolment).count(),
    )


def has_track(edition: Edition, choice: TrackChoice) -> bool:
    return edition.evenings.filter(track_key=choice.track_key, cancelled_at=None).exists()


def notices_to_come(enrolment: Enrolment) -> QuerySet[AbsenceNotice]:
    return AbsenceNotice.objects.filter(
        enrolment=enrolment,
        evening__edition=enrolment.edition_id,
        evening__ends_at__gt=timezone.now(),
    )


@transaction.atomic
def transfer(couple: PracticeCouple, to: Edition, *, by: User) -> None:
    """All of a couple go to another edition. Their place is claimed there first, or
    ``EditionFull``; their old one is given back, and the old group no longer theirs."""
    couple = hold_both(couple, to)
    people = people_of(couple)
    claim_there(to, [member.user for member in people], seats=couple.seats)
    old, was_seated = couple.edition, couple.confirmed_at is not None
    enrolments = list(couple.enrolments.active())
    couple.edition, couple.confirmed_at = to, couple.confirmed_at or timezone.now()
    couple.save(update_fields=["edition", "confirmed_at"])
    take_along_requests(couple, [member.user for member in people])
    for enrolment in enrolments:
        move(enrolment, couple)
    enrol_accepted(couple)
    note("enrolment.transferred", couple, by=by, detail={"from": str(old.public_id)})
    for member in people:
        tell_moved(member.user, old, to)
    if was_seated:
        give_back(old, couple.seats)
    move_queue(old)


@transaction.atomic
def transfer_one(member: CoupleMember, to: Edition, *, by: User, reason: str) -> PracticeCouple:
    """One of two who take part goes on elsewhere, as somebody whom the coordinator lets come
    alone; the other keeps the own place and can look for a new partner."""
    couple = hold_both(member.couple, to)
    found = couple.members.filter(pk=member.pk, ended_at=None).select_related("user").first()
    enrolment = couple.enrolments.active().filter(participant=member.user_id).first()
    if found is None or enrolment is None:
        raise NothingAsked
    claim_there(to, [found.user], seats=1)
    couple.members.filter(pk=found.pk).update(ended_at=timezone.now())
    alone = PracticeCouple.objects.create(
        edition=to, practice=couple.practice, seats=1, confirmed_at=timezone.now()
    )
    CoupleMember.objects.create(
        couple=alone,
        user=found.user,
        asked_at=found.asked_at,
        accepted_at=found.accepted_at,
        terms=found.terms,
    )
    except_from_rule(alone, by=by, reason=reason)
    for edition in (couple.edition, to):  # what was asked is answered by this
        lapse_requests(edition, [found.user])
    move(enrolment, alone)
    note("enrolment.transferred", alone, by=by, detail={"from": str(couple.edition.public_id)})
    tell_moved(found.user, couple.edition, to)
    release(couple, 1)
    leave_behind(couple, about=found, template="partner_moved")
    return alone


def hold_both(couple: PracticeCouple, to: Edition) -> PracticeCouple:
    """Always in this order: two who go each other's way never wait in a ring. ``NotOpen`` when
    nobody can go there any more."""
    for pk in sorted([couple.edition_id, to.pk]):
        hold_queue(Edition(pk=pk))
    couple = held_couple(couple)
    if not ways_for(couple).filter(pk=to.pk).exists():
        raise NotOpen
    return couple


def claim_there(to: Edition, people: list[User], *, seats: int) -> None:
    refuse_second_place(to, people)
    if to.couples.waiting().exists():  # nobody passes those who wait there
        raise EditionFull
    claim_seats(to, seats)


def move(enrolment: Enrolment, couple: PracticeCouple) -> None:
    """What was made and where somebody was goes along; what hangs on the old evenings does not.
    A track that is not taught there has to be chosen anew."""
    old, to = enrolment.edition, couple.edition
    choice = TrackChoice.objects.filter(enrolment=enrolment).first()
    if choice is not None and not has_track(to, choice):
        choice.delete()
    notices_to_come(enrolment).delete()
    enrolment.other_track_visits.all().delete()
    Enrolment.objects.filter(pk=enrolment.pk).update(edition=to, couple=couple)
    moved = Enrolment.objects.select_related("edition", "participant").get(pk=enrolment.pk)
    leave_edition_group(old, moved.participant)
    join_group(to, Group.Kind.EDITION, moved.participant)
    signals.moved.send(Enrolment, enrolment=moved, old=old)
    signals.enrolled.send(Enrolment, enrolment=moved)


def tell_moved(person: User, old: Edition, to: Edition) -> None:
    queue_mail(
        key=f"moved:{person.pk}:{old.pk}:{to.pk}:{timezone.now():%Y%m%d%H%M%S}",
        recipient=person,
        template="place_moved",
        context={"old": old.title, "edition": to.title},
        url_name="accounts:arrive",
    )
