"""More days for one person, for one assignment. The deadline itself follows from the evenings."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.delivery import signals
from courses.delivery.models import Enrolment, Evening, Extension
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record
from lms.mail.services import queue_mail

MOST_DAYS = 60


class NotADeadline(Exception):
    """More days are given for homework of the course, from one up to ``MOST_DAYS``, and why."""


def next_evening(
    evening: Evening, evenings: Iterable[Evening], track: uuid.UUID | None
) -> Evening | None:
    """For which somebody does the homework of this one: the next that takes place. When none does
    any more, the next one as it was planned. The earliest, as long as no track is chosen."""
    later = [
        one
        for one in evenings
        if one.number > evening.number
        and (one.track_key is None or track is None or one.track_key == track)
    ]
    held = [one for one in later if one.cancelled_at is None]
    return min(held or later, key=lambda one: (one.number, one.starts_at), default=None)


@transaction.atomic
def give_extension(
    enrolment: Enrolment, assignment_key: uuid.UUID, *, days: int, reason: str, by: User
) -> Extension:
    """Somebody gets more days than the others; given again, the days are those of the last time."""
    found = outline(enrolment.edition.content_id).assignments.get(assignment_key)
    if found is None or not 1 <= days <= MOST_DAYS or not reason.strip():
        raise NotADeadline
    before = extra_days(enrolment).get(assignment_key)
    extension, _ = Extension.objects.update_or_create(
        enrolment=enrolment,
        assignment_key=assignment_key,
        defaults={"days": days, "reason": reason, "given_by": by, "given_at": timezone.now()},
    )
    tell("deadline.extended", enrolment, assignment_key, by=by, days=days)
    if days != before:
        template = "more_days" if days > (before or 0) else "fewer_days"
        mail(extension, template, title=found.title, days=days)
    return extension


@transaction.atomic
def take_back_extension(enrolment: Enrolment, assignment_key: uuid.UUID, *, by: User) -> None:
    """The deadline of everybody counts again, and who it was for hears so; taking back what is not
    there changes nothing."""
    extensions = Extension.objects.filter(enrolment=enrolment, assignment_key=assignment_key)
    extension = extensions.select_for_update().first()
    if extension is None:
        return
    found = outline(enrolment.edition.content_id).assignments.get(assignment_key)
    if found is not None:  # nothing is said of homework that a correction took away
        mail(extension, "fewer_days", title=found.title, days=0)
    extension.delete()
    tell("deadline.extension_taken_back", enrolment, assignment_key, by=by)


def mail(extension: Extension, template: str, *, title: str, days: int) -> None:
    """Says how many days, not why."""
    queue_mail(
        key=f"more-days:{extension.pk}:{days}:{extension.given_at:%Y%m%dT%H%M%S%f}",
        recipient=extension.enrolment.participant,
        template=template,
        context={"title": title, "days": days},
        url_name="learning:assignment",
        url_args=[extension.assignment_key],
    )


def tell(
    event: str, enrolment: Enrolment, assignment_key: uuid.UUID, *, by: User, **detail: int
) -> None:
    record(
        event,
        stream=stream_of(enrolment.participant),
        actor=by,
        object_type="edition",
        object_ref=str(enrolment.edition.public_id),
        detail={"assignment": str(assignment_key)} | detail,
    )
    signals.deadline_moved.send(Enrolment, enrolment=enrolment)


def extra_days(enrolment: Enrolment) -> dict[uuid.UUID, int]:
    """Per assignment, where somebody has more days than the others."""
    return dict(enrolment.extensions.values_list("assignment_key", "days"))
