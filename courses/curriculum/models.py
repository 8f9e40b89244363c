"""Content of the course, as editors write it. Never rules about people."""

from typing import Any, cast

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Revision

from courses.curriculum.blocks import (
    RICH_TEXT,
    ClipBlock,
    FaqBlock,
    GoalBlock,
    LessonBlock,
    ProgrammeBlock,
    StepBlock,
    TextBlock,
)
from courses.curriculum.public import COURSE_PAGE


class NoPublicAddress(Page):
    """A page that participants read at our own addresses, in the version of their edition."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        """What editors see while they write; participants never come here."""
        return TemplateResponse(request, "curriculum/preview.html", self.get_context(request))

    def get_url_parts(self, *args: Any, **kwargs: Any) -> None:
        return None


class HomePage(Page):
    lead = models.TextField(_("Lead"), blank=True)
    promises = StreamField([("promise", StepBlock())], blank=True, verbose_name=_("Promises"))
    how_it_works = StreamField([("step", StepBlock())], blank=True, verbose_name=_("How it works"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("promises"),
        FieldPanel("how_it_works"),
    ]
    subpage_types = ["curriculum.CoursePage", "curriculum.TextPage"]
    template = "curriculum/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"course": CoursePage.objects.live().child_of(self).first()}


class TextPage(Page):
    """A plain page of text, such as privacy or help."""

    body = StreamField([("text", TextBlock(features=["h2", *RICH_TEXT]))], verbose_name=_("Text"))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["curriculum.HomePage"]
    subpage_types: list[str] = []
    template = "curriculum/text_page.html"


class CoursePage(Page):
    subtitle = models.CharField(_("Subtitle"), max_length=200, blank=True)
    lead = models.TextField(_("Lead"))
    story = RichTextField(_("Story"), features=RICH_TEXT, blank=True)
    outcomes = StreamField(
        [("outcome", blocks.CharBlock())], blank=True, verbose_name=_("What you can do afterwards")
    )
    audience = RichTextField(_("Who it is for"), features=RICH_TEXT, blank=True)
    practical = RichTextField(_("Practical"), features=RICH_TEXT, blank=True)
    clip = StreamField([("clip", ClipBlock())], blank=True, max_num=1, verbose_name=_("Example"))
    faq = StreamField([("faq", FaqBlock())], blank=True, verbose_name=_("Questions and answers"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        FieldPanel("lead"),
        FieldPanel("story"),
        FieldPanel("outcomes"),
        FieldPanel("audience"),
        FieldPanel("practical"),
        FieldPanel("clip"),
        FieldPanel("faq"),
    ]
    parent_page_types = ["curriculum.HomePage"]
    subpage_types = ["curriculum.EveningPage", "curriculum.TrackPage", "curriculum.ModulePage"]
    template = "curriculum/course_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        evenings = list(EveningPage.objects.live().descendant_of(self).order_by("path"))
        tracks = list(TrackPage.objects.live().child_of(self).order_by("path"))
        added = {name: build(self) for name, build in COURSE_PAGE.items()}
        return (
            context
            | added
            | {
                "base_evenings": [page for page in evenings if page.depth == self.depth + 1],
                "tracks": [
                    (track, [page for page in evenings if page.path.startswith(track.path)])
                    for track in tracks
                ],
            }
        )


class TrackPage(NoPublicAddress):
    """One of the tracks that participants choose from after the base part."""

    code = models.CharField(_("Code"), max_length=10)
    lead = models.TextField(_("Lead"), blank=True)
    story = RichTextField(_("Story"), features=RICH_TEXT, blank=True)
    for_whom = models.TextField(_("For whom"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("lead"),
        FieldPanel("story"),
        FieldPanel("for_whom"),
    ]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types = ["curriculum.EveningPage"]


class EveningPage(NoPublicAddress):
    """The programme of one evening; under a track when only that track has it."""

    code = models.CharField(_("Code"), max_length=10)
    number = models.PositiveSmallIntegerField(_("Place in the row of evenings"))
    subtitle = models.CharField(_("Subtitle"), max_length=250, blank=True)
    goals = StreamField([("goal", GoalBlock())], blank=True, verbose_name=_("Goals"))
    programme = StreamField([("part", ProgrammeBlock())], blank=True, verbose_name=_("Programme"))
    trainer_notes = RichTextField(_("Notes for trainers"), features=RICH_TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("number"),
        FieldPanel("subtitle"),
        FieldPanel("goals"),
        FieldPanel("programme"),
        FieldPanel("trainer_notes"),
    ]
    parent_page_types = ["curriculum.CoursePage", "curriculum.TrackPage"]
    subpage_types = ["curriculum.AssignmentPage"]


class AssignmentPage(NoPublicAddress):
    """Homework given on the evening above it, due before the next evening."""

    kind = models.CharField(_("Kind"), max_length=30)  # see courses.learning.registry
    text = RichTextField(_("Text"), features=RICH_TEXT, blank=True)
    due_days_before = models.PositiveSmallIntegerField(_("Days before the next evening"), default=0)
    minutes = models.PositiveSmallIntegerField(_("Minutes it takes"), default=0)
    is_required = models.BooleanField(_("Required"), default=True)
    track_code = models.CharField(
        _("Only for track"), max_length=10, blank=True, help_text=_("Empty: for everyone.")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("text"),
        FieldPanel("due_days_before"),
        FieldPanel("minutes"),
        FieldPanel("is_required"),
        FieldPanel("track_code"),
    ]
    parent_page_types = ["curriculum.EveningPage"]
    subpage_types: list[str] = []


class ModulePage(NoPublicAddress):
    """A module of the e-learning."""

    code = models.CharField(_("Code"), max_length=10)
    lead = models.TextField(_("Lead"), blank=True)
    unlocks_recording = models.BooleanField(
        _("Must be done before the first recording is uploaded"), default=False
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("lead"),
        FieldPanel("unlocks_recording"),
    ]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types = ["curriculum.LessonPage"]


class LessonPage(NoPublicAddress):
    minutes = models.PositiveSmallIntegerField(_("Minutes it takes"), default=4)
    body = StreamField(LessonBlock(), verbose_name=_("Lesson"))

    content_panels = [*Page.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    parent_page_types = ["curriculum.ModulePage"]
    subpage_types: list[str] = []


class ContentVersion(models.Model):
    """A course as it was at one moment. Editions point at one, so that a running course does not
    shift under people's feet."""

    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=timezone.now)

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


class LoadedPage(models.Model):
    """What the loader made of one text file entry, so that it never overwrites an editor's work."""

    key = models.CharField(max_length=200, unique=True)  # place in the files, such as course/M7
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    source_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key
