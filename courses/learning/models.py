from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Enrolment


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
    due_at = models.DateTimeField(null=True, blank=True)
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


class LessonTaken(models.Model):
    """One participant's way through one lesson."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.UUIDField()  # translation_key of the LessonPage
    module_key = models.UUIDField()  # translation_key of the ModulePage
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)  # net study time

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="lesson_taken_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.lesson_key}"


class QuizAttempt(models.Model):
    """One answer to one question. Answering again adds a row."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    lesson_key = models.UUIDField()
    question = models.CharField(max_length=60)  # id of the question block
    answer = models.CharField(max_length=200)
    is_correct = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

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
