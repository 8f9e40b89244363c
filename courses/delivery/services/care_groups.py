"""The contact of a care group: who it is, and what they see of the editions for their practices."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.curriculum.reading import TrackOutline, outline
from courses.delivery.figures import Figure, figures_of, register_figures
from courses.delivery.models import Attendance, Edition, Enrolment, Evening
from courses.delivery.services.room import readiness_of
from courses.delivery.services.shares import Share, share_of, tellable
from lms.accounts import invitations
from lms.accounts.models import CareGroup, Invitation, Practice, Role, RoleGrant, User
from lms.accounts.services import account_of, end_role, grant_role, stream_of
from lms.audit.services import record
from lms.mail.services import queue_mail

PURPOSE = "care-group-contact:"
CAME = (Attendance.Status.PRESENT, Attendance.Status.PARTIAL)


class IsContact(Exception):
    """This person is the contact of this care group already."""


@dataclass(frozen=True)
class Contacts:
    """Of one care group: who sees its editions, and who was asked to."""

    care_group: CareGroup
    grants: Sequence[RoleGrant]
    asked: Sequence[Invitation]


@dataclass(frozen=True)
class Results:
    """Nothing in it is about one person."""

    shares: Sequence[tuple[str, Share]]
    tracks: Sequence[tuple[TrackOutline, int]] | None  # none: a part of it is too small


@dataclass(frozen=True)
class Enrolled:
    practices: Sequence[Practice]  # of the care group, with a place
    elsewhere: int  # practices of another care group, or of none
    waiting: int  # couples


def purpose_of(care_group: CareGroup) -> str:
    return f"{PURPOSE}{care_group.pk}"


@transaction.atomic
def invite_contact(
    care_group: CareGroup, *, email: str, first_name: str, last_name: str, by: User
) -> Invitation:
    """Asked once more, the older link stops. The role is theirs only after they said yes."""
    user, _is_new = account_of(email, first_name=first_name, last_name=last_name)
    if grants_of(care_group).filter(user=user).exists():
        raise IsContact
    invitation = invitations.invite(
        user, purpose_of(care_group), days=settings.CONTACT_INVITATION_DAYS, by=by
    )
    record(
        "care_group.contact_invited",
        stream=stream_of(user),
        actor=by,
        role="coordinator",
        detail={"care_group": care_group.pk},
    )
    queue_mail(
        key=f"contact:{invitation.pk}",
        recipient=user,
        template="contact_invited",
        context={
            "by": str(by),
            "care_group": care_group.name,
            "days": settings.CONTACT_INVITATION_DAYS,
        },
        url_name="delivery:contact_answer",
        url_args=[invitations.token_of(invitation)],
    )
    return invitation


def care_group_asked(invitation: Invitation) -> CareGroup | None:
    """None when it was about something else."""
    number = invitation.purpose.removeprefix(PURPOSE)
    if number == invitation.purpose:
        return None
    return CareGroup.objects.filter(pk=number).first()


@transaction.atomic
def accept_as_contact(invitation: Invitation, care_group: CareGroup) -> RoleGrant:
    """Who made the invitation gave the role; ``NotUsable`` when it was withdrawn meanwhile."""
    invitations.use(invitation)
    return grant_role(
        user=invitation.user, role=Role.CONTACT, by=invitation.made_by, care_group=care_group
    )


@transaction.atomic
def end_contact(care_group: CareGroup, user: User, *, by: User) -> None:
    """From the next page on; what was asked of them and not answered ends with it."""
    stopped = (
        Invitation.objects.open()
        .filter(user=user, purpose=purpose_of(care_group))
        .update(expires_at=timezone.now())
    )
    if stopped:
        record(
            "care_group.invitation_withdrawn",
            stream=stream_of(user),
            actor=by,
            role="coordinator",
            detail={"care_group": care_group.pk},
        )
    end_role(user=user, role=Role.CONTACT, by=by, care_group=care_group)


def grants_of(care_group: CareGroup) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.valid().filter(role=Role.CONTACT, care_group=care_group)


def all_contacts() -> list[Contacts]:
    grants = RoleGrant.objects.valid().filter(role=Role.CONTACT).select_related("user")
    groups = CareGroup.objects.order_by("name").prefetch_related(
        Prefetch("contact_grants", grants.order_by("user__last_name", "pk"), to_attr="contacts")
    )
    open_ones = Invitation.objects.open().filter(purpose__startswith=PURPOSE).select_related("user")
    asked: dict[str, list[Invitation]] = {}
    for invitation in open_ones.order_by("created_at"):
        asked.setdefault(invitation.purpose, []).append(invitation)
    return [
        Contacts(group, group.contacts, asked.get(purpose_of(group), []))  # type: ignore[attr-defined]
        for group in groups
    ]


def editions_for_contact(user: User) -> QuerySet[Edition]:
    """The newest first, with its evenings and how far it is."""
    held = Evening.objects.filter(edition=OuterRef("pk"), cancelled_at=None)
    now = timezone.now()
    return (
        Edition.objects.for_contact(user)
        .select_related("care_group")
        .annotate(
            has_begun=Exists(held.filter(starts_at__lte=now)),
            is_over=Exists(held) & ~Exists(held.filter(ends_at__gt=now)),
        )
        .prefetch_related(Prefetch("evenings", Evening.objects.order_by("number", "code")))
        .order_by("-published_at", "pk")
    )


def enrolled_in(edition: Edition) -> Enrolled:
    """Practices by name where they belong to the care group; people never."""
    seated = Practice.objects.filter(
        pk__in=edition.couples.standing().exclude(confirmed_at=None).values("practice")
    )
    own = Q(care_group=edition.care_group_id)
    return Enrolled(
        practices=list(seated.filter(own).order_by("name", "place")),
        elsewhere=seated.exclude(own, care_group__isnull=False).count(),
        waiting=edition.couples.waiting().count(),
    )


def results_of(edition: Edition) -> Results:
    enrolments = list(edition.enrolments.active().select_related("track_choice").order_by("pk"))
    found = figures_of(edition, enrolments)
    everybody = {one.pk for one in enrolments}
    return Results(
        shares=[
            (str(one.label), share_of(len(one.did & everybody), len(everybody))) for one in found
        ],
        tracks=tracks_told(edition, enrolments),
    )


def tracks_told(
    edition: Edition, enrolments: Iterable[Enrolment]
) -> Sequence[tuple[TrackOutline, int]] | None:
    chosen = Counter(key for one in enrolments if (key := track_of(one)))
    tracks = outline(edition.content_id).tracks
    parts = {key: chosen[key] for key in tracks}
    told = tellable(parts, undecided=len(list(enrolments)) - sum(parts.values()))
    return [(tracks[key], count) for key, count in told.items()] if told else None


def track_of(enrolment: Enrolment) -> UUID | None:
    choice = getattr(enrolment, "track_choice", None)
    return choice.track_key if choice else None


def count_attendance(edition: Edition, enrolments: Sequence[Enrolment]) -> Iterator[Figure]:
    """Per evening that is over, both tracks taken together; catching up elsewhere counts."""
    rows = Attendance.objects.filter(
        enrolment__in=[one.pk for one in enrolments], status__in=CAME
    ).values_list("evening__number", "enrolment")
    came: dict[int, set[int]] = {}
    for number, enrolment in rows:
        came.setdefault(number, set()).add(enrolment)
    for number, evenings in by_number(edition).items():
        if all(one.ends_at <= timezone.now() for one in evenings):
            label = format_lazy(_("Was at evening {number}"), number=number)
            yield Figure(label, frozenset(came.get(number, ())))


def count_homework(edition: Edition, enrolments: Sequence[Enrolment]) -> Iterator[Figure]:
    """Per evening that has begun: before that nobody is late."""
    for number, evenings in by_number(edition).items():
        if all(one.starts_at <= timezone.now() for one in evenings):
            ready = readiness_of(evenings[0], list(enrolments))
            label = format_lazy(_("Had everything ready for evening {number}"), number=number)
            yield Figure(label, frozenset(key for key, is_ready in ready.items() if is_ready))


def by_number(edition: Edition) -> dict[int, list[Evening]]:
    held: dict[int, list[Evening]] = {}
    for evening in edition.evenings.filter(cancelled_at=None).order_by("number", "code"):
        evening.edition = edition
        held.setdefault(evening.number, []).append(evening)
    return held


register_figures("attendance", count_attendance)
register_figures("homework", count_homework)
