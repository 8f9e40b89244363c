import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.accounts.models import User
from video_review.models.consent import Consent


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(consent__enrolment__participant=user)

    def open(self) -> Self:
        """Still to be continued."""
        return self.filter(finished_at=None, cancelled_at=None, expires_at__gt=timezone.now())


class Upload(models.Model):
    """A file on its way in. ``received`` bytes are safe on disk, sealed with the key of
    ``recording_ref``."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recording_ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="uploads")
    assignment_key = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=120)
    learning_question = models.TextField(blank=True)
    length = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    file_hash = models.CharField(max_length=64, blank=True)  # of the ordered chunk hashes
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="upload_never_longer_than_said", condition=Q(received__lte=models.F("length"))
            ),
            models.CheckConstraint(
                name="finished_upload_is_whole",
                condition=Q(finished_at=None) | Q(received=models.F("length")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class UploadPart(models.Model):
    """Sealed frames that arrived together, never changed once written."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()  # of the plain bytes
    is_final = models.BooleanField(default=False)
    name = models.CharField(max_length=200)  # in the incoming store
    chunk_hash = models.CharField(max_length=64)  # sha256 of the plain bytes

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="part_arrives_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload} {self.offset}"
