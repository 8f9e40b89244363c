"""What public pages show of editions: when and where, never who; and where to leave interest."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from wagtail.models import Page

from courses.delivery.forms.interest import InterestForm
from courses.delivery.models import Edition, Evening, PracticeCouple
from lms.accounts.models import CareGroup

COUPLE = 2  # people


@dataclass(frozen=True)
class DatesInRegion:
    edition: Edition
    region: str
    place: str
    evenings: list[Evening]
    has_queue: bool  # couples wait already: who comes now joins them

    @property
    def free(self) -> int:
        """Places for whoever applies now."""
        return 0 if self.has_queue else self.edition.capacity - self.edition.seats_taken

    @property
    def is_full(self) -> bool:
        """A couple that applies now comes on the waiting list."""
        return self.free < COUPLE


def dates_per_region(course: Page, care_group: CareGroup | None = None) -> list[DatesInRegion]:
    """Published editions that have not begun, the first to begin on top; all, or those of a care
    group."""
    evenings = Evening.objects.filter(edition=OuterRef("pk"), cancelled_at=None)
    coming = evenings.filter(starts_at__gt=timezone.now())
    begun = evenings.filter(starts_at__lte=timezone.now())
    editions = Edition.objects.filter(
        Exists(coming),
        ~Exists(begun),
        content__course=course.pk,
        published_at__isnull=False,
        cancelled_at=None,
    )
    if care_group is not None:
        editions = editions.filter(care_group=care_group)
    queue = PracticeCouple.objects.waiting().filter(edition=OuterRef("pk"))
    standing = Evening.objects.filter(cancelled_at=None).order_by("starts_at")
    found = []
    for edition in (
        editions.select_related("care_group")
        .annotate(has_queue=Exists(queue))
        .prefetch_related(Prefetch("evenings", standing))
    ):
        planned = list(edition.evenings.all())
        has_queue: bool = edition.has_queue
        found.append(DatesInRegion(edition, edition.region, planned[0].place, planned, has_queue))
    return sorted(found, key=lambda dates: dates.evenings[0].starts_at)


def interest_form(page: Page) -> InterestForm:
    return InterestForm(initial={"page": page.translation_key})
