"""Pinning pages to a version of the course."""

from typing import Any, cast

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from wagtail.models import Page

from courses.curriculum.models import (
    AssignmentPage,
    ContentPin,
    ContentVersion,
    CoursePage,
    EveningPage,
    GlossaryPage,
    LessonPage,
    ModulePage,
    PinnedHandout,
    TrackPage,
)
from courses.curriculum.words import words_of

# What lists show of a page, copied into its pin.
COPIED = {
    EveningPage: ("code", "number", "subtitle", "minutes"),
    TrackPage: ("code", "lead", "for_whom"),
    ModulePage: ("code", "lead", "unlocks_recording"),
    LessonPage: ("minutes", "slug", "relates_to"),
    AssignmentPage: (
        "kind", "text", "due_days_before", "minutes", "is_required", "track_code", "slug",
    ),
}  # fmt: skip


def copied_data(page: Page) -> dict[str, Any]:
    data = {name: getattr(page, name) for name in COPIED.get(type(page), ())}
    if isinstance(page, GlossaryPage):
        data["terms"] = [
            {
                "term": block.value["term"],
                "also": list(block.value["also"]),
                "text": block.value["text"],
                "source": block.value["source"],
            }
            for block in page.terms
        ]
    return data


@transaction.atomic
def publish_version(course: CoursePage, *, note: str = "") -> ContentVersion:
    """Pin every page of the course as it stands; the newest version again when nothing changed."""
    pages = list(course.get_descendants(inclusive=True).live().order_by("path").specific())
    for page in pages:
        if page.live_revision_id is None:
            revision = page.save_revision(log_action=False)
            Page.objects.filter(pk=page.pk).update(live_revision=revision)
            page.live_revision_id = revision.pk
    wanted = [(page.pk, page.live_revision_id) for page in pages]
    newest = course.versions.published().order_by("-number").first()
    if newest and list(newest.pins.values_list("page", "revision")) == wanted:
        return newest
    version = ContentVersion.objects.create(
        course=course, number=next_number(course), published_at=timezone.now(), note=note
    )
    pin_pages(version, [(page, cast(int, page.live_revision_id)) for page in pages])
    return version


def next_number(course: CoursePage) -> int:
    return (course.versions.aggregate(Max("number"))["number__max"] or 0) + 1


def hold_draft(version: ContentVersion) -> bool:
    """Whether this is a draft, which it then stays until this transaction ends: publishing waits
    for this row. What is pinned or said of a draft never lands in what was just published."""
    drafts = ContentVersion.objects.filter(pk=version.pk, published_at=None)
    return bool(drafts.update(number=F("number")))


def pin_pages(version: ContentVersion, rows: list[tuple[Page, int]]) -> None:
    """Pin these pages, each as it stands in the revision with that number."""
    keys = {page.path: page.translation_key for page, _revision in rows}
    pins = ContentPin.objects.bulk_create(
        ContentPin(
            version=version,
            page_id=page.pk,
            revision_id=revision,
            page_key=page.translation_key,
            parent_key=keys.get(page.path[: -Page.steplen]),
            kind=page.specific_class._meta.model_name,
            position=position,
            **copied(page),
        )
        for position, (page, revision) in enumerate(rows)
    )
    for pin, (page, _revision) in zip(pins, rows, strict=True):
        pin_handouts(pin, page)


def pin_handouts(pin: ContentPin, page: Page) -> None:
    """With title and terms as they are now."""
    if not isinstance(page, EveningPage):
        return
    given = {block.value["document"]: block.value["is_for_afterwards"] for block in page.handouts}
    PinnedHandout.objects.bulk_create(
        PinnedHandout(
            pin=pin,
            document=document,
            title=document.title,
            is_for_afterwards=is_for_afterwards,
            licence=document.licence,
            content_source=document.content_source,
            rights_holder=document.rights_holder,
        )
        for document, is_for_afterwards in given.items()
        if document and document.kind  # a draft may name what was deleted, or a film
    )


def copied(page: Page) -> dict[str, Any]:
    """What a pin copies from its revision."""
    return {"title": page.title, "data": copied_data(page), "text": words_of(page)}
