"""Versions of a course, what is said of them, and what changes in them."""

from typing import Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from courses.curriculum.models.pages import CoursePage


class ContentVersionQuerySet(models.QuerySet["ContentVersion"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class ContentVersion(models.Model):
    """A course as it was at one moment. Editions point at one, so that a running course does not
    shift under people's feet.

    As long as it is not published it is a draft: a practice panel can read it, no edition uses it.
    """

    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("What changed"), blank=True)

    objects = ContentVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="content_version_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.course} v{self.number}"


class ContentPin(models.Model):
    """The revision of one page that a version holds."""

    version = models.ForeignKey(ContentVersion, on_delete=models.CASCADE, related_name="pins")
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    page_key = models.UUIDField()  # translation_key of the page
    parent_key = models.UUIDField(null=True)  # translation_key of its parent, none: the course
    kind = models.CharField(max_length=40)  # model of the page, such as lessonpage
    position = models.PositiveIntegerField()  # order of the pages in the tree
    title = models.CharField(max_length=255, blank=True)  # copied from the revision, like data:
    data = models.JSONField(default=dict)  # what lists need, so that they open no revision
    text = models.TextField(blank=True)  # all words of the page, to search in

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "page_key"], name="page_pinned_once")
        ]

    def __str__(self) -> str:
        return f"{self.page} in {self.version}"

    def pinned_page(self) -> Page:
        """The page as it was when pinned."""
        return cast(Page, self.revision.as_object())


class Correction(models.Model):
    """A page of a version that editions already use was replaced, on purpose: who, when and why.

    What people answered before stays what it was.
    """

    version = models.ForeignKey(
        ContentVersion, on_delete=models.PROTECT, related_name="corrections"
    )
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("Why running editions get this"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.page} in {self.version}"


class PanelMember(models.Model):
    """Somebody who reads a draft version before it is published."""

    version = models.ForeignKey(
        ContentVersion, on_delete=models.CASCADE, related_name="panel_members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="panel_memberships"
    )
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="panel_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"


class PanelRemark(models.Model):
    """What somebody of the panel says of one block. Every remark is handled before publishing."""

    member = models.ForeignKey(PanelMember, on_delete=models.CASCADE, related_name="remarks")
    page_key = models.UUIDField()  # translation_key of the page
    block_id = models.CharField(max_length=36, blank=True)  # none: about the page as a whole
    about = models.CharField(max_length=120, blank=True)  # first words of the block, as they were
    text = models.TextField(_("Remark"))
    made_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.TextField(_("What was done with it"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="handled_remark_says_how",
                condition=Q(handled_at=None) | ~Q(outcome=""),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class VersionFollower(models.Model):
    """Somebody of an organisation that uses this course, who hears of every new version."""

    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_courses"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="follows_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"
