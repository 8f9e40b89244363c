"""What public pages show of editions: when and where, never who; and where to leave interest."""

from dataclasses import dataclass

from django.utils import timezone
from wagtail.models import Page

from courses.delivery.forms import InterestForm
from courses.delivery.models import Edition, Evening
from lms.accounts.models import CareGroup


@dataclass(frozen=True)
class DatesInRegion:
    region: str
    place: str
    evenings: list[Evening]


def dates_per_region(course: Page, care_group: CareGroup | None = None) -> list[DatesInRegion]:
    """Editions that have not begun, the first to begin on top; all, or those of a care group."""
    editions = Edition.objects.filter(content__course=course.pk)
    if care_group is not None:
        editions = editions.filter(care_group=care_group)
    found = []
    for edition in editions.prefetch_related("evenings"):
        evenings = sorted(edition.evenings.all(), key=lambda evening: evening.starts_at)
        if evenings and evenings[0].starts_at > timezone.now():
            found.append(DatesInRegion(edition.region, evenings[0].place, evenings))
    return sorted(found, key=lambda dates: dates.evenings[0].starts_at)


def interest_form(page: Page) -> InterestForm:
    return InterestForm(initial={"page": page.translation_key})
