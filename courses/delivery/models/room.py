"""What is said in the room: when a block of the programme begins, who leads it, and who works with
whom."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models.edition import Evening
from courses.delivery.models.enrolment import Enrolment


class RunMark(models.Model):
    """Somebody said something about one block of an evening.

    Marks are only added. Of one block and kind the mark that was made last counts, whenever it
    arrived; of two made in the same instant the one with the higher key.
    """

    class Kind(models.TextChoices):
        BEGUN = "begun", _("Began")
        EXTRA = "extra", _("Extra minutes")
        LEADER = "leader", _("Who leads it")

    key = models.UUIDField(default=uuid.uuid4, unique=True)  # made where the mark was made
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="run_marks")
    block = models.UUIDField()  # id of the block in the programme
    kind = models.CharField(max_length=10, choices=Kind)
    has_begun = models.BooleanField(default=False)  # false: not begun after all
    extra = models.PositiveSmallIntegerField(default=0)  # minutes altogether, not each time
    leader = models.ForeignKey(  # none: together
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()  # by our clock, never later than it arrived
    received_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["evening", "block", "kind", "made_at"])]
        constraints = [
            models.CheckConstraint(
                name="run_mark_says_one_thing",
                condition=(Q(kind="begun") | Q(has_begun=False))
                & (Q(kind="extra") | Q(extra=0))
                & (Q(kind="leader") | Q(leader=None)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.evening}: {self.kind}"


class GroupSplit(models.Model):
    """The people of an evening in groups. Of more than one split the newest counts."""

    class Partners(models.TextChoices):
        APART = "apart", _("Practice partners apart")
        TOGETHER = "together", _("Practice partners together")

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="splits")
    partners = models.CharField(max_length=10, choices=Partners)
    groups = models.PositiveSmallIntegerField()  # how many
    seed = models.PositiveIntegerField()  # the same people and seed make the same groups
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.evening}: {self.groups}"


class GroupPlace(models.Model):
    """Somebody works in this group."""

    split = models.ForeignKey(GroupSplit, on_delete=models.CASCADE, related_name="places")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()  # of the group, from 1

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["split", "enrolment"], name="placed_once_per_split")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.number}"


class AttendanceConfirmation(models.Model):
    """A trainer looked at the list afterwards: it is right. From then on a change has a reason."""

    evening = models.OneToOneField(Evening, on_delete=models.CASCADE, related_name="confirmation")
    confirmed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.evening}: {self.confirmed_at}"
