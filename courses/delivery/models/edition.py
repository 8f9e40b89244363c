"""An edition of a course, its evenings and who teaches them."""

import uuid
from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import ContentVersion
from courses.curriculum.reading import Outline, outline
from lms.accounts.models import CareGroup, RoleGrant, User


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Editions this user takes part in, teaches or coordinates now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(*(basis(user) for basis in EDITION_BASES.values()), _connector=Q.OR))

    def for_contact(self, user: User | AnonymousUser) -> Self:
        """Published ones for the care groups of which somebody is the contact. Apart from
        ``visible_to``: a contact sees an edition as a whole, nothing that belongs to it."""
        if not user.is_authenticated:
            return self.none()
        grants = RoleGrant.objects.valid().filter(user=user, role="contact")
        return self.filter(published_at__isnull=False, care_group__in=grants.values("care_group"))

    def led_by(self, user: User) -> Self:
        """That this user teaches or coordinates; not what they only take part in."""
        return self.filter(teaches_edition(user, "pk") | is_coordinator(user))


class Edition(models.Model):
    """One run of a course, on one version of its content."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="editions")
    region = models.CharField(max_length=100)
    care_group = models.ForeignKey(
        CareGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="editions"
    )
    is_open = models.BooleanField(default=True)  # closed: one care group only
    capacity = models.PositiveSmallIntegerField(default=16)  # people, not couples
    # Claimed and given back in one conditional UPDATE: the last place is taken once.
    seats_taken = models.PositiveSmallIntegerField(default=0)
    # Days before the first third evening on which the choice of a track closes.
    track_choice_days = models.PositiveSmallIntegerField(default=14)
    track_minimum = models.PositiveSmallIntegerField(default=4)  # people; below it is warned
    published_at = models.DateTimeField(null=True, blank=True)  # none: only coordinators know it
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)  # as people read it

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_seats_than_there_are", condition=Q(seats_taken__lte=F("capacity"))
            )
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def course(self) -> Outline:
        """The outline of its content, read once for one page."""
        return outline(self.content_id)


class EveningQuerySet(models.QuerySet["Evening"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of published editions those that somebody takes part in or teaches; all of them for
        coordinators."""
        if not user.is_authenticated:
            return self.none()
        is_theirs = Q(*(basis(user) for basis in EVENING_BASES.values()), _connector=Q.OR)
        return self.filter(Q(is_theirs, IS_PUBLISHED) | is_coordinator(user))

    def expecting(self, user: User) -> Self:
        """At which this person is awaited: not where they said that they cannot come."""
        is_theirs = Q(*(basis(user) for basis in EVENING_BASES.values()), _connector=Q.OR)
        excused = (excuse(user) for excuse in EVENING_EXCUSES.values())
        return self.filter(is_theirs, IS_PUBLISHED, *(~one for one in excused))

    def run_by(self, user: User | AnonymousUser) -> Self:
        """Coordinators, and who teaches the edition or runs along: one may stand in for another."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(teaches_edition(user, "edition") | is_coordinator(user))

    def seen_by(self, user: User) -> Self:
        """With what it is to this person: ``expects_them``, ``is_run_by_them``, ``has_groups``."""
        this = {"pk": OuterRef("pk")}
        return self.annotate(
            expects_them=Exists(Evening.objects.expecting(user).filter(**this)),
            is_run_by_them=Exists(Evening.objects.run_by(user).filter(**this)),
            has_groups=Exists(Evening.objects.filter(splits__isnull=False, **this)),
        )


class Evening(models.Model):
    """One evening of an edition. Those of a track count only for who chose that track."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="evenings")
    page_key = models.UUIDField()  # translation_key of the EveningPage
    code = models.CharField(max_length=10)  # as people say it: 1, 2, 3A
    number = models.PositiveSmallIntegerField()  # its place in a participant's row of evenings
    track_key = models.UUIDField(null=True, blank=True)  # translation_key of the TrackPage
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    practical = models.TextField(blank=True)  # parking, meal and diet, which door
    online_url = models.URLField(blank=True)
    is_online = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)  # as people read it
    # Grows with every change that a calendar must hear of.
    sequence = models.PositiveSmallIntegerField(default=0)

    # Of those that ``seen_by`` found.
    expects_them: bool
    is_run_by_them: bool
    has_groups: bool

    objects = EveningQuerySet.as_manager()

    class Meta:
        ordering = ["number", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="evening_once_per_edition"),
            models.CheckConstraint(
                name="evening_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.code}"

    @property
    def is_cancelled(self) -> bool:
        return bool(self.cancelled_at or self.edition.cancelled_at)

    @property
    def why_cancelled(self) -> str:
        return self.edition.cancel_reason if self.edition.cancelled_at else self.cancel_reason


class EveningTrainerQuerySet(models.QuerySet["EveningTrainer"]):
    def valid(self) -> Self:
        moment = timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=moment), valid_from__lte=moment)


class EveningTrainer(models.Model):
    """Somebody teaches an evening. The ``trainers`` app decides who may."""

    class Role(models.TextChoices):
        TRAINER = "trainer", _("Trainer")
        RUN_ALONG = "run-along", _("Runs along")

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="trainers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="taught_evenings"
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.TRAINER)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = EveningTrainerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evening", "user"], name="trainer_once_per_evening")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.evening}"


def teaches_edition(user: User, edition: str) -> Q:
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition=OuterRef(edition))
    return Q(Exists(taught))


def is_coordinator(user: User) -> Q:
    return Q(Exists(RoleGrant.objects.valid().filter(user=user, role="coordinator")))


def teaches_evening(user: User) -> Q:
    return Q(Exists(EveningTrainer.objects.valid().filter(user=user, evening=OuterRef("pk"))))


IS_PUBLISHED = Q(edition__published_at__isnull=False)
# Whoever takes part is added where enrolments are.
EDITION_BASES: dict[str, Callable[[User], Q]] = {
    "trainer": lambda user: teaches_edition(user, "pk"),
    "coordinator": is_coordinator,
}
EVENING_BASES: dict[str, Callable[[User], Q]] = {"trainer": teaches_evening}
EVENING_EXCUSES: dict[str, Callable[[User], Q]] = {}
