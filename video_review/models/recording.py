import uuid
from collections.abc import Callable
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Enrolment, EveningTrainer, GroupMembership
from lms.accounts.models import User
from video_review.models.consent import Consent, Scope
from video_review.models.share import Share
from video_review.models.upload import Upload


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    WATCHABLE = "watchable", _("Ready to watch")
    COMPLETE = "complete", _("Complete")
    FAILED = "failed", _("Cannot be used")
    DESTROYED = "destroyed", _("Destroyed")


PLAYABLE = [Status.WATCHABLE, Status.COMPLETE]
# The whole state machine: a recording may enter a key only from one of its values.
ENTERED_FROM = {
    Status.RECEIVED: [Status.FAILED],
    Status.WATCHABLE: [Status.RECEIVED],
    Status.COMPLETE: [Status.WATCHABLE],
    Status.FAILED: [Status.RECEIVED, Status.WATCHABLE],
    Status.DESTROYED: [Status.RECEIVED, Status.WATCHABLE, Status.COMPLETE, Status.FAILED],
}


class Failure(models.TextChoices):
    NOT_A_VIDEO = "not-a-video", _("This file is not a video. Choose the film itself.")
    EMPTY = "empty", _("This file is empty. Choose the film again on your phone or PC.")
    NO_PICTURE = "no-picture", _("This file holds sound but no picture. Choose the film itself.")
    TOO_LONG = "too-long", _("This film is too long. Cut out the part you want to discuss.")
    TOO_MANY_PIXELS = "too-many-pixels", _("This film is larger than 4K. Record in HD or 4K.")
    TOO_MANY_STREAMS = "too-many-streams", _("This film has too many tracks to be safe.")
    DAMAGED = "damaged", _("This film is damaged and cannot be played. Choose the original.")
    UNSUPPORTED = (
        "unsupported",
        _("We cannot read this film. Save it as MP4 and try again."),
    )
    GAVE_UP = "gave-up", _("Something went wrong on our side. Your film is safe; try again.")


def is_owner(user: User) -> Q:
    return Q(enrolment__participant=user)


def is_open_to_others() -> Q:
    """While a recording can be played, by anyone: never before consent is complete, never after
    it was withdrawn or the last moment."""
    return Q(
        status__in=PLAYABLE,
        consent__in=Consent.objects.complete(),
        expires_at__gt=timezone.now(),
        consent__scope__in=[Scope.PARTNER, Scope.GROUP],
    )


def has_partner_share(user: User) -> Q:
    """Shared with the practice partner by name: the consent's scope must reach that far."""
    partner = Enrolment.objects.active().filter(
        couple=OuterRef("enrolment__couple"), participant=user
    )
    share = Share.objects.valid().filter(recording=OuterRef("pk"), person=user)
    return is_open_to_others() & Q(Exists(share)) & Q(Exists(partner))


def has_person_share(user: User) -> Q:
    """Shared by name with somebody else of the group, or one of its trainers."""
    share = Share.objects.valid().filter(recording=OuterRef("pk"), person=user)
    member = GroupMembership.objects.valid().filter(
        group__edition=OuterRef("enrolment__edition"), user=user
    )
    in_scope = is_open_to_others() & Q(consent__scope=Scope.GROUP)
    return in_scope & Q(Exists(share)) & Q(Exists(member))


def has_group_share(user: User) -> Q:
    """Shared with a group this user is in now."""
    member = GroupMembership.objects.valid().filter(group=OuterRef("group"), user=user)
    share = Share.objects.valid().filter(Exists(member), recording=OuterRef("pk"))
    return is_open_to_others() & Q(consent__scope=Scope.GROUP) & Q(Exists(share))


