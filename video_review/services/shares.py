"""The owner lets others see a recording, never further than the patient agreed to."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import EveningTrainer, Group, GroupMembership
from lms.accounts.models import User
from lms.audit.services import record
from lms.mail.services import queue_mail
from video_review.models import Recording, Scope, Share
from video_review.processing.progress import tell_progress


class ShareRefused(Exception):
    """Why it cannot be shared like that, in words for the owner."""

    def __init__(self, words: object) -> None:
        super().__init__(str(words))
        self.words = words


BEYOND_SCOPE = _(
    "Your patient did not agree to that. Nothing has been shared. "
    "You can share only with whom the consent names."
)
NOT_PLAYABLE = _("This recording cannot be watched at the moment, so it cannot be shared either.")
NOT_YOURS = _("Only the owner of a recording can share it.")
NOT_IN_REACH = _("This person or group does not take part in your course now.")


@dataclass(frozen=True)
class ShareOption:
    """Somebody the owner may share with, and who exactly would see it then."""

    key: str
    person: User | None
    group: Group | None
    people: list[User]
    trainers: list[User]
    share: Share | None  # while shared

    @property
    def number(self) -> int:
        return len(self.people) + len(self.trainers)


def share_options(recording: Recording) -> list[ShareOption]:
    """What the consent's scope leaves open; nothing for a recording that only its owner sees."""
    scope = recording.consent.scope
    if scope == Scope.SELF or not recording.is_playable():
        return []
    shares = list(
        Share.objects.valid().filter(recording=recording).select_related("person", "group")
    )
    options = []
    partner = recording.enrolment.partner()
    if partner is not None:
        person = partner.participant
        share = next((one for one in shares if one.person_id == person.pk), None)
        options.append(ShareOption("partner", person, None, [person], [], share))
    if scope == Scope.GROUP:
        options += group_options(recording, shares)
    return options


def group_options(recording: Recording, shares: list[Share]) -> list[ShareOption]:
    owner = recording.enrolment.participant_id
    by_name = ["user__last_name", "user__first_name", "user"]
    members = GroupMembership.objects.valid().select_related("user__profession").order_by(*by_name)
    teachers = set(
        EveningTrainer.objects.valid()
        .filter(evening__edition=recording.enrolment.edition_id)
        .values_list("user", flat=True)
    )
    options = []
    for group in shareable_groups(recording).prefetch_related(
        Prefetch("memberships", queryset=members, to_attr="valid_memberships")
    ):
        people = list(dict.fromkeys(one.user for one in group.valid_memberships))
        people = [person for person in people if person.pk != owner]
        if not people:
            continue
        options.append(
            ShareOption(
                key=f"group-{group.pk}",
                person=None,
                group=group,
                people=[one for one in people if one.pk not in teachers],
                trainers=[one for one in people if one.pk in teachers],
                share=next((one for one in shares if one.group_id == group.pk), None),
            )
        )
    return options


def shareable_groups(recording: Recording) -> QuerySet[Group]:
    """Groups of the owner's own edition: its trainers, and those the owner is in now."""
    owner = recording.enrolment.participant_id
    mine = GroupMembership.objects.valid().filter(user=owner).values("group")
    return Group.objects.filter(
        Q(kind=Group.Kind.TRAINERS) | Q(pk__in=mine), edition=recording.enrolment.edition_id
    ).order_by("kind", "pk")


def share_by_key(recording: Recording, *, key: str, actor: User) -> Share:
    """Share with one of ``share_options``; anything else was not offered and is refused."""
    option = next((one for one in share_options(recording) if one.key == key), None)
    if option is None:
        raise ShareRefused(NOT_IN_REACH if recording.is_playable() else NOT_PLAYABLE)
    if option.person is not None:
        return share_with_person(recording, person=option.person, actor=actor)
    assert option.group is not None  # noqa: S101 -- an option names a person or a group
    return share_with_group(recording, group=option.group, actor=actor)


