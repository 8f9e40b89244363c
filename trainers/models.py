from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Profession


class Trainer(models.Model):
    """Somebody who teaches, or learns to."""

    class Status(models.TextChoices):
        IN_TRAINING = "in-training", _("In training")
        QUALIFIED = "qualified", _("Qualified")
        RETIRED = "retired", _("Retired")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trainer"
    )
    background = models.ForeignKey(Profession, on_delete=models.PROTECT, related_name="trainers")
    status = models.CharField(max_length=20, choices=Status, default=Status.IN_TRAINING)
    is_supervisor = models.BooleanField(default=False)  # qualified supervisor or coach

    def __str__(self) -> str:
        return str(self.user)