# Everything that lets somebody see a recording; of several, the first is the one on record.
BASES: dict[str, Callable[[User], Q]] = {
    "owner": is_owner,
    "partner": has_partner_share,
    "person": has_person_share,
    "group": has_group_share,
}


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Recordings this user may see now, on whichever of ``BASES``."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(*(basis(user) for basis in BASES.values()), _connector=Q.OR))

    def with_basis(self, user: User) -> Self:
        """Each with ``basis``, on what this user may see it now, and ``is_taught``: whether as a
        trainer of its edition."""
        bases = [When(basis(user), then=Value(name)) for name, basis in BASES.items()]
        teaches = EveningTrainer.objects.valid().filter(
            user=user, evening__edition=OuterRef("enrolment__edition")
        )
        return self.annotate(
            basis=Case(*bases, default=Value(""), output_field=models.CharField()),
            is_taught=Exists(teaches),
        )

    def playable(self) -> Self:
        """Recordings whose picture may be shown at this moment, to whoever may see them."""
        return self.filter(
            consent__in=Consent.objects.complete(),
            status__in=PLAYABLE,
            expires_at__gt=timezone.now(),
        )

    def move(self, to: Status, **changes: Any) -> int:
        """Move these recordings to ``to``, where the table allows; return how many moved."""
        movable = self.filter(status__in=ENTERED_FROM[to])
        return movable.update(**{"status": to} | changes)


class Recording(models.Model):
    """A participant's own consultation on video. Change ``status`` only through ``move``.

    The row outlives the film: once destroyed it holds no title, question or picture any more, and
    what was learned from it keeps its place.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="recordings")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="recordings")
    upload = models.OneToOneField(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="recording"
    )
    assignment_key = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=120, blank=True)
    learning_question = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.RECEIVED)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)  # of the processing now going on
    damage = models.JSONField(default=list)  # seconds at which the film is damaged
    duration = models.FloatField(null=True, blank=True)  # seconds
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()  # its last moment; destroyed as soon as possible after

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "expires_at"], name="recording_by_expiry")]
        constraints = [
            models.CheckConstraint(
                name="only_failed_recording_has_failure",
                condition=Q(status=Status.FAILED) | Q(failure=""),
            ),
            models.CheckConstraint(
                name="destroyed_recording_has_no_words",
                condition=~Q(status=Status.DESTROYED) | Q(title="", learning_question=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("video_review:detail", args=[self.public_id])

    def is_playable(self) -> bool:
        return Recording.objects.playable().filter(pk=self.pk).exists()


def basis_for(user: User, recording: Recording) -> str | None:
    """On what basis this user may see this recording now: the name the audit log stores."""
    this = Recording.objects.filter(pk=recording.pk)
    return next((name for name, basis in BASES.items() if this.filter(basis(user)).exists()), None)


class Rendition(models.Model):
    """One quality of a recording, in sealed segments."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bandwidth = models.PositiveIntegerField()  # bits per second
    codecs = models.CharField(max_length=60, blank=True)
    is_complete = models.BooleanField(default=False)

    class Meta:
        ordering = ["bandwidth"]

    def __str__(self) -> str:
        return f"{self.height}p"


class Segment(models.Model):
    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="segments")
    position = models.PositiveIntegerField()
    duration = models.FloatField()  # seconds
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=200)  # in the recordings store

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rendition", "position"], name="segment_once")
        ]

    def __str__(self) -> str:
        return self.name


class Blob(models.Model):
    """Something small made from a recording, sealed with its key: poster, sprite, peaks."""

    class Kind(models.TextChoices):
        POSTER = "poster", _("Poster")
        SPRITE = "sprite", _("Preview pictures")
        PEAKS = "peaks", _("Waveform")

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="blobs")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)  # in the recordings store
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "kind"], name="blob_once")]

    def __str__(self) -> str:
        return self.name


class DestructionRecord(models.Model):
    """Proof that a recording was destroyed, when and why. Says nothing about a patient."""

    class Reason(models.TextChoices):
        OWNER = "owner", _("The owner destroyed it")
        RETENTION = "retention", _("Its retention date had come")
        WITHDRAWAL = "withdrawal", _("The patient withdrew consent")

    recording = models.OneToOneField(
        Recording, on_delete=models.PROTECT, related_name="destruction"
    )
    reason = models.CharField(max_length=20, choices=Reason)
    requested_at = models.DateTimeField(default=timezone.now)
    key_destroyed_at = models.DateTimeField(null=True, blank=True)
    bytes_destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.recording.public_id} {self.reason}"
