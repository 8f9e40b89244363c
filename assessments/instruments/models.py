"""The form engine. A published version never changes, so that an answer keeps its meaning."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Immutable(Exception):
    """A published form version is never changed: publish a new one."""


class ImmutableQuerySet(models.QuerySet[Any]):
    def update(self, **changes: Any) -> NoReturn:
        raise Immutable


class ImmutableModel(models.Model):
    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable
        super().save(*args, **kwargs)


class Form(models.Model):
    """An instrument that people fill in, through its versions."""

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200)
    licence = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="nl")

    def __str__(self) -> str:
        return self.title

    def current(self) -> "FormVersion":
        return self.versions.latest("number")


class FormVersion(ImmutableModel):
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    intro = models.TextField(blank=True)
    scale = models.JSONField(default=list)  # [{"value": 0, "label": …, "meaning": …}, …]
    source_hash = models.CharField(max_length=64)  # of the definition it was made from
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.form} v{self.number}"


class Section(ImmutableModel):
    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    hint = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Item(ImmutableModel):
    class Kind(models.TextChoices):
        SCORE = "score", _("Score")
        TEXT = "text", _("Text")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=10)
    text = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCORE)
    kba = models.JSONField(default=list)
    options = models.JSONField(default=list)  # words to tick beside the score
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Response(models.Model):
    """One filled-in form. Has no address and no visibility of its own: its owner authorises."""

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="responses")
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.version} {self.pk}"


class Answer(models.Model):
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    is_not_applicable = models.BooleanField(default=False)
    chosen = models.JSONField(default=list)  # of Item.options
    quote = models.TextField(blank=True)  # said in the recording: wiped when that is destroyed
    note = models.TextField(blank=True)  # thought of by who answers

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "item"], name="item_answered_once"),
            models.CheckConstraint(
                name="not_applicable_has_no_value",
                condition=Q(is_not_applicable=False) | Q(value=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.value}"
