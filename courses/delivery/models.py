import uuid
from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import ContentVersion
from lms.accounts.models import CareGroup, Practice, Profession, RoleGrant, User


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Editions this user takes part in, teaches or coordinates now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(*(basis(user) for basis in EDITION_BASES.values()), _connector=Q.OR))


class Edition(models.Model):
    """One run of a course, on one version of its content."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="editions")
    region = models.CharField(max_length=100)
    care_group = models.ForeignKey(
        CareGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="editions"
    )
    is_open = models.BooleanField(default=True)  # closed: one care group only
    capacity = models.PositiveSmallIntegerField(default=16)

    objects = EditionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Evening(models.Model):
    """One evening of an edition. Those of a track count only for who chose that track."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="evenings")
    page_key = models.UUIDField()  # translation_key of the EveningPage
    code = models.CharField(max_length=10)  # as people say it: 1, 2, 3A
    number = models.PositiveSmallIntegerField()  # its place in a participant's row of evenings
    track_key = models.UUIDField(null=True, blank=True)  # translation_key of the TrackPage
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="evening_once_per_edition"),
            models.CheckConstraint(
                name="evening_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.code}"


class EveningTrainerQuerySet(models.QuerySet["EveningTrainer"]):
    def valid(self) -> Self:
        moment = timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=moment), valid_from__lte=moment)


class EveningTrainer(models.Model):
    """Somebody teaches an evening. The ``trainers`` app decides who may."""

    class Role(models.TextChoices):
        TRAINER = "trainer", _("Trainer")
        RUN_ALONG = "run-along", _("Runs along")

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="trainers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="taught_evenings"
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.TRAINER)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = EveningTrainerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evening", "user"], name="trainer_once_per_evening")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.evening}"


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


class Group(models.Model):
    """People with whom recordings can be shared: all of an edition, its trainers, a part of it."""

    class Kind(models.TextChoices):
        EDITION = "edition", _("Group with trainers")
        TRAINERS = "trainers", _("Trainers")
        SUBGROUP = "subgroup", _("Subgroup")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def valid(self) -> Self:
        moment = timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=moment), valid_from__lte=moment)


class GroupMembership(models.Model):
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_memberships"
    )
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"


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


class Interest(models.Model):
    """Somebody would like to hear of dates in a region. Left without an account; taken back, the
    row is gone."""

    region = models.CharField(max_length=100)
    email = models.EmailField()
    name = models.CharField(max_length=100, blank=True)
    profession = models.ForeignKey(
        Profession, on_delete=models.SET_NULL, null=True, blank=True, related_name="interests"
    )
    page_key = models.UUIDField(null=True, blank=True)  # translation_key of the page it came from
    left_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), Lower("region"), name="interest_once")
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.region}"


def teaches_edition(user: User, edition: str) -> Q:
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition=OuterRef(edition))
    return Q(Exists(taught))


def is_coordinator(user: User) -> Q:
    return Q(Exists(RoleGrant.objects.valid().filter(user=user, role="coordinator")))


EDITION_BASES: dict[str, Callable[[User], Q]] = {
    "participant": lambda user: Q(
        Exists(Enrolment.objects.active().filter(edition=OuterRef("pk"), participant=user))
    ),
    "trainer": lambda user: teaches_edition(user, "pk"),
    "coordinator": is_coordinator,
}
ENROLMENT_BASES: dict[str, Callable[[User], Q]] = {
    "owner": lambda user: Q(participant=user),
    "trainer": lambda user: teaches_edition(user, "edition"),
    "coordinator": is_coordinator,
}
