"""Planning what comes after the course, and telling everybody whom it is for."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.delivery.calendars import Entry, Method, uid_of, write_calendar
from courses.delivery.models import (
    Edition,
    FollowUpAnswer,
    FollowUpMeeting,
    FollowUpNotice,
)
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record
from lms.mail.services import CalendarPart, queue_mail

RETURN_WEEKS = 13  # after the last evening: the weekday stays the same
MINUTES = 120
TEMPLATES = {Method.REQUEST: "follow_up_planned", Method.CANCEL: "follow_up_cancelled"}
TOLD = ("starts_at", "ends_at", "is_online", "place", "address", "online_url", "practical")
Fault = str | Promise


class NotPlannable(Exception):
    """A date is not possible; why, per date in the order in which they were given."""

    def __init__(self, faults: dict[int, Fault]) -> None:
        super().__init__(", ".join(map(str, faults.values())))
        self.faults = faults


class WhereUnknown(Exception):
    """Nobody is invited to a meeting of which it is not known where it is."""


class NothingToChange(Exception):
    """The meeting was cancelled, or is over."""


@dataclass(frozen=True)
class Span:
    starts_at: datetime
    ends_at: datetime


def last_evening_ends(edition: Edition) -> datetime | None:
    ends = edition.evenings.filter(cancelled_at=None).order_by("-ends_at")
    return ends.values_list("ends_at", flat=True).first()


def proposed_return(edition: Edition) -> datetime | None:
    """Some three months after the last evening, on its weekday and at its hour."""
    last = edition.evenings.filter(cancelled_at=None).order_by("-starts_at").first()
    if last is None:
        return None
    begun = timezone.localtime(last.starts_at)
    day = begun.date() + timedelta(weeks=RETURN_WEEKS)
    while day <= timezone.localdate():
        day += timedelta(weeks=1)
    return at(day, begun.time())


def proposed_series(first: date, *, meetings: int, weeks: int) -> list[date]:
    return [first + timedelta(weeks=weeks * number) for number in range(meetings)]


def at(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def faults_of(
    edition: Edition, spans: Sequence[Span], *, besides: FollowUpMeeting | None = None
) -> dict[int, Fault]:
    """What stands in the way of each; the first reason is enough."""
    after = last_evening_ends(edition)
    others = meetings_around(edition)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    taken = [Span(one.starts_at, one.ends_at) for one in others]
    faults: dict[int, Fault] = {}
    for number, span in enumerate(spans):
        if span.starts_at <= timezone.now():
            faults[number] = _("This moment lies in the past. Choose a later one.")
        elif after is not None and span.starts_at < after:
            faults[number] = _("This is before the last evening is over. Choose a later day.")
        elif any(overlap(span, other) for other in taken):
            faults[number] = _("Another meeting for the same people is then. Choose another day.")
        taken.append(span)
    return faults


def overtaken(meetings: Iterable[FollowUpMeeting], ends_at: datetime) -> list[FollowUpMeeting]:
    """Still to come, and before the course is over when its last evening ends then."""
    return [
        one
        for one in meetings
        if one.cancelled_at is None and timezone.now() < one.starts_at < ends_at
    ]


def overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def meetings_around(edition: Edition) -> QuerySet[FollowUpMeeting]:
    """For the same people: of this edition, and those for its whole region or care group."""
    whole = Q(edition__region=edition.region, edition__is_open=True)
    if not edition.is_open:
        whole = Q(edition__care_group=edition.care_group_id, edition__is_open=False)
    reaches = Q(edition=edition) | (whole & Q(reach=FollowUpMeeting.Reach.REGION))
    return FollowUpMeeting.objects.standing().filter(reaches)


@transaction.atomic
def plan_meetings(
    edition: Edition, spans: Sequence[Span], *, kind: str, reach: str, by: User, **where: Any
) -> list[FollowUpMeeting]:
    """As drafts: nobody is told before they are published."""
    Edition.objects.select_for_update().get(pk=edition.pk)  # two who plan at once take turns
    faults = faults_of(edition, spans)
    if faults:
        raise NotPlannable(faults)
    planned = [
        FollowUpMeeting.objects.create(
            edition=edition,
            kind=kind,
            reach=reach,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            **where,
        )
        for span in spans
    ]
    tell_log("follow_up.planned", edition, by, meetings=len(planned))
    return planned


@transaction.atomic
def publish_meetings(edition: Edition, *, by: User) -> int:
    """Everybody whom they are for is invited; how many meetings were new."""
    drafts = edition.follow_up.standing().coming().filter(published_at=None)
    if any(not where_of(one) for one in drafts):
        raise WhereUnknown
    found = list(drafts.select_related("edition"))
    published = FollowUpMeeting.objects.filter(pk__in=[one.pk for one in found], published_at=None)
    count = published.update(published_at=timezone.now())
    if count:
        tell_log("follow_up.published", edition, by, meetings=count)
        for meeting in found:
            tell_meeting(meeting)
    return count


def where_of(meeting: FollowUpMeeting) -> str:
    return meeting.online_url if meeting.is_online else meeting.place


@transaction.atomic
def change_meeting(meeting: FollowUpMeeting, *, by: User, **changes: Any) -> FollowUpMeeting:
    """Calendars hear of it only when something changed that stands in them."""
    standing = FollowUpMeeting.objects.standing().coming().filter(pk=meeting.pk)
    current = standing.select_for_update().select_related("edition").first()
    if current is None:
        raise NothingToChange
    span = Span(changes["starts_at"], changes["ends_at"])
    is_moved = span != Span(current.starts_at, current.ends_at)
    faults = faults_of(current.edition, [span], besides=current) if is_moved else {}
    if faults:
        raise NotPlannable(faults)
    if all(getattr(current, name) == changes[name] for name in TOLD):
        return current
    for name in TOLD:
        setattr(current, name, changes[name])
    if current.published_at is not None and not where_of(current):
        raise WhereUnknown
    current.sequence += 1
    current.save(update_fields=[*TOLD, "sequence"])
    tell_log("follow_up.changed", current.edition, by, meeting=str(current.public_id))
    tell_meeting(current)
    return current


@transaction.atomic
def cancel_meeting(meeting: FollowUpMeeting, *, by: User) -> None:
    """It leaves every calendar; a draft was in none."""
    standing = FollowUpMeeting.objects.standing().coming().filter(pk=meeting.pk)
    if not standing.update(cancelled_at=timezone.now(), sequence=F("sequence") + 1):
        raise NothingToChange
    meeting.refresh_from_db()
    tell_log("follow_up.cancelled", meeting.edition, by, meeting=str(meeting.public_id))
    tell_meeting(meeting)


@transaction.atomic
def answer_meeting(meeting: FollowUpMeeting, user: User, *, is_coming: bool) -> None:
    """Who stays away is not reminded by their calendar; who changes their mind is invited again."""
    open_ones = FollowUpMeeting.objects.inviting(user).standing().coming()
    if not open_ones.filter(pk=meeting.pk).exists():
        raise NothingToChange
    FollowUpAnswer.objects.update_or_create(
        meeting=meeting,
        user=user,
        defaults={"is_coming": is_coming, "answered_at": timezone.now()},
    )
    tell_person(user, [meeting])


def tell_log(event: str, edition: Edition, by: User, **detail: Any) -> None:
    record(
        event,
        stream=stream_of(by),
        actor=by,
        role="coordinator",
        object_type="edition",
        object_ref=str(edition.public_id),
        detail=detail,
    )


def tell_meeting(meeting: FollowUpMeeting) -> None:
    """Everybody whom it could be for, and who has it in their calendar."""
    edition = meeting.edition
    near = Q(enrolments__edition=edition) | Q(taught_evenings__evening__edition=edition)
    if meeting.reach == FollowUpMeeting.Reach.REGION and edition.is_open:
        near |= Q(enrolments__edition__region=edition.region)
    elif meeting.reach == FollowUpMeeting.Reach.REGION:
        near |= Q(enrolments__edition__care_group=edition.care_group_id)
    people = User.objects.filter(near | Q(follow_up_notices__meeting=meeting))
    for user in User.objects.filter(pk__in=people.values("pk")).order_by("pk"):
        tell_person(user, [meeting])


def tell_about_follow_up(user: User) -> None:
    """After somebody began or stopped: all meetings that are theirs now, or were."""
    told = Q(notices__user=user)
    coming = FollowUpMeeting.objects.coming().select_related("edition")
    mine = coming.filter(Q(pk__in=FollowUpMeeting.objects.inviting(user)) | told)
    tell_person(user, list(mine.distinct()))


@transaction.atomic
def tell_person(user: User, meetings: Sequence[FollowUpMeeting]) -> None:
    news = list(news_for(user, meetings))
    for method in (Method.REQUEST, Method.CANCEL):
        told = [entry for entry in news if entry.is_on == (method == Method.REQUEST)]
        if told:
            send(user, method, told)


def news_for(user: User, meetings: Sequence[FollowUpMeeting]) -> Iterator[Entry]:
    """Marks as told what it answers. What is over is left in peace."""
    awaited = FollowUpMeeting.objects.awaiting(user).standing().coming()
    expected = set(awaited.filter(pk__in=[one.pk for one in meetings]).values_list("pk", flat=True))
    told = {one.meeting_id: one for one in user.follow_up_notices.all()}
    for meeting in meetings:
        if meeting.ends_at <= timezone.now():
            continue
        is_on, notice = meeting.pk in expected, told.get(meeting.pk)
        claimed = renew(notice, meeting, is_on=is_on) if notice else begin(meeting, user, is_on)
        if claimed is not None:
            yield Entry(meeting, claimed.sequence, claimed.told_at, is_on, notice is None)


def begin(meeting: FollowUpMeeting, user: User, is_on: bool) -> FollowUpNotice | None:
    if not is_on:
        return None
    first = {"sequence": meeting.sequence, "meeting_sequence": meeting.sequence}
    notice, is_new = FollowUpNotice.objects.get_or_create(
        user=user, meeting=meeting, defaults=first | {"told_at": timezone.now()}
    )
    return notice if is_new else None


def renew(
    notice: FollowUpNotice, meeting: FollowUpMeeting, *, is_on: bool
) -> FollowUpNotice | None:
    """None when there is nothing to tell, or when somebody else just told it."""
    has_changed = is_on and notice.meeting_sequence != meeting.sequence
    if is_on == notice.is_on and not has_changed:
        return None
    unchanged = FollowUpNotice.objects.filter(pk=notice.pk, sequence=notice.sequence)
    notice.sequence = max(notice.sequence + 1, meeting.sequence)
    notice.told_at = timezone.now()
    moved = unchanged.update(
        sequence=notice.sequence,
        meeting_sequence=meeting.sequence,
        is_on=is_on,
        told_at=notice.told_at,
    )
    return notice if moved else None


def send(user: User, method: Method, told: list[Entry]) -> None:
    content = write_calendar(told, method=method, language=user.language, attendee=user.email)
    said = " ".join(f"{uid_of(entry.evening)}/{entry.sequence}" for entry in told)
    digest = hashlib.sha256(f"{method} {said}".encode()).hexdigest()[:32]
    queue_mail(
        key=f"follow-up:{user.pk}:{digest}",
        recipient=user,
        template=TEMPLATES[method],
        context={
            "edition": told[0].evening.edition,
            "meetings": [entry.evening for entry in told],
            "is_change": not all(entry.is_first for entry in told),
        },
        url_name="delivery:meeting",
        url_args=[told[0].evening.public_id],
        calendar=CalendarPart(method.value, content),
    )


def meeting_entries_of(user: User) -> list[Entry]:
    """For the calendar that somebody reads: those that were cancelled too, as they are now."""
    meetings = FollowUpMeeting.objects.awaiting(user).select_related("edition")
    told = {one.meeting_id: one for one in user.follow_up_notices.all()}
    return [entry_of_meeting(one, told.get(one.pk)) for one in meetings]


def entry_of_meeting(meeting: FollowUpMeeting, notice: FollowUpNotice | None) -> Entry:
    since = notice.told_at if notice else meeting.published_at
    return Entry(
        meeting,
        sequence=max(notice.sequence, meeting.sequence) if notice else meeting.sequence,
        told_at=since or meeting.starts_at,
        is_on=not meeting.is_cancelled,
    )


def coming_meetings(user: User) -> list[FollowUpMeeting]:
    """To which somebody is invited, with what they said of each as ``is_coming``."""
    invited = FollowUpMeeting.objects.inviting(user).standing().coming().select_related("edition")
    meetings = list(invited)
    answers = dict(
        user.follow_up_answers.filter(meeting__in=meetings).values_list("meeting", "is_coming")
    )
    for meeting in meetings:
        meeting.is_coming = answers.get(meeting.pk)  # type: ignore[attr-defined]
    return meetings


def planned_meetings(edition: Edition) -> QuerySet[FollowUpMeeting]:
    """With how many said that they come, or stay away."""
    return edition.follow_up.annotate(
        come=Count("answers", filter=Q(answers__is_coming=True)),
        stay_away=Count("answers", filter=Q(answers__is_coming=False)),
    ).order_by("starts_at", "pk")


def follow_up_of(user: User, *_evening: object) -> dict[str, Any] | None:
    """For the page of an evening and for one's own plan: what comes after the course."""
    meetings = coming_meetings(user)
    return {"meetings": meetings} if meetings else None
