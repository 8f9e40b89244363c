"""Whose lessons somebody reads: their own, or those of an edition they teach or coordinate."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from courses.curriculum.reading import Outline, outline
from courses.delivery.models import Edition, Enrolment
from courses.delivery.services import enrolments_of
from lms.accounts.models import User


@dataclass(frozen=True)
class Reader:
    edition: Edition
    enrolment: Enrolment | None  # none: looks in, and leaves no trace
    course: Outline


def reader_of(user: User, *, edition: UUID | None = None, key: UUID | None = None) -> Reader | None:
    """Of a page with this key: the course of their own that has it, the chosen one first; else the
    edition they lead."""
    mine = enrolments_of(user, edition=edition)
    for enrolment in mine:
        course = outline(enrolment.edition.content_id)
        if key is None or key in course:
            return Reader(enrolment.edition, enrolment, course)
    led = Edition.objects.led_by(user).order_by("-pk").first()
    return Reader(led, None, outline(led.content_id)) if led else None


def elearning_opens_at(reader: Reader) -> datetime | None:
    """The end of the evening that gives the e-learning; for who looks in it is always open."""
    if reader.enrolment is None:
        return None
    evenings = [
        page.key
        for page in reader.course.evenings.values()
        if any(assignment.kind == "elearning" for assignment in page.assignments)
    ]
    first = reader.edition.evenings.filter(page_key__in=evenings).order_by("ends_at").first()
    return first.ends_at if first else None


def can_take_lessons(opens_at: datetime | None) -> bool:
    """Whether the e-learning, which opens at this moment, is open."""
    return opens_at is None or opens_at <= timezone.now()


def can_make_plan(user: User, enrolment: Enrolment, *, is_open: bool) -> bool:
    """Everybody for themselves, once their last evening is over."""
    return enrolment.participant_id == user.pk and is_open
