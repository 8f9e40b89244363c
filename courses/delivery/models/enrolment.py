"""Who takes part in an edition: couples, their places and what each chose."""

import uuid
from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courses.delivery.models.edition import (
    EDITION_BASES,
    EVENING_BASES,
    EVENING_EXCUSES,
    Edition,
    Evening,
    is_coordinator,
    teaches_edition,
)
from lms.accounts.models import Practice, Profession, User


class PracticeCoupleQuerySet(models.QuerySet["PracticeCouple"]):
    def standing(self) -> Self:
        """In a place or in the queue for one."""
        return self.filter(ended_at=None)

    def waiting(self) -> Self:
        """In the order in which places go to them."""
        return self.standing().filter(confirmed_at=None).order_by("applied_at", "pk")


class PracticeCouple(models.Model):
    """One or two people of one practice who hold one place in an edition, or wait for it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="couples")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="couples")
    applied_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # none: on the waiting list
    ended_at = models.DateTimeField(null=True, blank=True)  # gave its place back, or left the queue
    seats = models.PositiveSmallIntegerField(default=2)  # that it holds, or waits for
    # Alone, because a coordinator allowed it.
    exception_reason = models.TextField(blank=True)
    exception_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PracticeCoupleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.practice} ({self.edition})"

    def lacks_partner(self) -> bool:
        """One of the two has stopped, and nothing was decided about the other yet."""
        has_place = self.confirmed_at is not None and self.ended_at is None
        return has_place and self.seats == 1 and not self.exception_reason

    def waits_for_answer(self) -> bool:
        """Somebody who was asked has not said yes yet."""
        return any(one.ended_at is None and one.accepted_at is None for one in self.members.all())


class AgreedTerms(models.Model):
    """A text that somebody agreed to, word for word: the one on the course page may change."""

    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()  # rich text: price and terms
    kept_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]


class CoupleMember(models.Model):
    """Somebody who applied with a couple, or whom the other asked to join it."""

    couple = models.ForeignKey(PracticeCouple, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="couple_memberships"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)  # of what was asked
    accepted_at = models.DateTimeField(null=True, blank=True)
    terms = models.ForeignKey(  # that were read with it
        AgreedTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    ended_at = models.DateTimeField(null=True, blank=True)  # declined, lapsed or stopped

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["couple", "user"], condition=Q(ended_at=None), name="member_once_per_couple"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.couple}"

    @property
    def known_as(self) -> str:
        """What the other may call them: before they say yes only by the address that was filled
        in, so that nobody learns here whose it is."""
        return str(self.user) if self.accepted_at else self.user.email


class ApplicationQuerySet(models.QuerySet["Application"]):
    def unconfirmed(self) -> Self:
        return self.filter(couple=None, request=None)


class Application(models.Model):
    """What somebody filled in to take part, with a colleague or alone. It takes no place before
    who reads mail at that address has confirmed it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="applications")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="applications"
    )
    is_new_account = models.BooleanField(default=False)  # made for this
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    profession = models.ForeignKey(
        Profession, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    practice = models.ForeignKey(  # chosen of those known; else the one with this name is meant
        Practice, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    practice_name = models.CharField(max_length=200, blank=True)
    practice_place = models.CharField(max_length=100, blank=True)
    partner_first_name = models.CharField(max_length=150, blank=True)
    partner_last_name = models.CharField(max_length=150, blank=True)
    partner_email = models.EmailField(blank=True)
    reason = models.TextField(blank=True)  # to come alone: then there is no partner
    terms = models.ForeignKey(AgreedTerms, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    couple = models.OneToOneField(  # that came of it
        PracticeCouple, on_delete=models.CASCADE, null=True, blank=True, related_name="application"
    )
    request = models.OneToOneField(  # to come alone, that came of it
        "AloneRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="application",
    )

    objects = ApplicationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.applicant}: {self.edition}"

    @property
    def is_confirmed(self) -> bool:
        return self.couple_id is not None or self.request_id is not None


class CoupleSide(models.Model):
    """On which side of a couple somebody of this profession stands. A couple, of participants or
    of trainers, is two people of different sides."""

    profession = models.OneToOneField(
        Profession, on_delete=models.CASCADE, related_name="couple_side"
    )
    side = models.SlugField()

    def __str__(self) -> str:
        return f"{self.profession}: {self.side}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Enrolments this user may see: their own, of editions they teach or coordinate."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(*(basis(user) for basis in ENROLMENT_BASES.values()), _connector=Q.OR))


class Enrolment(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    participant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    couple = models.ForeignKey(PracticeCouple, on_delete=models.PROTECT, related_name="enrolments")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "participant"],
                condition=Q(ended_at=None),
                name="enrolled_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.edition}"

    def partner(self) -> "Enrolment | None":
        """The other of the practice couple, while both take part."""
        return self.couple.enrolments.active().exclude(pk=self.pk).first()


class TrackChoice(models.Model):
    """The track one participant has chosen; the choice of the partner has nothing to do with it."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="track_choice"
    )
    track_key = models.UUIDField()  # translation_key of the TrackPage
    chosen_at = models.DateTimeField(default=timezone.now)
    # Of a coordinator who decided after the deadline.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.track_key}"


class Extension(models.Model):
    """One person has more days for one assignment. Like every deadline it moves along."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="extensions")
    assignment_key = models.UUIDField()  # translation_key of the AssignmentPage
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assignment_key"], name="extended_once_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.days}"


