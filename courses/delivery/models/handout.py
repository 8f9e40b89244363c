"""What trainers leave behind with an evening."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courses.curriculum.models import Licensed
from courses.delivery.models.edition import Evening, EveningTrainer, is_coordinator
from lms.accounts.models import User


def store() -> Storage:
    return storages["handouts"]


def stored_name(handout: "Handout", filename: str) -> str:
    """Says nothing about what is in it, whose it is or of what kind."""
    return uuid.uuid4().hex


class HandoutQuerySet(models.QuerySet["Handout"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of evenings that somebody sees; what is for afterwards then. Who teaches the edition or
        coordinates sees all of them before."""
        if not user.is_authenticated:
            return self.none()
        prepares = Q(Exists(taught_by(user))) | is_coordinator(user)
        is_time = Q(is_for_afterwards=False) | Q(evening__ends_at__lte=timezone.now())
        seen = Q(evening__in=Evening.objects.visible_to(user))
        return self.filter(prepares | (seen & is_time))


class Handout(Licensed):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="handouts")
    title = models.CharField(max_length=200)
    file = models.FileField(storage=store, upload_to=stored_name, max_length=100)
    name = models.CharField(max_length=200)  # under which it is downloaded
    kind = models.CharField(max_length=10)  # as its content says: see services.file_kinds
    size = models.PositiveIntegerField()
    is_for_afterwards = models.BooleanField(default=False)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handouts"
    )
    left_at = models.DateTimeField(default=timezone.now)

    objects = HandoutQuerySet.as_manager()

    class Meta:
        ordering = ["left_at", "pk"]

    def __str__(self) -> str:
        return self.title


def taught_by(user: User) -> models.QuerySet[EveningTrainer]:
    return EveningTrainer.objects.valid().filter(
        user=user, evening__edition=OuterRef("evening__edition")
    )
