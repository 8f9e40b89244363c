"""Saying beforehand that one cannot come, and catching up with another group."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from courses.delivery.models import AbsenceNotice, Enrolment, Evening, OtherTrackVisit
from courses.delivery.services.calendar import tell_calendar
from courses.delivery.services.enrolments import evenings_of
from lms.accounts.models import RoleGrant, User
from lms.accounts.services import stream_of
from lms.audit.services import record
from lms.mail.services import queue_mail

# A guest takes a chair that somebody left free, or one of these beside the table.
CHAIRS_FOR_GUESTS = 2


class NotTheirEvening(Exception):
    """Nobody expects this person there, or it has begun."""


class NoPlaceToCatchUp(Exception):
    """Another evening, one that has begun or was cancelled, or the chairs are taken."""


@dataclass(frozen=True)
class CatchUp:
    """The same evening with another group, and the chairs that are free there."""

    evening: Evening
    free: int


def catch_ups(enrolment: Enrolment, evening: Evening) -> list[CatchUp]:
    """Where this evening can be caught up, the first on top."""
    found = list(same_evening_elsewhere(enrolment, evening).order_by("starts_at", "pk"))
    free = free_chairs(found)
    return [CatchUp(one, free[one.pk]) for one in found if free[one.pk] > 0]


def same_evening_elsewhere(enrolment: Enrolment, evening: Evening) -> QuerySet[Evening]:
    """Still to come, in published editions; closed ones are for practices of their care group."""
    practice = enrolment.participant.practice
    is_same = Q(page_key=evening.page_key) | Q(
        edition__content__course=evening.edition.content.course_id,
        code=evening.code,
        track_key=evening.track_key,
    )
    is_open = Q(edition__is_open=True)
    if practice is not None and practice.care_group_id is not None:
        is_open |= Q(edition__care_group=practice.care_group_id)
    return (
        Evening.objects.filter(
            is_same,
            is_open,
            edition__published_at__isnull=False,
            edition__cancelled_at=None,
            cancelled_at=None,
            starts_at__gt=timezone.now(),
        )
        .exclude(edition=evening.edition_id)
        .select_related("edition")
    )


def free_chairs(evenings: Iterable[Evening]) -> dict[int, int]:
    """Per evening: its chairs, less who is expected. A place that is held for somebody who has not
    answered is taken."""
    found = list(evenings)
    keys = [one.pk for one in found]
    notices = AbsenceNotice.objects.filter(enrolment__ended_at=None)
    away = count_per(notices.filter(evening__in=keys), "evening")
    guests = count_per(notices.filter(catch_up__in=keys), "catch_up")
    visits = OtherTrackVisit.objects.filter(enrolment__ended_at=None, evening__in=keys)
    visitors = count_per(visits, "evening")
    chose = people_per_track({one.edition_id for one in found if one.track_key})
    return {
        one.pk: one.edition.capacity
        + CHAIRS_FOR_GUESTS
        - (chose[one.edition_id, one.track_key] if one.track_key else one.edition.seats_taken)
        - guests[one.pk]
        - visitors[one.pk]
        + away[one.pk]
        for one in found
    }


def count_per(rows: QuerySet, name: str) -> Counter[int]:  # type: ignore[type-arg]
    return Counter(dict(rows.order_by().values_list(name).annotate(number=Count("pk"))))


def people_per_track(editions: set[int]) -> Counter[tuple[int, object]]:
    people = Enrolment.objects.active().filter(edition__in=editions)
    rows = people.order_by().values_list("edition", "track_choice__track_key")
    return Counter(
        {(edition, track): number for edition, track, number in rows.annotate(number=Count("pk"))}
    )


@transaction.atomic
def tell_absence(
    enrolment: Enrolment, evening: Evening, *, catch_up: Evening | None = None
) -> AbsenceNotice:
    """A participant cannot come, and catches up there; without a place the coordinator is asked."""
    if evening.starts_at <= timezone.now() or evening.is_cancelled:
        raise NotTheirEvening
    notice = keep_notice(enrolment, evening, catch_up, by=enrolment.participant)
    if catch_up is None:
        ask_coordinators(notice)
    return notice


@transaction.atomic
def arrange_catch_up(
    enrolment: Enrolment, evening: Evening, *, catch_up: Evening | None, by: User
) -> AbsenceNotice:
    """A coordinator finds a place for somebody, also once the evening is over; none: not yet."""
    return keep_notice(enrolment, evening, catch_up, by=by)


def keep_notice(
    enrolment: Enrolment, evening: Evening, catch_up: Evening | None, *, by: User
) -> AbsenceNotice:
    if enrolment.ended_at is not None or evening not in evenings_of(enrolment):
        raise NotTheirEvening
    before = enrolment.absences.filter(evening=evening).select_related("catch_up__edition").first()
    left = before.catch_up if before else None
    if catch_up is not None and catch_up != left:
        claim_chair(enrolment, evening, catch_up)
    is_own = by == enrolment.participant
    notice, _ = AbsenceNotice.objects.update_or_create(
        enrolment=enrolment,
        evening=evening,
        defaults={"catch_up": catch_up, "arranged_by": None if is_own else by},
    )
    write_down("absence.told" if is_own else "absence.arranged", notice, by=by)
    tell_calendars_of(enrolment, evening, left, catch_up)
    return notice


def claim_chair(enrolment: Enrolment, evening: Evening, catch_up: Evening) -> None:
    """Of two who want the last chair the second waits here, and then sees that it is taken."""
    Evening.objects.filter(pk=catch_up.pk).update(sequence=F("sequence"))
    if catch_up not in [one.evening for one in catch_ups(enrolment, evening)]:
        raise NoPlaceToCatchUp


@transaction.atomic
def take_back_absence(enrolment: Enrolment, evening: Evening) -> None:
    """They can come after all: until the evening begins, and not once they have caught up."""
    notice = enrolment.absences.filter(evening=evening).select_related("catch_up__edition").first()
    if notice is None:
        return
    if not can_still_take_back(notice):
        raise NotTheirEvening
    write_down("absence.taken_back", notice, by=enrolment.participant)
    notice.delete()
    tell_calendars_of(enrolment, evening, notice.catch_up)


def can_still_take_back(notice: AbsenceNotice) -> bool:
    now = timezone.now()
    has_begun = notice.catch_up is not None and notice.catch_up.starts_at <= now
    return notice.evening.starts_at > now and not has_begun


def write_down(event: str, notice: AbsenceNotice, *, by: User) -> None:
    where = {"catch_up": str(notice.catch_up.public_id)} if notice.catch_up else {}
    record(
        event,
        stream=stream_of(notice.enrolment.participant),
        actor=by,
        object_type="evening",
        object_ref=str(notice.evening.public_id),
        detail=where,
    )


def tell_calendars_of(enrolment: Enrolment, *evenings: Evening | None) -> None:
    for edition in dict.fromkeys(one.edition for one in evenings if one is not None):
        tell_calendar(edition, enrolment.participant)


def ask_coordinators(notice: AbsenceNotice) -> None:
    """The mail says that somebody looks for a place, not who."""
    grants = RoleGrant.objects.valid().filter(role="coordinator").select_related("user")
    for user in {grant.user for grant in grants}:
        queue_mail(
            key=f"catch-up-wanted:{notice.pk}:{user.pk}",
            recipient=user,
            template="catch_up_wanted",
            context={"edition": notice.evening.edition.title, "code": notice.evening.code},
            url_name="delivery:attendance",
            url_args=[notice.evening.edition.public_id],
        )


def absence_of(user: User, evening: Evening) -> AbsenceNotice | None:
    notices = AbsenceNotice.objects.filter(
        enrolment__participant=user, enrolment__ended_at=None, evening=evening
    )
    return notices.select_related("evening", "catch_up__edition", "enrolment").first()


def notices_of(user: User, evening: Evening) -> tuple[AbsenceNotice | None, AbsenceNotice | None]:
    """That somebody does not come, and why somebody of another group comes here."""
    about = Q(evening=evening) | Q(catch_up=evening)
    notices = AbsenceNotice.objects.filter(
        about, enrolment__participant=user, enrolment__ended_at=None
    ).select_related("evening__edition", "catch_up__edition", "enrolment")
    found = {one.evening_id == evening.pk: one for one in notices.order_by("-pk")}
    return found.get(True), found.get(False)
