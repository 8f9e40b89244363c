"""Who was there, evening by evening and part by part."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models.edition import Evening
from courses.delivery.models.enrolment import Enrolment


class AttendanceMark(models.Model):
    """Somebody said that a person was there in one part of an evening, or was not.

    Marks are only added. Of one person in one part the mark that was made last counts, whenever it
    arrived; of two made in the same instant the one with the higher key. So two tablets that were
    away from the network end up with the same list, whichever is back first.
    """

    class Way(models.TextChoices):
        QR = "qr", _("Scanned the code")
        NAME = "name", _("Tapped by a trainer")
        PAPER = "paper", _("Signed on paper")
        CORRECTED = "corrected", _("Corrected afterwards")

    key = models.UUIDField(default=uuid.uuid4, unique=True)  # made where the mark was made
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="marks")
    part = models.PositiveSmallIntegerField()  # from 1: the time between two breaks
    is_present = models.BooleanField()
    way = models.CharField(max_length=10, choices=Way)
    reason = models.TextField(blank=True)  # of a change after the list was confirmed
    made_at = models.DateTimeField()  # by our clock, never later than it arrived
    received_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["evening", "enrolment", "part", "made_at"])]
        constraints = [
            models.CheckConstraint(
                name="correction_says_why", condition=~Q(way="corrected") | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.part}: {self.is_present}"


class Attendance(models.Model):
    """What the marks of one person on one evening come down to."""

    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        PARTIAL = "partial", _("Partly present")
        ABSENT = "absent", _("Absent")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="attendances")
    status = models.CharField(max_length=20, choices=Status)
    minutes = models.PositiveSmallIntegerField(default=0)  # of the parts that were attended, net
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "evening"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.status}"
