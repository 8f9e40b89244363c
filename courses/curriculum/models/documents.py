"""Files that go with the content: example films, and what is handed out with an evening."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document

from courses.curriculum.file_kinds import KINDS, FileKind
from courses.curriculum.models.licences import Licensed
from courses.curriculum.models.versions import ContentPin


class CourseDocument(Licensed, AbstractDocument):
    """A file that an editor uploaded, with its licence."""

    admin_form_fields = (*Document.admin_form_fields, "licence", "content_source", "rights_holder")

    class Meta:
        verbose_name = _("Document of the course")
        verbose_name_plural = _("Documents of the course")

    @property
    def kind(self) -> FileKind | None:
        """By its name, which agreed with its content; none: it is no hand-out but a film."""
        ending = self.file_extension.lower()
        return next((one for one in KINDS.values() if ending in one.extensions), None)


class PinnedHandout(Licensed):
    """What a version hands out with an evening, with title and terms as they were when pinned.

    Its file neither goes nor changes as long as this version holds it.
    """

    pin = models.ForeignKey(ContentPin, on_delete=models.CASCADE, related_name="handouts")
    document = models.ForeignKey(CourseDocument, on_delete=models.PROTECT, related_name="pinned")
    title = models.CharField(max_length=255)
    is_for_afterwards = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Hand-out of a version")
        constraints = [
            models.UniqueConstraint(fields=["pin", "document"], name="handout_pinned_once")
        ]

    def __str__(self) -> str:
        return f"{self.pin.title}, {self.pin.version}"

    @property
    def kind(self) -> str:
        return self.document.kind.code if self.document.kind else ""

    @property
    def size(self) -> int:
        return self.document.file_size or 0