class AbsenceNotice(models.Model):
    """Somebody said beforehand that they cannot come, and where they catch up. Without a place to
    catch up the coordinator looks for one; who made one up for them is ``arranged_by``."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="absences")
    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="absences")
    told_at = models.DateTimeField(default=timezone.now)
    catch_up = models.ForeignKey(  # the same evening of another edition
        Evening, on_delete=models.PROTECT, null=True, blank=True, related_name="guests"
    )
    arranged_by = models.ForeignKey(  # a coordinator; none: the participant did it
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "evening"], name="told_once_per_evening")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.evening.code}"


class OtherTrackVisit(models.Model):
    """A coordinator let somebody attend one evening of a track that is not their own, and said why.
    It comes instead of their own evening with the same number."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="other_track_visits"
    )
    evening = models.ForeignKey(
        Evening, on_delete=models.CASCADE, related_name="other_track_visits"
    )
    number = models.PositiveSmallIntegerField()  # of the evening: one visit for each
    reason = models.TextField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], name="one_other_track_visit_per_number"
            ),
            models.CheckConstraint(name="other_track_visit_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.evening.code}"


def takes_part(user: User) -> Q:
    return Q(Exists(Enrolment.objects.active().filter(edition=OuterRef("pk"), participant=user)))


def is_own_evening(user: User) -> Q:
    """The base part is everybody's; of the rest the evenings of the track that was chosen."""
    mine = Enrolment.objects.active().filter(edition=OuterRef("edition"), participant=user)
    chose_it = mine.filter(track_choice__track_key=OuterRef("track_key"))
    return Q(Exists(mine), track_key=None) | Q(Exists(chose_it))


def absences_of(user: User) -> models.QuerySet[AbsenceNotice]:
    return AbsenceNotice.objects.filter(
        enrolment__participant=user, enrolment__ended_at__isnull=True
    )


def catches_up_at(user: User) -> Q:
    return Q(Exists(absences_of(user).filter(catch_up=OuterRef("pk"))))


def said_absent(user: User) -> Q:
    return Q(Exists(absences_of(user).filter(evening=OuterRef("pk"))))


def visits_of(user: User) -> models.QuerySet[OtherTrackVisit]:
    return OtherTrackVisit.objects.filter(
        enrolment__participant=user, enrolment__ended_at__isnull=True
    )


def visits_other_track(user: User) -> Q:
    return Q(Exists(visits_of(user).filter(evening=OuterRef("pk"))))


def is_at_other_track(user: User) -> Q:
    """Of their own track, on the evening that they visit another."""
    elsewhere = visits_of(user).filter(
        enrolment__edition=OuterRef("edition"), number=OuterRef("number")
    )
    return Q(Exists(elsewhere.exclude(evening=OuterRef("pk"))))


EDITION_BASES["participant"] = takes_part
EVENING_BASES |= {
    "participant": is_own_evening,
    "guest": catches_up_at,
    "other track": visits_other_track,
}
EVENING_EXCUSES |= {"absent": said_absent, "other track": is_at_other_track}
ENROLMENT_BASES: dict[str, Callable[[User], Q]] = {
    "owner": lambda user: Q(participant=user),
    "trainer": lambda user: teaches_edition(user, "edition"),
    "coordinator": is_coordinator,
}
