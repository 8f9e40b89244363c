"""Hand-outs and slides of an evening: of editors with its content, and left by who teaches it; read
by who was expected there."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from courses.curriculum.file_kinds import kind_of
from courses.curriculum.models import PinnedHandout
from courses.curriculum.reading import handouts_with
from courses.delivery.models import Evening, Handout, evenings_read
from lms.accounts.models import User
from lms.audit.services import record

MOST_PER_EVENING = 20


class TooMany(Exception):
    """There are as many as fit on one page."""


def handouts_of(evening: Evening, user: User) -> list[PinnedHandout | Handout]:
    """Those that this person may read now: of editors first, then what trainers left."""
    left = Handout.objects.visible_to(user).filter(evening=evening).select_related("left_by")
    return [*handouts_of_editors(evening, user), *left]


def handouts_of_editors(evening: Evening, user: User) -> QuerySet[PinnedHandout]:
    """What the version that this edition runs hands out: read by whoever reads those of trainers,
    and at the same time."""
    now, afterwards = (
        Exists(evenings_read(user, afterwards=when).filter(pk=evening.pk)) for when in (False, True)
    )
    pinned = handouts_with(evening.edition.content_id, evening.page_key)
    return pinned.filter(Q(now, is_for_afterwards=False) | Q(afterwards))


@transaction.atomic
def leave_handout(evening: Evening, file: UploadedFile, *, by: User, **about: Any) -> Handout:
    """Looked at once more, whatever was said before: what is kept is what its content says."""
    Evening.objects.select_for_update().get(pk=evening.pk)  # of two at once both are counted
    if evening.handouts.count() >= MOST_PER_EVENING:
        raise TooMany
    name = str(file.name)
    kind = kind_of(file, name)  # type: ignore[arg-type]  # reads and seeks as a file does
    handout = Handout.objects.create(
        evening=evening,
        file=file,
        name=name[-200:],
        kind=kind.code,
        size=file.size or 0,
        left_by=by,
        **about,
    )
    tell("handout.left", handout, by)
    return handout


@transaction.atomic
def remove_handout(handout: Handout, *, by: User) -> None:
    """The file goes with it, once it is sure that the row is gone."""
    tell("handout.removed", handout, by)
    stored, name = handout.file.storage, str(handout.file.name)
    handout.delete()
    transaction.on_commit(lambda: stored.delete(name))


def tell(event: str, handout: Handout, by: User) -> None:
    record(
        event,
        stream=f"evening:{handout.evening.public_id}",
        actor=by,
        object_type="handout",
        object_ref=str(handout.public_id),
    )
