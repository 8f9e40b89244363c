"""What the public course page shows of editions: when and where, never who."""

from dataclasses import dataclass

from django.utils import timezone
from wagtail.models import Page

from courses.delivery.models import Edition, Evening


@dataclass(frozen=True)
class DatesInRegion:
    region: str
    place: str
    evenings: list[Evening]


def dates_per_region(course: Page) -> list[DatesInRegion]:
    """Editions that have not begun, the first to begin on top."""
    editions = Edition.objects.filter(content__course=course.pk).prefetch_related("evenings")
    found = []
    for edition in editions:
        evenings = sorted(edition.evenings.all(), key=lambda evening: evening.starts_at)
        if evenings and evenings[0].starts_at > timezone.now():
            found.append(DatesInRegion(edition.region, evenings[0].place, evenings))
    return sorted(found, key=lambda dates: dates.evenings[0].starts_at)
