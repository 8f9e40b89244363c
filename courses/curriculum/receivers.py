"""What follows from a page being published."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page, Revision
from wagtail.signals import page_published

from courses.curriculum.processing import KIND, undrawn_on
from lms.jobs.services import enqueue


@receiver(page_published, dispatch_uid="curriculum.draw_films")
def draw_what_is_new(
    sender: Any, instance: Page, revision: Revision | None = None, **kwargs: Any
) -> None:
    if revision is not None and any(undrawn_on(instance)):
        enqueue(KIND, str(revision.pk))
