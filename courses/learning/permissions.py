"""Whose lessons somebody reads: their own, or those of an edition they teach or coordinate."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.curriculum.reading import Outline, outline
from courses.delivery.models import Edition, Enrolment
from courses.delivery.services import current_enrolment
from lms.accounts.models import User


@dataclass(frozen=True)
class Reader:
    edition: Edition
    enrolment: Enrolment | None  # none: looks in, and leaves no trace
    course: Outline


def reader_of(user: User) -> Reader | None:
    enrolment = current_enrolment(user)
    if enrolment is not None:
        return Reader(enrolment.edition, enrolment, outline(enrolment.edition.content_id))
    edition = Edition.objects.visible_to(user).order_by("-pk").first()
    return Reader(edition, None, outline(edition.content_id)) if edition else None


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
