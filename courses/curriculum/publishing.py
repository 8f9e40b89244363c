"""Why a page cannot be published yet, in words for who asked for it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page


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
        names = {name: page.specific_class._meta.get_field(name) for name in error.error_dict}
        said = [
            f"{getattr(field, 'verbose_name', name)}: {' '.join(error.message_dict[name])}"
            for name, field in names.items()
        ]
        return _("“%(page)s” is not published. %(reasons)s") % {
            "page": page.get_admin_display_title(),
            "reasons": " ".join(said),
        }
    return ""
