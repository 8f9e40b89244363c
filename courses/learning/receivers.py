"""What happens to progress when the edition around it changes."""

from typing import Any

from django.dispatch import receiver

from courses.curriculum.models import ContentVersion
from courses.curriculum.signals import content_corrected
from courses.delivery.models import Edition, Enrolment
from courses.delivery.signals import deadline_moved, enrolled, evenings_moved, track_chosen
from courses.learning.services import rebuild_edition, rebuild_progress


@receiver([enrolled, track_chosen, deadline_moved], dispatch_uid="learning.rebuild_progress")
def make_progress(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    rebuild_progress(enrolment)


@receiver(evenings_moved, dispatch_uid="learning.move_deadlines")
def move_deadlines(sender: Any, edition: Edition, **kwargs: Any) -> None:
    rebuild_edition(edition)


@receiver(content_corrected, dispatch_uid="learning.correct_progress")
def follow_correction(sender: Any, version: ContentVersion, **kwargs: Any) -> None:
    """Homework that a correction changed, in every edition that runs on this version."""
    for edition in Edition.objects.filter(content=version):
        rebuild_edition(edition)