def share_with_person(recording: Recording, *, person: User, actor: User) -> Share:
    check_may_share(recording, actor)
    partner = recording.enrolment.partner()
    is_partner = partner is not None and partner.participant_id == person.pk
    if recording.consent.scope == Scope.SELF:
        raise ShareRefused(BEYOND_SCOPE)
    if recording.consent.scope == Scope.PARTNER and not is_partner:
        raise ShareRefused(BEYOND_SCOPE)
    if not is_partner and not is_in_reach(recording, person):
        raise ShareRefused(NOT_IN_REACH)
    return make_share(recording, actor=actor, person=person)


def share_with_group(recording: Recording, *, group: Group, actor: User) -> Share:
    check_may_share(recording, actor)
    if recording.consent.scope != Scope.GROUP:
        raise ShareRefused(BEYOND_SCOPE)
    if not shareable_groups(recording).filter(pk=group.pk).exists():
        raise ShareRefused(NOT_IN_REACH)
    return make_share(recording, actor=actor, group=group)


def check_may_share(recording: Recording, actor: User) -> None:
    if recording.enrolment.participant_id != actor.pk:
        raise ShareRefused(NOT_YOURS)
    if not recording.is_playable():
        raise ShareRefused(NOT_PLAYABLE)


def is_in_reach(recording: Recording, person: User) -> bool:
    members = GroupMembership.objects.valid().filter(group__edition=recording.enrolment.edition_id)
    return members.filter(user=person).exists()


def make_share(
    recording: Recording, *, actor: User, person: User | None = None, group: Group | None = None
) -> Share:
    """Share, once: a double click finds the share that is there."""
    try:
        with transaction.atomic():
            share = Share.objects.create(recording=recording, person=person, group=group)
            note(recording, "recording.share", actor, share)
            tell_progress(recording)
            for reader in readers_of(share, but_not=actor):
                queue_mail(
                    key=f"recording_shared:{share.pk}:{reader.pk}",
                    recipient=reader,
                    template="recording_shared",
                    url_name="video_review:review",
                    url_args=(str(recording.public_id),),
                )
    except IntegrityError:
        return Share.objects.get(
            recording=recording, person=person, group=group, taken_back_at=None
        )
    return share


def readers_of(share: Share, *, but_not: User) -> list[User]:
    if share.person is not None:
        return [share.person]
    members = GroupMembership.objects.valid().filter(group=share.group).exclude(user=but_not)
    return list(User.objects.filter(pk__in=members.values("user")))


@transaction.atomic
def take_back(share: Share, *, actor: User) -> None:
    """At once: the next request of whoever is watching is refused."""
    if share.recording.enrolment.participant_id != actor.pk:
        raise ShareRefused(NOT_YOURS)
    still = Share.objects.filter(pk=share.pk, taken_back_at=None)
    if still.update(taken_back_at=timezone.now()):
        note(share.recording, "recording.unshare", actor, share)
        tell_progress(share.recording)


@transaction.atomic
def end_shares(shares: QuerySet[Share]) -> None:
    """Whoever owns the recordings no longer belongs to those they were shared with."""
    for share in shares.filter(taken_back_at=None).select_related("recording"):
        if Share.objects.filter(pk=share.pk, taken_back_at=None).update(
            taken_back_at=timezone.now()
        ):
            note(share.recording, "recording.unshare", None, share)
            tell_progress(share.recording)


def note(recording: Recording, event: str, actor: User | None, share: Share) -> None:
    with_whom = {"group": share.group_id} if share.group_id else {"person": share.person_id}
    record(
        event,
        stream=f"recording:{recording.public_id}",
        actor=actor,
        role="participant" if actor else "",
        basis="owner" if actor else "",
        object_type="recording",
        object_ref=str(recording.public_id),
        detail={"share": share.pk} | with_whom,
    )
