"""What calendars of people were told, and the link with which they look for themselves."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.delivery.models.edition import Evening


class CalendarEntry(models.Model):
    """What somebody's calendar was told last about one evening. Whoever is told next moves it on
    in one conditional UPDATE: the same sequence goes out once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_entries"
    )
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="calendar_entries")
    sequence = models.PositiveIntegerField()  # that of the evening, more after other tracks
    evening_sequence = models.PositiveIntegerField()  # of the evening, when it was told
    is_on = models.BooleanField(default=True)
    told_at = models.DateTimeField(default=timezone.now)
    starts_at = models.DateTimeField(null=True, blank=True)  # of the evening, as it was told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "evening"], name="calendar_told_per_evening")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.evening.code}"


class CalendarLink(models.Model):
    """With it a calendar reads somebody's evenings, without signing in. Another key ends it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_link"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.user)
