"""What editors and coordinators make happen with content."""

from typing import Any, cast

from django.db import transaction
from django.db.models import Max
from wagtail.models import Page

from courses.curriculum.models import (
    AssignmentPage,
    ContentPin,
    ContentVersion,
    CoursePage,
    EveningPage,
    LessonPage,
    ModulePage,
    TrackPage,
)

# What lists show of a page, copied into its pin.
COPIED = {
    EveningPage: ("code", "number", "subtitle"),
    TrackPage: ("code", "lead"),
    ModulePage: ("code", "lead", "unlocks_recording"),
    LessonPage: ("minutes", "slug"),
    AssignmentPage: (
        "kind", "text", "due_days_before", "minutes", "is_required", "track_code", "slug",
    ),
}  # fmt: skip


def copied_data(page: Page) -> dict[str, Any]:
    return {name: getattr(page, name) for name in COPIED.get(type(page), ())}


@transaction.atomic
def publish_version(course: CoursePage) -> ContentVersion:
    """Pin every page of the course as it stands; the newest version again when nothing changed."""
    pages = list(course.get_descendants(inclusive=True).live().order_by("path").specific())
    for page in pages:
        if page.live_revision_id is None:
            revision = page.save_revision(log_action=False)
            Page.objects.filter(pk=page.pk).update(live_revision=revision)
            page.live_revision_id = revision.pk
    wanted = [(page.pk, page.live_revision_id) for page in pages]
    newest = course.versions.order_by("-number").first()
    if newest and list(newest.pins.values_list("page", "revision")) == wanted:
        return newest
    number = (course.versions.aggregate(Max("number"))["number__max"] or 0) + 1
    version = ContentVersion.objects.create(course=course, number=number)
    keys = {page.path: page.translation_key for page in pages}
    ContentPin.objects.bulk_create(
        ContentPin(
            version=version,
            page_id=page.pk,
            revision_id=cast(int, page.live_revision_id),
            page_key=page.translation_key,
            parent_key=keys.get(page.path[: -Page.steplen]),
            kind=page.specific_class._meta.model_name,
            position=position,
            title=page.title,
            data=copied_data(page),
        )
        for position, page in enumerate(pages)
    )
    return version
