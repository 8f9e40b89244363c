"""What trainers leave behind with an evening."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.curriculum.models import Licensed
from courses.delivery.models.edition import Evening, is_coordinator, teaches_edition
from lms.accounts.models import User


def store() -> Storage:
    return storages["handouts"]


def stored_name(handout: "Handout", filename: str) -> str:
    """Says nothing about what is in it, whose it is or of what kind."""
    return uuid.uuid4().hex


def evenings_read(user: User | AnonymousUser, *, afterwards: bool) -> models.QuerySet[Evening]:
    """Evenings of which somebody reads the hand-outs now; ``afterwards``: those that are only for
    when it is over. Who teaches the edition or coordinates reads all of them before."""
    if not user.is_authenticated:
        return Evening.objects.none()
    prepares = teaches_edition(user, "edition") | is_coordinator(user)
    seen = Q(pk__in=Evening.objects.visible_to(user))
    if afterwards:
        seen &= Q(ends_at__lte=timezone.now())
    return Evening.objects.filter(prepares | seen)


class HandoutQuerySet(models.QuerySet["Handout"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        before = Q(evening__in=evenings_read(user, afterwards=False), is_for_afterwards=False)
        return self.filter(before | Q(evening__in=evenings_read(user, afterwards=True)))


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
