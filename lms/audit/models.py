from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class AppendOnly(Exception):
    """Rows of the audit log are only ever added."""


class Pseudonym(models.Model):
    """Whose pseudonym stands in the log. Erasing this row leaves the log whole and nameless."""

    code = models.UUIDField(unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pseudonym"
    )

    def __str__(self) -> str:
        return str(self.code)


class AuditStream(models.Model):
    """The head of one chain of events: about one recording, else about one account."""

    name = models.CharField(max_length=80, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return self.name


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEvent(models.Model):
    """Who did what to what, when, in which role, on what basis, with what result (NEN 7513)."""

    stream = models.ForeignKey(AuditStream, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    event = models.CharField(max_length=60)
    actor = models.UUIDField(null=True)  # Pseudonym.code; none: the system or a patient's code
    role = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=40, blank=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_ref = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="audit_event_in_sequence")
        ]
        indexes = [models.Index(fields=["actor", "at"], name="audit_by_actor")]

    def __str__(self) -> str:
        return f"{self.event} {self.object_ref}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
