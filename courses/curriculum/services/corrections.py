"""Changing a version that editions already use: never by accident, always with a reason."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from wagtail.models import Page

from courses.curriculum.models import ContentPin, ContentVersion, Correction
from courses.curriculum.services.drafts import stream_of
from courses.curriculum.services.pins import copied, pin_handouts
from courses.curriculum.signals import content_corrected
from lms.accounts.models import User
from lms.audit.services import record


class CorrectionRefused(Exception):
    """No reason, a draft, or a page of which nothing newer is live."""


def stale_pins(version: ContentVersion) -> QuerySet[ContentPin]:
    """Pages of which a newer text is live than this version holds."""
    return version.pins.filter(
        page__live=True, page__live_revision__gt=F("revision")
    ).select_related("page__live_revision", "revision")


@transaction.atomic
def correct_pages(
    version: ContentVersion, pages: Iterable[Page], *, actor: User, reason: str
) -> list[Correction]:
    return [correct_version(version, page, actor=actor, reason=reason) for page in pages]


@transaction.atomic
def correct_version(version: ContentVersion, page: Page, *, actor: User, reason: str) -> Correction:
    """Give running editions the text of one page that is live now.

    What people answered before stays what it was.
    """
    reason = reason.strip()
    pin = stale_pins(version).filter(page=page).first()
    if not reason or pin is None or version.published_at is None:
        raise CorrectionRefused
    before, after = pin.revision, pin.page.live_revision
    corrected = after.as_object()
    moved = ContentPin.objects.filter(pk=pin.pk, revision=before).update(
        revision=after, **copied(corrected)
    )
    if not moved:
        raise CorrectionRefused
    pin.handouts.all().delete()
    pin_handouts(pin, corrected)
    correction = Correction.objects.create(
        version=version, page=pin.page, before=before, after=after, reason=reason, made_by=actor
    )
    record(
        "content.version_corrected",
        stream=stream_of(version.course),
        actor=actor,
        role="editor",
        object_type="content_version",
        object_ref=str(version.pk),
        detail={"page": pin.page_key, "before": before.pk, "after": after.pk},
    )
    content_corrected.send(sender=ContentVersion, version=version)
    return correction
