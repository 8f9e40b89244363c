"""Who takes part in an edition: couples, their places and what each chose."""

from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models.edition import (
    EDITION_BASES,
    Edition,
    Evening,
    is_coordinator,
    teaches_edition,
)
from lms.accounts.models import Practice, Profession, User


class PracticeCouple(models.Model):
    """One or two people of one practice who hold one place in an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="couples")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="couples")
    applied_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # none: on the waiting list

    def __str__(self) -> str:
        return f"{self.practice} ({self.edition})"


class CoupleSide(models.Model):
    """On which side of a couple somebody of this profession stands. A couple, of participants or
    of trainers, is two people of different sides."""

    profession = models.OneToOneField(
        Profession, on_delete=models.CASCADE, related_name="couple_side"
    )
    side = models.SlugField()

    def __str__(self) -> str:
        return f"{self.profession}: {self.side}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Enrolments this user may see: their own, of editions they teach or coordinate."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(*(basis(user) for basis in ENROLMENT_BASES.values()), _connector=Q.OR))


class Enrolment(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    participant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    couple = models.ForeignKey(PracticeCouple, on_delete=models.PROTECT, related_name="enrolments")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "participant"], name="enrolled_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.edition}"

    def partner(self) -> "Enrolment | None":
        """The other of the practice couple, while both take part."""
        return self.couple.enrolments.active().exclude(pk=self.pk).first()


class TrackChoice(models.Model):
    """The track one participant has chosen; the choice of the partner has nothing to do with it."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="track_choice"
    )
    track_key = models.UUIDField()  # translation_key of the TrackPage
    chosen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.track_key}"


class Attendance(models.Model):
    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        PARTIAL = "partial", _("Partly present")
        ABSENT = "absent", _("Absent")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="attendances")
    status = models.CharField(max_length=20, choices=Status)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "evening"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.status}"


def takes_part(user: User) -> Q:
    return Q(Exists(Enrolment.objects.active().filter(edition=OuterRef("pk"), participant=user)))


EDITION_BASES["participant"] = takes_part
ENROLMENT_BASES: dict[str, Callable[[User], Q]] = {
    "owner": lambda user: Q(participant=user),
    "trainer": lambda user: teaches_edition(user, "edition"),
    "coordinator": is_coordinator,
}
