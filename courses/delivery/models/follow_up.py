"""Meetings after the course: one to come back to, and a series in the region."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models.edition import Edition, Evening, is_coordinator, teaches_edition
from courses.delivery.models.enrolment import Enrolment
from lms.accounts.models import User


class FollowUpQuerySet(models.QuerySet["FollowUpMeeting"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)

    def coming(self) -> Self:
        return self.filter(ends_at__gt=timezone.now())

    def inviting(self, user: User) -> Self:
        """Published, for who takes part in its edition, has finished another one that it reaches,
        or teaches its edition."""
        reaches = Q(Exists(own_edition(user))) | teaches_edition(user, "edition")
        in_region = Q(reach="region") & (
            Q(Exists(finished_in_region(user)), edition__is_open=True)
            | Q(Exists(finished_in_care_group(user)), edition__is_open=False)
        )
        return self.filter(reaches | in_region, published_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=self.model.objects.inviting(user)) | is_coordinator(user))

    def awaiting(self, user: User) -> Self:
        """Where somebody is invited and did not say that they stay away."""
        stays_away = FollowUpAnswer.objects.filter(
            meeting=OuterRef("pk"), user=user, is_coming=False
        )
        return self.inviting(user).filter(~Exists(stays_away))


class FollowUpMeeting(models.Model):
    class Kind(models.TextChoices):
        RETURN = "return", _("Return meeting")
        SERIES = "series", _("Follow-up in the region")

    class Reach(models.TextChoices):
        EDITION = "edition", _("The participants of this edition")
        REGION = "region", _("Everybody in the region who has finished the course by then")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="follow_up")
    kind = models.CharField(max_length=10, choices=Kind)
    reach = models.CharField(max_length=10, choices=Reach)  # closed edition: of its care group
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_online = models.BooleanField(default=False)
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    online_url = models.URLField(blank=True)
    practical = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)  # none: only coordinators know it
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Grows with every change that a calendar must hear of.
    sequence = models.PositiveSmallIntegerField(default=0)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_kind_display()}"

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class FollowUpAnswer(models.Model):
    """Whether somebody comes. Said again, the last time counts."""

    meeting = models.ForeignKey(FollowUpMeeting, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follow_up_answers"
    )
    is_coming = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="follow_up_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.is_coming}"


class FollowUpNotice(models.Model):
    """What somebody's calendar was told last about one meeting."""

    meeting = models.ForeignKey(FollowUpMeeting, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follow_up_notices"
    )
    sequence = models.PositiveIntegerField()
    meeting_sequence = models.PositiveIntegerField()  # of the meeting, when it was told
    is_on = models.BooleanField(default=True)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="follow_up_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.meeting_id}"


def enrolments_of(user: User) -> QuerySet[Enrolment]:
    """A course that is over is not ended: who finished it takes part in it still."""
    return Enrolment.objects.active().filter(
        participant=user, edition__published_at__isnull=False, edition__cancelled_at=None
    )


def own_edition(user: User) -> QuerySet[Enrolment]:
    return enrolments_of(user).filter(edition=OuterRef("edition"))


def finished(user: User) -> QuerySet[Enrolment]:
    """In editions of which no evening comes after the meeting has begun."""
    later = Evening.objects.filter(
        edition=OuterRef("edition"),
        cancelled_at=None,
        ends_at__gt=OuterRef(OuterRef("starts_at")),
    )
    return enrolments_of(user).filter(~Exists(later))


def finished_in_region(user: User) -> QuerySet[Enrolment]:
    return finished(user).filter(edition__region=OuterRef("edition__region"))


def finished_in_care_group(user: User) -> QuerySet[Enrolment]:
    return finished(user).filter(edition__care_group=OuterRef("edition__care_group"))
