import re
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

WHOLE_CALENDAR = re.compile(r"(?<=END:VCALENDAR\r\n)(?=BEGIN:VCALENDAR)")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)


class OutgoingMail(models.Model):
    """A mail to send, written in the transaction of the fact that causes it."""

    key = models.CharField(max_length=120, unique=True)  # one mail per key, however often queued
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails"
    )
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # What calendars read, one after the other, and what they are to do with it: REQUEST or CANCEL.
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    message_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject

    def calendars(self) -> list[str]:
        return [one for one in WHOLE_CALENDAR.split(self.calendar) if one]
