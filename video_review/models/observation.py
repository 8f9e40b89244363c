import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.instruments.models import Item, Response
from courses.delivery.models import Enrolment
from lms.accounts.models import User
from video_review.models.recording import Recording


class ObservationQuerySet(models.QuerySet["Observation"]):
    def submitted(self) -> Self:
        return self.filter(response__submitted_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; as owner of the recording all that are sent; as observer those of others once
        one's own is sent. Never of a recording one may not see (any more)."""
        if not user.is_authenticated:
            return self.none()
        sent = Q(response__submitted_at__isnull=False)
        own_sent = Observation.objects.submitted().filter(
            recording=OuterRef("recording"), observer=user
        )
        return self.filter(
            Q(observer=user)
            | (sent & Q(recording__enrolment__participant=user))
            | (sent & Q(Exists(own_sent))),
            recording__in=Recording.objects.visible_to(user),
        )


class Observation(models.Model):
    """A form filled in about a recording, by its owner or by somebody it is shared with."""

    class Kind(models.TextChoices):
        SELF = "self", _("Yourself")
        PEER = "peer", _("Fellow participant")
        TRAINER = "trainer", _("Trainer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="observations")
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observations"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="observation")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "observer"], name="observed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.observer}: {self.recording}"


class MomentQuerySet(models.QuerySet["Moment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(observation__in=Observation.objects.visible_to(user))


class Moment(models.Model):
    """A place in a recording that an observer marks, with the items it shows."""

    class Kind(models.TextChoices):
        STRONG = "strong", _("Strong")
        QUESTION = "question", _("Question")
        DIFFERENT = "different", _("Could be different")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="moments")
    at_ms = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    quote = models.TextField(blank=True)  # said in the recording: wiped when that is destroyed
    note = models.TextField(blank=True)
    items = models.ManyToManyField(Item, related_name="moments", blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MomentQuerySet.as_manager()

    class Meta:
        ordering = ["at_ms"]

    def __str__(self) -> str:
        return f"{self.at_ms} {self.kind}"


class DevelopmentPoint(models.Model):
    """What a participant wants to do differently, and the first step. Outlives the recording."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="development_points"
    )
    recording = models.ForeignKey(
        Recording,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="development_points",
    )
    text = models.CharField(max_length=300)
    first_step = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text
