from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.delivery.models import Group


class ShareQuerySet(models.QuerySet["Share"]):
    def valid(self) -> Self:
        """Shares that open their recording at this moment."""
        moment = timezone.now()
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=moment),
            valid_from__lte=moment,
            taken_back_at=None,
        )


class Share(models.Model):
    """The owner lets a person or a group see a recording. Nothing else ever does."""

    recording = models.ForeignKey(
        "video_review.Recording", on_delete=models.CASCADE, related_name="shares"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recording_shares",
    )
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="recording_shares"
    )
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_is_with_a_person_or_a_group",
                condition=Q(person=None) ^ Q(group=None),
            ),
            models.CheckConstraint(
                name="share_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["recording", "person"],
                condition=Q(taken_back_at=None, person__isnull=False),
                name="shared_once_with_a_person",
            ),
            models.UniqueConstraint(
                fields=["recording", "group"],
                condition=Q(taken_back_at=None, group__isnull=False),
                name="shared_once_with_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recording}: {self.person or self.group}"


class Viewing(models.Model):
    """One playback of one recording by one person."""

    recording = models.ForeignKey(
        "video_review.Recording", on_delete=models.CASCADE, related_name="viewings"
    )
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="viewings"
    )
    basis = models.CharField(max_length=40)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.viewer}: {self.recording}"
