"""What becomes of shared recordings when their owner leaves an edition."""

from typing import Any

from django.dispatch import receiver

from courses.delivery.models import Edition, Enrolment
from courses.delivery.signals import enrolment_ended, moved
from video_review.models import Share
from video_review.services.shares import end_shares


@receiver(enrolment_ended, dispatch_uid="video_review.end_shares")
def end_all(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    end_shares(Share.objects.filter(recording__enrolment=enrolment))


@receiver(moved, dispatch_uid="video_review.end_shares_with_old_group")
def end_with_old_group(sender: Any, enrolment: Enrolment, old: Edition, **kwargs: Any) -> None:
    end_shares(Share.objects.filter(recording__enrolment=enrolment, group__edition=old))
