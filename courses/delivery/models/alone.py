"""Who asks a coordinator to take part without a partner."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models.edition import Edition
from courses.delivery.models.enrolment import AgreedTerms, PracticeCouple


class AloneRequestQuerySet(models.QuerySet["AloneRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=AloneRequest.State.ASKED)


class AloneRequest(models.Model):
    """Somebody asks to come without a partner, or to go on without the one who left."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ALLOWED = "allowed", _("Allowed")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Not needed any more")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="alone_requests")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alone_requests"
    )
    couple = models.ForeignKey(  # that they stand in already
        PracticeCouple,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="alone_requests",
    )
    reason = models.TextField()
    terms = models.ForeignKey(  # that were read with it
        AgreedTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    answer = models.TextField(blank=True)  # of the coordinator, for who asked
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AloneRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person"],
                condition=Q(state="asked"),
                name="asks_alone_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.edition}"
