"""What calendars of people hear: by mail at every change, and by a link that they look at."""

import hashlib
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.delivery.calendars import Entry, Method, uid_of, write_calendar
from courses.delivery.models import CalendarEntry, CalendarLink, Edition, Evening, EveningTrainer
from lms.accounts.models import User
from lms.mail.services import CalendarPart, queue_mail

LAST_MINUTE = timedelta(hours=24)
SIGNER = signing.Signer(salt="delivery.calendar", sep=".")
TEMPLATES = {Method.REQUEST: "evenings_planned", Method.CANCEL: "evenings_cancelled"}


@transaction.atomic
def tell_calendars(edition: Edition) -> set[int]:
    """Everybody who comes to evenings of this edition, teaches them, or did so until now. The
    answer is who heard something new."""
    people = User.objects.filter(
        Q(enrolments__edition=edition, enrolments__ended_at=None)
        | Q(taught_evenings__in=EveningTrainer.objects.valid().filter(evening__edition=edition))
        | Q(calendar_entries__evening__edition=edition)
        | Q(enrolments__absences__catch_up__edition=edition)
    )
    everybody = User.objects.filter(pk__in=people.values("pk")).order_by("pk")
    return {user.pk for user in everybody if tell_calendar(edition, user)}


@transaction.atomic
def tell_calendar(edition: Edition, user: User) -> bool:
    """What is new for this person since the last time, in one mail: one to come, one not to."""
    news = news_for(edition, user)
    for method, told in (
        (Method.REQUEST, [entry for entry in news if entry.is_on]),
        (Method.CANCEL, [entry for entry in news if not entry.is_on]),
    ):
        if told:
            send(user, method, told)
    return bool(news)


def news_for(edition: Edition, user: User) -> list[Entry]:
    """Marks as told what it answers. Evenings that are over are left in peace."""
    coming = Evening.objects.filter(
        edition=edition, ends_at__gt=timezone.now(), edition__published_at__isnull=False
    ).select_related("edition")
    expected = set(coming.expecting(user).values_list("pk", flat=True))
    told = {entry.evening_id: entry for entry in user.calendar_entries.filter(evening__in=coming)}
    news = []
    for evening in coming.order_by("starts_at", "pk"):
        is_on = evening.pk in expected and not evening.is_cancelled
        entry = told.get(evening.pk)
        is_late = is_near(evening.starts_at) or is_near(entry.starts_at if entry else None)
        if entry is None:
            claimed = begin(evening, user) if is_on else None
        else:
            claimed = go_on(entry, evening, is_on=is_on)
        if claimed is not None:
            is_first = entry is None
            is_back = entry is not None and is_on and not entry.is_on
            said = Entry(evening, claimed.sequence, claimed.told_at, is_on, is_first)
            news.append(replace(said, is_late=is_late and not is_first, is_back=is_back))
    return news


def is_near(moment: datetime | None) -> bool:
    """So near that a mail may well be read too late."""
    return moment is not None and timedelta() < moment - timezone.now() <= LAST_MINUTE


def begin(evening: Evening, user: User) -> CalendarEntry | None:
    first = {
        "sequence": evening.sequence,
        "evening_sequence": evening.sequence,
        "told_at": timezone.now(),
        "starts_at": evening.starts_at,
    }
    entry, is_new = CalendarEntry.objects.get_or_create(user=user, evening=evening, defaults=first)
    return entry if is_new else None


def go_on(entry: CalendarEntry, evening: Evening, *, is_on: bool) -> CalendarEntry | None:
    """None when there is nothing to tell, or when somebody else just told it."""
    has_changed = is_on and entry.evening_sequence != evening.sequence
    if is_on == entry.is_on and not has_changed:
        return None
    unchanged = CalendarEntry.objects.filter(pk=entry.pk, sequence=entry.sequence)
    # Coming back to a track that was left changes nothing about the evening itself.
    entry.sequence = max(entry.sequence + 1, evening.sequence)
    entry.told_at = timezone.now()
    moved = unchanged.update(
        sequence=entry.sequence,
        evening_sequence=evening.sequence,
        is_on=is_on,
        told_at=entry.told_at,
        starts_at=evening.starts_at,
    )
    return entry if moved else None


def send(user: User, method: Method, told: list[Entry]) -> None:
    calendars = [
        write_calendar([entry], method=method, language=user.language, attendee=user.email)
        for entry in told
    ]
    said = " ".join(f"{uid_of(entry.evening)}/{entry.sequence}" for entry in told)
    digest = hashlib.sha256(f"{method} {said}".encode()).hexdigest()[:32]
    queue_mail(
        key=f"calendar:{user.pk}:{digest}",
        recipient=user,
        template=TEMPLATES[method],
        context={
            "edition": told[0].evening.edition,
            "evenings": [entry.evening for entry in told],
            "back": [entry.evening for entry in told if entry.is_back],
            "is_change": not all(entry.is_first for entry in told),
            "is_late": any(entry.is_late for entry in told),
        },
        url_name="delivery:calendar",
        calendar=CalendarPart(method.value, calendars),
    )


def entries_of(user: User) -> list[Entry]:
    """All evenings of somebody, those that were cancelled too, as they are now."""
    return as_entries(user, Evening.objects.expecting(user))


def entry_of(user: User, evening: Evening) -> Entry:
    return as_entries(user, Evening.objects.filter(pk=evening.pk))[0]


def as_entries(user: User, evenings: QuerySet[Evening]) -> list[Entry]:
    told = {entry.evening_id: entry for entry in user.calendar_entries.all()}
    return [
        as_told(evening, told.get(evening.pk))
        for evening in evenings.select_related("edition").order_by("starts_at", "pk")
    ]


def as_told(evening: Evening, told: CalendarEntry | None) -> Entry:
    since = told.told_at if told else evening.edition.published_at
    return Entry(
        evening=evening,
        sequence=max(told.sequence, evening.sequence) if told else evening.sequence,
        told_at=since or evening.starts_at,
        is_on=not evening.is_cancelled,
    )


@transaction.atomic
def make_calendar_link(user: User) -> CalendarLink:
    """A new one; the one there was stops working."""
    link, _ = CalendarLink.objects.update_or_create(
        user=user, defaults={"key": uuid.uuid4(), "made_at": timezone.now()}
    )
    return link


def calendar_token(link: CalendarLink) -> str:
    return SIGNER.sign(link.key.hex)


def link_of_token(token: str) -> CalendarLink | None:
    """None once there is a newer one; ``BadSignature`` when it is none of ours."""
    key = uuid.UUID(SIGNER.unsign(token))
    return CalendarLink.objects.filter(key=key, user__is_active=True).select_related("user").first()
