"""Why a page cannot be published yet, or something not be deleted, in words for who asked."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.curriculum.models import ContentPin, CourseDocument, PinnedHandout


def reasons_not_to_publish(pages: Iterable[Page], *, with_below: bool) -> list[str]:
    wanted = {page.pk: page for page in pages}
    if with_below:
        for page in list(wanted.values()):
            wanted |= {one.pk: one for one in page.get_descendants().not_live()}
    return [reason for page in wanted.values() if (reason := reason_not_to_publish(page))]


def reason_not_to_publish(page: Page) -> str:
    try:
        page.specific.get_latest_revision_as_object().full_clean()
    except ValidationError as error:
        return _("“%(page)s” is not published. %(reasons)s") % {
            "page": page.get_admin_display_title(),
            "reasons": " ".join(sentences_of(error, page.specific_class)),
        }
    return ""


def sentences_of(error: ValidationError, kind: type[Page]) -> list[str]:
    """What is wrong, each with the name of its field."""
    labels = {one.name: f"{one.verbose_name}: " for one in kind._meta.fields}
    return [
        f"{labels.get(name, '')}{' '.join(messages).rstrip('.')}."
        for name, messages in error.message_dict.items()
    ]


def reasons_not_to_delete(pages: Iterable[Page]) -> list[str]:
    return [reason for page in pages if (reason := reason_not_to_delete(page))]


def reason_not_to_delete(page: Page) -> str:
    """A version that was published keeps its pages: running editions read them."""
    pins = ContentPin.objects.filter(
        page__path__startswith=page.path, version__published_at__isnull=False
    )
    pin = pins.select_related("version__course").order_by("-version__number").first()
    if pin is None:
        return ""
    return _(
        "“%(page)s” is not deleted: version %(number)d of “%(course)s” holds “%(held)s”."
        " Unpublish it instead, then the next version leaves it out."
    ) % {
        "page": page.get_admin_display_title(),
        "number": pin.version.number,
        "course": pin.version.course.title,
        "held": pin.title,
    }


def reasons_not_to_delete_documents(documents: Iterable[CourseDocument]) -> list[str]:
    """As long as a version hands one out, also a draft, the file stays."""
    held = PinnedHandout.objects.filter(document__in=[one.pk for one in documents])
    newest = held.select_related("document", "pin__version__course").order_by("pin__version")
    found = {pinned.document: pinned.pin for pinned in newest}
    return [
        _(
            "“%(document)s” is not deleted: version %(number)d of “%(course)s” hands it out with"
            " “%(evening)s”. Take it off that page instead, then the next version leaves it out."
        )
        % {
            "document": document.title,
            "number": pin.version.number,
            "course": pin.version.course.title,
            "evening": pin.title,
        }
        for document, pin in found.items()
    ]
