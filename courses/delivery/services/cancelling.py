"""Evenings and editions that do not take place, and evenings that do after all."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.models import AloneRequest, Edition, Evening, EveningTrainer
from courses.delivery.services.calendar import tell_calendars
from courses.delivery.services.changes import EditionCancelled, note, people_at
from courses.delivery.services.couples import lapse_requests
from courses.delivery.services.editions import change_evening
from courses.delivery.services.places import hold_queue
from courses.delivery.services.publication import is_coming
from lms.accounts.models import User
from lms.mail.services import queue_mail


class AlreadyOver(Exception):
    """What has been cannot be cancelled or put back."""


class NothingToDo(Exception):
    """It was cancelled, or put back, before."""


@transaction.atomic
def cancel_evening(evening: Evening, *, by: User, reason: str) -> None:
    """Whose evening it was is told, and reads why on its page."""
    found = held(evening)
    if found.cancelled_at is not None:
        raise NothingToDo
    change_evening(found, {"cancelled_at": timezone.now(), "cancel_reason": reason})
    tell(found, "evening.cancelled", by=by, reason=reason)


@transaction.atomic
def restore_evening(evening: Evening, *, by: User) -> None:
    """It takes place after all, when and where it would have."""
    found = held(evening)
    if found.cancelled_at is None:
        raise NothingToDo
    change_evening(found, {"cancelled_at": None, "cancel_reason": ""})
    tell(found, "evening.restored", by=by)


def held(evening: Evening) -> Evening:
    """As it stands now, while nobody else changes its edition."""
    hold_queue(Edition(pk=evening.edition_id))
    found = Evening.objects.select_related("edition").get(pk=evening.pk)
    if found.edition.cancelled_at is not None:
        raise EditionCancelled
    if found.ends_at <= timezone.now():
        raise AlreadyOver
    return found


def tell(evening: Evening, event: str, *, by: User, **said: str) -> None:
    note(event, evening.edition, by=by, detail={"evening": evening.code} | said)
    signals.evenings_moved.send(Edition, edition=evening.edition)


@transaction.atomic
def cancel_edition(edition: Edition, *, by: User, reason: str) -> Edition:
    """Nobody can apply any more, calendars are cleared, and everybody is told once. Of a draft
    nobody hears."""
    hold_queue(edition)
    edition = Edition.objects.get(pk=edition.pk)
    if edition.cancelled_at is not None:
        raise NothingToDo
    if is_over(edition):
        raise AlreadyOver
    edition.cancelled_at, edition.cancel_reason = timezone.now(), reason
    edition.save(update_fields=["cancelled_at", "cancel_reason"])
    note("edition.cancelled", edition, by=by, detail={"reason": reason})
    if edition.published_at is not None:
        told = tell_calendars(edition)
        for user in concerned(edition).exclude(pk__in=told):
            tell_of_end(edition, user)
    lapse_requests(edition)
    signals.evenings_moved.send(Edition, edition=edition)
    return edition


def is_over(edition: Edition) -> bool:
    evenings = list(edition.evenings.all())
    return bool(evenings) and not any(one.ends_at > timezone.now() for one in evenings)


def concerned(edition: Edition) -> QuerySet[User]:
    """Who takes part, waits for a place or an answer or was asked to, and who teaches what is to
    come."""
    standing = Q(
        couple_memberships__couple__edition=edition,
        couple_memberships__couple__ended_at=None,
        couple_memberships__ended_at=None,
    )
    asking = Q(alone_requests__edition=edition, alone_requests__state=AloneRequest.State.ASKED)
    takes_part = Q(enrolments__edition=edition, enrolments__ended_at=None)
    teaching = EveningTrainer.objects.valid().filter(evening__in=coming_evenings(edition))
    people = User.objects.filter(standing | takes_part | asking | Q(taught_evenings__in=teaching))
    return User.objects.filter(pk__in=people.values("pk")).order_by("pk")


def coming_evenings(edition: Edition) -> list[Evening]:
    return [one for one in edition.evenings.all() if is_coming(one)]


def tell_of_end(edition: Edition, user: User) -> None:
    queue_mail(
        key=f"edition-cancelled:{edition.pk}:{user.pk}",
        recipient=user,
        template="edition_cancelled",
        context={"edition": edition.title},
        url=f"{settings.SITE_URL}/leergang/",
    )


def told_of_evening(evening: Evening) -> int:
    """How many hear of it when this evening is cancelled or put back."""
    return len(people_at([evening])) if evening.edition.published_at else 0


def told_of_edition(edition: Edition) -> int:
    return concerned(edition).count() if edition.published_at else 0
