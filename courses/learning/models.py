from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Enrolment
from lms.accounts.models import User


class State(models.TextChoices):
    LOCKED = "locked", _("Not open yet")
    OPEN = "open", _("To do")
    STARTED = "started", _("Busy with it")
    WAITING = "waiting", _("Waiting for somebody else")
    DONE = "done", _("Done")


class WaitingOn(models.TextChoices):
    NOBODY = "", _("Nobody")
    PARTICIPANT = "participant", _("You")
    PARTNER = "partner", _("Your practice partner")
    GROUP = "group", _("Your group")
    TRAINER = "trainer", _("Your trainers")
    SYSTEM = "system", _("Us")


class Progress(models.Model):
    """How far one participant is with one assignment: the only source of the next step.

    ``state`` says what the facts say, whatever time it is; ``shown_state`` is what counts now.
    Written only by ``services.report_progress``, in the transaction of the fact; made anew from
    the facts, exactly the same, by ``rebuild_progress``.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    assignment_key = models.UUIDField()  # translation_key of the AssignmentPage
    kind = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField()  # order in which to do them
    evening_number = models.PositiveSmallIntegerField()  # due before this evening of the row
    state = models.CharField(max_length=20, choices=State, default=State.LOCKED)
    waiting_on = models.CharField(max_length=20, choices=WaitingOn, blank=True)
    detail = models.CharField(max_length=60, blank=True)  # such as 4/6, shown beside the state
    opens_at = models.DateTimeField(null=True, blank=True)  # the end of the evening that gave it
    due_at = models.DateTimeField(null=True, blank=True)
    is_required = models.BooleanField(default=True)
    url = models.CharField(max_length=200, blank=True)  # where to go on

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assignment_key"], name="progress_once_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.kind} {self.state}"

    @property
    def is_early(self) -> bool:
        return self.opens_at is not None and timezone.now() < self.opens_at

    @property
    def shown_state(self) -> str:
        """Closed until the evening that gives it has ended."""
        return State.LOCKED if self.is_early else self.state

    @property
    def is_late(self) -> bool:
        return self.state != State.DONE and self.due_at is not None and self.due_at < timezone.now()

    @property
    def is_mine(self) -> bool:
        """Whether the participant can do something about it now."""
        is_waiting = self.waiting_on not in (WaitingOn.NOBODY, WaitingOn.PARTICIPANT)
        return self.shown_state in (State.OPEN, State.STARTED) and not is_waiting


class LessonTaken(models.Model):
    """One participant's way through one lesson."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.UUIDField()  # translation_key of the LessonPage
    module_key = models.UUIDField()  # translation_key of the ModulePage
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)  # net study time
    screens_read = models.PositiveSmallIntegerField(default=0)  # where to go on

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="lesson_taken_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.lesson_key}"


class QuizAttempt(models.Model):
    """One answer to one question, or one declaration made. Answering again adds a row."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    lesson_key = models.UUIDField()
    question = models.CharField(max_length=60)  # key of the question or declaration
    number = models.PositiveSmallIntegerField(
        default=1
    )  # the participant's first, second, … answer to it
    given = models.JSONField(default=dict)  # in words: see ``courses.learning.questions``
    is_correct = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "question", "number"], name="answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.question}"


class SelfDeclared(models.Model):
    """A participant says that an assignment is done, where the platform cannot see it itself."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="declared")
    assignment_key = models.UUIDField()
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assignment_key"], name="assignment_declared_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.assignment_key}"


class ContinuationPointQuerySet(models.QuerySet["ContinuationPoint"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A plan is of one person alone: no trainer, partner or coordinator reads it."""
        return self.filter(enrolment__participant=user) if user.is_authenticated else self.none()


class ContinuationPoint(models.Model):
    """One of the points of a continuation plan: what somebody goes on with after the course."""

    MOST = 3

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="continuation_plan"
    )
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=500)
    with_whom = models.CharField(max_length=200, blank=True)  # empty: alone
    planned_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ContinuationPointQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="point_once_per_plan"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=3), name="three_points_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.number}"
