"""Content of the course, as editors write it. Never rules about people."""

from datetime import time
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.curriculum.blocks import (
    RICH_TEXT,
    TARGETS,
    ClipBlock,
    EndTermBlock,
    ExerciseBlock,
    FaqBlock,
    FilmBlock,
    GoalBlock,
    HandoutStream,
    LengthBlock,
    LessonBlock,
    MeetingBlock,
    ProgrammeStream,
    SceneBlock,
    SectionBlock,
    StepBlock,
    TermBlock,
    TextBlock,
    minutes_of,
    named,
    practice_share,
)
from courses.curriculum.homework import homework_choices
from courses.curriculum.models.guarded import GuardedPage
from courses.curriculum.models.licences import LICENCE_PANEL
from courses.curriculum.models.panels import PracticeSharePanel
from courses.curriculum.public import AS_PARTICIPANT, COURSE_PAGE, WORKSHOP_PAGE


class NoPublicAddress(GuardedPage):
    """A page that participants read at our own addresses, in the version of their edition."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """What editors see while they write; participants never come here."""
        return TemplateResponse(request, "curriculum/preview.html", self.get_context(request))

    def get_url_parts(self, *args: Any, **kwargs: Any) -> None:
        return None


class HomePage(GuardedPage):
    lead = models.TextField(_("Lead"), blank=True)
    promises = StreamField(
        [("promise", StepBlock(label=_("Promise")))], blank=True, verbose_name=_("Promises")
    )
    how_it_works = StreamField(
        [("step", StepBlock(label=_("Step")))], blank=True, verbose_name=_("How it works")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("promises"),
        FieldPanel("how_it_works"),
        LICENCE_PANEL,
    ]
    subpage_types = ["curriculum.CoursePage", "curriculum.TextPage", "curriculum.WorkshopPage"]
    template = "curriculum/home_page.html"

    class Meta:
        verbose_name = _("Start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"course": CoursePage.objects.live().child_of(self).first()}


class TextPage(GuardedPage):
    """A plain page of text, such as privacy or help."""

    body = StreamField([("text", TextBlock(features=["h2", *RICH_TEXT]))], verbose_name=_("Text"))

    content_panels = [*Page.content_panels, FieldPanel("body"), LICENCE_PANEL]
    parent_page_types = ["curriculum.HomePage"]
    subpage_types: list[str] = []
    template = "curriculum/text_page.html"

    class Meta:
        verbose_name = _("Page of text")


class CoursePage(GuardedPage):
    subtitle = models.CharField(_("Subtitle"), max_length=200, blank=True)
    lead = models.TextField(_("Lead"))
    story = RichTextField(_("Story"), features=RICH_TEXT, blank=True)
    outcomes = StreamField(
        [("outcome", named(blocks.CharBlock(label=_("Outcome"))))],
        blank=True,
        verbose_name=_("What you can do afterwards"),
    )
    audience = RichTextField(_("Who it is for"), features=RICH_TEXT, blank=True)
    practical = RichTextField(_("Practical"), features=RICH_TEXT, blank=True)
    price = RichTextField(
        _("Price"),
        features=RICH_TEXT,
        blank=True,
        help_text=_("What taking part costs, who pays it and when. Read by whoever applies."),
    )
    enrolment_terms = RichTextField(
        _("Terms of taking part"),
        features=RICH_TEXT,
        blank=True,
        help_text=_("What people agree to when they apply. What each agreed to is kept."),
    )
    clip = StreamField([("clip", ClipBlock())], blank=True, max_num=1, verbose_name=_("Example"))
    end_terms = StreamField(
        [("end_term", EndTermBlock())],
        blank=True,
        verbose_name=_("End terms"),
        help_text=_("Goals of evenings name these by their text."),
    )
    faq = StreamField([("faq", FaqBlock())], blank=True, verbose_name=_("Questions and answers"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        FieldPanel("lead"),
        FieldPanel("story"),
        FieldPanel("outcomes"),
        FieldPanel("audience"),
        FieldPanel("practical"),
        FieldPanel("price"),
        FieldPanel("enrolment_terms"),
        FieldPanel("clip"),
        FieldPanel("end_terms"),
        FieldPanel("faq"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.HomePage"]
    subpage_types = [
        "curriculum.EveningPage",
        "curriculum.TrackPage",
        "curriculum.FollowUpPage",
        "curriculum.ModulePage",
        "curriculum.GlossaryPage",
    ]
    template = "curriculum/course_page.html"

    class Meta:
        verbose_name = _("Course page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Evenings and tracks are only read where the page is not at hand as it was last shown."""
        added = {name: build(self) for name, build in COURSE_PAGE.items()}
        evenings = SimpleLazyObject(self.evenings)
        own = {
            "edition_of_page": SimpleLazyObject(self.edition_of_page),
            "workshops": WorkshopPage.objects.live().sibling_of(self),
            "follow_ups": FollowUpPage.objects.live().child_of(self),
            "base_evenings": SimpleLazyObject(
                lambda: [page for page in evenings if page.depth == self.depth + 1]
            ),
            "tracks": SimpleLazyObject(
                lambda: [
                    (track, [page for page in evenings if page.path.startswith(track.path)])
                    for track in TrackPage.objects.live().child_of(self).order_by("path")
                ]
            ),
        }
        return super().get_context(request, *args, **kwargs) | added | own

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Never what was kept: an editor looks at what is not published yet."""
        return super().get_preview_context(request, mode_name) | {"edition_of_page": uuid4()}

    def edition_of_page(self) -> str:
        """Changes whenever something is published, taken away or moved that the page shows."""
        below = Page.objects.descendant_of(self, inclusive=True).filter(depth__lte=self.depth + 2)
        beside = Page.objects.type(WorkshopPage).sibling_of(self)
        shown = (below | beside).live().order_by("path")
        return repr([self.pk, *shown.values_list("path", "last_published_at")])

    def evenings(self) -> list["EveningPage"]:
        return list(EveningPage.objects.live().descendant_of(self).order_by("path"))


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
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types = ["curriculum.EveningPage"]

    class Meta:
        verbose_name = _("Track page")


class EveningPage(NoPublicAddress):
    """The programme of one evening; under a track when only that track has it."""

    code = models.CharField(_("Code"), max_length=10)
    number = models.PositiveSmallIntegerField(_("Place in the row of evenings"))
    subtitle = models.CharField(_("Subtitle"), max_length=250, blank=True)
    goals = StreamField([("goal", GoalBlock())], blank=True, verbose_name=_("Goals"))
    minutes = models.PositiveSmallIntegerField(
        _("Minutes it takes"), default=240, help_text=_("The parts below add up to this.")
    )
    starts_at = models.TimeField(
        _("Begins at"),
        default=time(17, 30),
        help_text=_("After working hours: most people come from their consulting room."),
    )
    programme = StreamField(ProgrammeStream(), blank=True, verbose_name=_("Programme"))
    films = StreamField(
        [("film", FilmBlock())], blank=True, verbose_name=_("Films watched together")
    )
    handouts = StreamField(
        HandoutStream(),
        blank=True,
        verbose_name=_("Hand-outs and slides"),
        help_text=_("For every edition that runs this evening; trainers add their own."),
    )
    trainer_notes = RichTextField(_("Notes for trainers"), features=RICH_TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("number"),
        FieldPanel("subtitle"),
        FieldPanel("minutes"),
        FieldPanel("starts_at"),
        FieldPanel("goals"),
        FieldPanel("programme"),
        PracticeSharePanel(),
        FieldPanel("films"),
        FieldPanel("handouts"),
        FieldPanel("trainer_notes"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.CoursePage", "curriculum.TrackPage"]
    subpage_types = ["curriculum.AssignmentPage"]

    class Meta:
        verbose_name = _("Evening page")

    def practice_share(self) -> int | None:
        """Percent of the minutes without breaks that is practice."""
        return practice_share(list(self.programme))

    def clean(self) -> None:
        super().clean()
        total = minutes_of(list(self.programme))
        if self.programme and total != self.minutes:
            raise ValidationError(
                {
                    "programme": _(
                        "The parts add up to %(total)d minutes, and the evening takes %(minutes)d."
                        " Nothing was lost: change a part, or the minutes of the evening."
                    )
                    % {"total": total, "minutes": self.minutes}
                }
            )


class AssignmentPage(NoPublicAddress):
    """Homework given on the evening above it, due before the next evening."""

    kind = models.CharField(_("Kind"), max_length=30, choices=homework_choices)
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
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.EveningPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("Homework page")


class FollowUpPage(GuardedPage):
    """What happens after the last evening. Anybody may read it: it is a reason to come."""

    lead = models.TextField(_("Lead"), blank=True)
    sections = StreamField([("section", SectionBlock())], verbose_name=_("Sections"))
    return_meeting = StreamField(
        [("meeting", MeetingBlock())], blank=True, max_num=1, verbose_name=_("Return meeting")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("sections"),
        FieldPanel("return_meeting"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "curriculum/follow_up_page.html"

    class Meta:
        verbose_name = _("Page of what follows")


class ModulePage(NoPublicAddress):
    """A module of the e-learning."""

    code = models.CharField(_("Code"), max_length=10)
    lead = models.TextField(_("Lead"), blank=True)
    unlocks_recording = models.BooleanField(
        _("Must be done before the first recording is uploaded"), default=False
    )
    targets = StreamField(
        [("target", named(blocks.ChoiceBlock(choices=TARGETS, label=_("Subject"))))],
        blank=True,
        verbose_name=_("About"),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("lead"),
        FieldPanel("unlocks_recording"),
        FieldPanel("targets"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types = ["curriculum.LessonPage"]

    class Meta:
        verbose_name = _("Module page")


class LessonPage(NoPublicAddress):
    minutes = models.PositiveSmallIntegerField(_("Minutes it takes"), default=4)
    relates_to = models.CharField(
        _("Prepares or deepens evening"), max_length=10, blank=True, help_text=_("Such as 1 or 3A.")
    )
    repeats_theory = models.BooleanField(
        _("Says the same as the theory of that evening"),
        default=False,
        help_text=_("People come for practice: what the e-learning says is not said again."),
    )
    body = StreamField(LessonBlock(), verbose_name=_("Lesson"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("relates_to"),
        FieldPanel("repeats_theory"),
        FieldPanel("body"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.ModulePage"]
    subpage_types: list[str] = []
    preview_modes = [("", _("As it is written")), ("participant", _("As a participant sees it"))]

    class Meta:
        verbose_name = _("Lesson page")

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == "participant" and AS_PARTICIPANT:
            return AS_PARTICIPANT[0](request, self)
        return super().serve_preview(request, mode_name)


class GlossaryPage(NoPublicAddress):
    """The words that everybody uses in the same sense; lessons link to them by themselves."""

    terms = StreamField([("term", TermBlock())], verbose_name=_("Words of the glossary"))

    content_panels = [*Page.content_panels, FieldPanel("terms"), LICENCE_PANEL]
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("Glossary page")


class WorkshopPage(GuardedPage):
    """A workshop that stands by itself, at a congress or in a region; nobody enrols for it."""

    subtitle = models.CharField(_("Subtitle"), max_length=200, blank=True)
    lead = models.TextField(_("Lead"))
    story = RichTextField(_("Story"), features=RICH_TEXT, blank=True)
    for_whom = models.TextField(_("For whom"), blank=True)
    take_home = StreamField(
        [("point", named(blocks.CharBlock(label=_("Point"))))],
        blank=True,
        verbose_name=_("What you take home"),
    )
    programmes = StreamField(
        [("programme", LengthBlock())], blank=True, verbose_name=_("Programmes by length")
    )
    exercise = StreamField(
        [("exercise", ExerciseBlock())], blank=True, max_num=1, verbose_name=_("Exercise")
    )
    scenes = StreamField([("scene", SceneBlock())], blank=True, verbose_name=_("Scenes"))
    films = StreamField([("film", FilmBlock())], blank=True, verbose_name=_("Example films"))
    interest_title = models.CharField(_("Heading above the interest form"), max_length=200)
    interest_text = models.TextField(_("Text above the interest form"), blank=True)
    leader_notes = RichTextField(_("Notes for who leads it"), features=RICH_TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        FieldPanel("lead"),
        FieldPanel("story"),
        FieldPanel("for_whom"),
        FieldPanel("take_home"),
        FieldPanel("programmes"),
        FieldPanel("exercise"),
        FieldPanel("scenes"),
        FieldPanel("films"),
        FieldPanel("interest_title"),
        FieldPanel("interest_text"),
        FieldPanel("leader_notes"),
        LICENCE_PANEL,
    ]
    parent_page_types = ["curriculum.HomePage"]
    subpage_types: list[str] = []
    template = "curriculum/workshop_page.html"

    class Meta:
        verbose_name = _("Workshop page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {name: build(self) for name, build in WORKSHOP_PAGE.items()}
