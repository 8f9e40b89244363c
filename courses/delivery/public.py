"""What public pages show of editions: when and where, never who; and where to leave interest."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from wagtail.models import Page

from courses.delivery.forms.interest import InterestForm
from courses.delivery.models import Edition, Evening
from lms.accounts.models import CareGroup


@dataclass(frozen=True)
class DatesInRegion:
    region: str
    place: str
    evenings: list[Evening]


def dates_per_region(course: Page, care_group: CareGroup | None = None) -> list[DatesInRegion]:
    """Editions that have not begun, the first to begin on top; all, or those of a care group."""
    evenings = Evening.objects.filter(edition=OuterRef("pk"))
    coming = evenings.filter(starts_at__gt=timezone.now())
    begun = evenings.filter(starts_at__lte=timezone.now())
    editions = Edition.objects.filter(Exists(coming), ~Exists(begun), content__course=course.pk)
    if care_group is not None:
        editions = editions.filter(care_group=care_group)
    in_order = Prefetch("evenings", Evening.objects.order_by("starts_at"))
    found = []
    for edition in editions.prefetch_related(in_order):
        planned = list(edition.evenings.all())
        found.append(DatesInRegion(edition.region, planned[0].place, planned))
    return sorted(found, key=lambda dates: dates.evenings[0].starts_at)


def interest_form(page: Page) -> InterestForm:
    return InterestForm(initial={"page": page.translation_key})
