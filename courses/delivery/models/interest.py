from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from lms.accounts.models import Profession


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
