import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Enrolment
from lms.accounts.models import User


class Scope(models.TextChoices):
    """Who may look, as the patient agreed. A share can never reach further."""

    SELF = "S1", _("Only you")
    PARTNER = "S2", _("You and your practice partner")
    GROUP = "S3", _("You, your practice partner, your group and the trainers")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A consent is seen by who asked for it, and by nobody else."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(enrolment__participant=user)

    def complete(self) -> Self:
        """Asked before and confirmed after the visit, by everybody in view, and not withdrawn."""
        refused = ConsentPerson.objects.filter(consent=models.OuterRef("pk"), has_consented=False)
        return self.filter(
            ~models.Exists(refused),
            before_at__isnull=False,
            after_at__isnull=False,
            declared_at__isnull=False,
            withdrawn_at=None,
        )


class Consent(models.Model):
    """What a patient agreed to, without anything that says who the patient is.

    The signed form stays in the practice. A simulated consultation (role play) has a consent too,
    of the people who played it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="consents")
    form_version = models.CharField(max_length=20)
    is_simulated = models.BooleanField(default=False)
    scope = models.CharField(max_length=2, choices=Scope)
    before_at = models.DateTimeField(null=True, blank=True)  # asked before the visit
    after_at = models.DateTimeField(null=True, blank=True)  # confirmed after the visit
    delete_by = models.DateField()  # the recording is gone by this day, whatever else holds
    patient_decides = models.BooleanField(default=True)  # else a representative has agreed
    declared_at = models.DateTimeField(null=True, blank=True)  # by the professional
    code_hash = models.CharField(max_length=64)  # sha256 of the patient's withdrawal code
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_confirmed_after_it_was_asked",
                condition=Q(after_at=None)
                | Q(before_at__isnull=False, after_at__gte=F("before_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.created_at:%d-%m-%Y}"

    def is_complete(self) -> bool:
        return Consent.objects.complete().filter(pk=self.pk).exists()


class ConsentPerson(models.Model):
    """Somebody else in view, with a consent of their own."""

    class Kind(models.TextChoices):
        COMPANION = "companion", _("Companion")
        CHILD = "child", _("Child")
        INTERPRETER = "interpreter", _("Interpreter")
        COLLEAGUE = "colleague", _("Colleague")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="others")
    kind = models.CharField(max_length=20, choices=Kind)
    has_consented = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.kind
