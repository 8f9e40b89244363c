"""One recording and one reader in one relation. Every relation in which nothing is seen is made
from one in which all is seen, by a single change: what leaks there would leak here."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.delivery.models import Edition, EveningTrainer, Group
from lms.accounts.models import Role, RoleGrant, User
from tests.factories.accounts import UserFactory
from tests.factories.delivery import (
    EditionFactory,
    EnrolmentFactory,
    EveningFactory,
    GroupFactory,
    PracticeCoupleFactory,
)
from tests.factories.video_review import RecordingFactory, ShareFactory
from video_review.models import ConsentPerson, Failure, Recording, Scope, Share, Status

PARTNER, PERSON, GROUP, OWNER = "partner", "person", "group", "owner"


@dataclass
class House:
    """Two editions for all scenes together; every scene brings its own people."""

    here: Edition
    elsewhere: Edition


def make_house() -> House:
    here = EditionFactory()
    return House(here, EditionFactory(content=here.content))


@dataclass
class Scene:
    house: House
    recording: Recording
    reader: User | AnonymousUser
    share: Share | None = None
    group: Group | None = None

    @property
    def owner(self) -> User:
        return self.recording.enrolment.participant

    def consent(self, **changes: object) -> None:
        type(self.recording.consent).objects.filter(pk=self.recording.consent_id).update(**changes)

    def film(self, **changes: object) -> None:
        Recording.objects.filter(pk=self.recording.pk).update(**changes)

    def shares(self, **changes: object) -> None:
        Share.objects.filter(recording=self.recording).update(**changes)

    def memberships(self, **changes: object) -> None:
        self.reader.group_memberships.update(**changes)

    def enrolments(self, **changes: object) -> None:
        self.reader.enrolments.update(**changes)


Change = Callable[[Scene], None]


@dataclass(frozen=True)
class Row:
    """``basis`` is on what the reader sees the recording (none: not at all)."""

    name: str
    make: Callable[[House], Scene]
    basis: str | None = None
    plays: bool = False
    change: Change | None = None

    def scene(self, house: House) -> Scene:
        scene = self.make(house)
        if self.change is not None:
            self.change(scene)
        scene.recording = Recording.objects.get(pk=scene.recording.pk)
        return scene


def ago(**much: int):
    return timezone.now() - timedelta(**much)


def ahead(**much: int):
    return timezone.now() + timedelta(**much)


# From which everything is seen.


def own(house: House) -> Scene:
    enrolment = EnrolmentFactory(edition=house.here)
    recording = RecordingFactory(enrolment=enrolment, consent__scope=Scope.SELF)
    return Scene(house, recording, enrolment.participant)


def with_partner(house: House) -> Scene:
    scene = own(house)
    scene.consent(scope=Scope.PARTNER)
    couple = scene.recording.enrolment.couple
    scene.reader = EnrolmentFactory(edition=house.here, couple=couple).participant
    scene.share = ShareFactory(recording=scene.recording, person=scene.reader)
    return scene


def with_member_by_name(house: House) -> Scene:
    scene = own(house)
    scene.consent(scope=Scope.GROUP)
    scene.reader = EnrolmentFactory(edition=house.here).participant
    scene.group = GroupFactory(edition=house.here)
    scene.group.memberships.create(user=scene.reader, valid_from=ago(days=2))
    scene.share = ShareFactory(recording=scene.recording, person=scene.reader)
    return scene


def with_group(house: House) -> Scene:
    scene = with_member_by_name(house)
    scene.group.memberships.create(user=scene.owner, valid_from=ago(days=2))
    scene.shares(person=None, group=scene.group)
    return scene


def with_trainers(house: House) -> Scene:
    """A trainer of an evening of this edition, in its group of trainers."""
    scene = with_group(house)
    scene.group.memberships.filter(user=scene.reader).delete()
    Group.objects.filter(pk=scene.group.pk).update(kind=Group.Kind.TRAINERS)
    scene.reader = UserFactory()
    EveningTrainer.objects.create(evening=evening_of(house.here), user=scene.reader)
    scene.group.memberships.create(user=scene.reader, valid_from=ago(days=2))
    return scene


def evening_of(edition: Edition, role: str = EveningTrainer.Role.TRAINER):
    return EveningFactory(edition=edition, code=uuid.uuid4().hex[:10])


def shared_with_everybody(house: House) -> Scene:
    """With the partner, by name with a member, with the group: whoever leaks in would see it."""
    scene = with_group(house)
    couple = scene.recording.enrolment.couple
    partner = EnrolmentFactory(edition=house.here, couple=couple).participant
    ShareFactory(recording=scene.recording, person=partner)
    ShareFactory(recording=scene.recording, person=scene.reader)
    return scene


# People who are not among them.


def nobody(scene: Scene) -> None:
    scene.reader = AnonymousUser()


def stranger(scene: Scene) -> None:
    """Takes part in another edition, with a group there."""
    scene.reader = EnrolmentFactory(edition=scene.house.elsewhere).participant
    GroupFactory(edition=scene.house.elsewhere).memberships.create(user=scene.reader)


def fellow(scene: Scene) -> None:
    """Takes part in this edition, in no group."""
    scene.reader = EnrolmentFactory(edition=scene.house.here).participant


def trainer_without_group(scene: Scene) -> None:
    scene.reader = UserFactory()
    EveningTrainer.objects.create(evening=evening_of(scene.house.here), user=scene.reader)


def trainer_elsewhere(scene: Scene) -> None:
    scene.reader = UserFactory()
    EveningTrainer.objects.create(evening=evening_of(scene.house.elsewhere), user=scene.reader)
    group = GroupFactory(edition=scene.house.elsewhere, kind=Group.Kind.TRAINERS)
    group.memberships.create(user=scene.reader)


def run_along(scene: Scene) -> None:
    scene.reader = UserFactory()
    EveningTrainer.objects.create(
        evening=evening_of(scene.house.here),
        user=scene.reader,
        role=EveningTrainer.Role.RUN_ALONG,
    )


def coordinator(scene: Scene) -> None:
    scene.reader = UserFactory()
    RoleGrant.objects.create(user=scene.reader, role=Role.COORDINATOR)


def editor(scene: Scene) -> None:
    scene.reader = UserFactory()
    RoleGrant.objects.create(user=scene.reader, role=Role.EDITOR)


def administrator(scene: Scene) -> None:
    scene.reader = UserFactory(is_staff=True, is_superuser=True)


# What can change.


def share_goes_to_somebody_else(scene: Scene) -> None:
    scene.shares(person=UserFactory())


def share_goes_to_another_group(scene: Scene) -> None:
    other = GroupFactory(edition=scene.house.here)
    other.memberships.create(user=scene.owner, valid_from=ago(days=2))
    scene.shares(group=other)


def share_is_of_another_recording(scene: Scene) -> None:
    """Of the same owner; that one cannot be watched yet."""
    enrolment = scene.recording.enrolment
    other = RecordingFactory(
        enrolment=enrolment, consent=scene.recording.consent, status=Status.RECEIVED
    )
    scene.shares(recording=other)


def no_share(scene: Scene) -> None:
    scene.recording.shares.all().delete()


def partner_moved_on(scene: Scene) -> None:
    scene.enrolments(couple=PracticeCoupleFactory(edition=scene.house.here))


def membership_is_elsewhere(scene: Scene) -> None:
    scene.memberships(group=GroupFactory(edition=scene.house.elsewhere))


def membership_is_of_somebody_else(scene: Scene) -> None:
    scene.memberships(user=UserFactory())


def somebody_in_view_refused(scene: Scene) -> None:
    ConsentPerson.objects.create(
        consent=scene.recording.consent, kind=ConsentPerson.Kind.CHILD, has_consented=False
    )


def somebody_in_view_agreed(scene: Scene) -> None:
    ConsentPerson.objects.create(
        consent=scene.recording.consent, kind=ConsentPerson.Kind.CHILD, has_consented=True
    )


SHARE_OVER = {
    "nothing shared": no_share,
    "share not begun": lambda scene: scene.shares(valid_from=ahead(hours=1)),
    "share ended": lambda scene: scene.shares(valid_from=ago(days=2), valid_until=ago(hours=1)),
    "share taken back": lambda scene: scene.shares(taken_back_at=ago(hours=1)),
    "share of another recording": share_is_of_another_recording,
}
NOT_PLAYED = {
    "consent withdrawn": lambda scene: scene.consent(withdrawn_at=ago(hours=1)),
    "consent never asked": lambda scene: scene.consent(
        before_at=None, after_at=None, declared_at=None
    ),
    "consent not confirmed": lambda scene: scene.consent(after_at=None),
    "consent not declared": lambda scene: scene.consent(declared_at=None),
    "somebody in view refused": somebody_in_view_refused,
    "recording expired": lambda scene: scene.film(expires_at=ago(minutes=1)),
    "recording received": lambda scene: scene.film(status=Status.RECEIVED),
    "recording failed": lambda scene: scene.film(status=Status.FAILED, failure=Failure.NOT_A_VIDEO),
    "recording destroyed": lambda scene: scene.film(
        status=Status.DESTROYED, title="", learning_question=""
    ),
}
STILL_PLAYED = {
    "recording complete": lambda scene: scene.film(status=Status.COMPLETE),
    "somebody in view agreed": somebody_in_view_agreed,
}
NOT_A_MEMBER = {
    "membership ended": lambda scene: scene.memberships(valid_until=ago(hours=1)),
    "membership not begun": lambda scene: scene.memberships(valid_from=ahead(hours=1)),
    "membership elsewhere": membership_is_elsewhere,
    "membership of somebody else": membership_is_of_somebody_else,
}
SCOPES = {
    "for the owner alone": lambda scene: scene.consent(scope=Scope.SELF),
    "for the partner": lambda scene: scene.consent(scope=Scope.PARTNER),
    "for the group": lambda scene: scene.consent(scope=Scope.GROUP),
}
ENDS_LATER = {
    "share ends later": lambda scene: scene.shares(valid_until=ahead(hours=1)),
}
MEMBER_STILL = {
    "membership ends later": lambda scene: scene.memberships(valid_until=ahead(hours=1)),
}
NOT_AMONG_THEM = [
    nobody, stranger, fellow, trainer_without_group, trainer_elsewhere, run_along, coordinator,
    editor, administrator,
]  # fmt: skip


def rows_of(name, make, changes, *, basis=None, plays=False) -> list[Row]:
    return [Row(f"{name}: {what}", make, basis, plays, change) for what, change in changes.items()]


def only(changes: dict[str, Change], *names: str) -> dict[str, Change]:
    return {name: changes[name] for name in names}


ROWS = [
    Row("own", own, OWNER, plays=True),
    *rows_of("own", own, STILL_PLAYED | SCOPES, basis=OWNER, plays=True),
    *rows_of("own", own, NOT_PLAYED, basis=OWNER),
    *rows_of(
        "own",
        own,
        {"no longer takes part": lambda scene: scene.enrolments(ended_at=ago(hours=1))},
        basis=OWNER,
        plays=True,
    ),
    Row("partner", with_partner, PARTNER, plays=True),
    *rows_of("partner", with_partner, STILL_PLAYED | ENDS_LATER, basis=PARTNER, plays=True),
    *rows_of("partner", with_partner, only(SCOPES, "for the group"), basis=PARTNER, plays=True),
    *rows_of("partner", with_partner, only(SCOPES, "for the owner alone")),
    *rows_of("partner", with_partner, SHARE_OVER | NOT_PLAYED),
    *rows_of(
        "partner",
        with_partner,
        {
            "share with somebody else": share_goes_to_somebody_else,
            "no longer takes part": lambda scene: scene.enrolments(ended_at=ago(hours=1)),
            "no longer in this couple": partner_moved_on,
        },
    ),
    Row("by name", with_member_by_name, PERSON, plays=True),
    *rows_of(
        "by name",
        with_member_by_name,
        STILL_PLAYED | ENDS_LATER | MEMBER_STILL,
        basis=PERSON,
        plays=True,
    ),
    *rows_of(
        "by name",
        with_member_by_name,
        SHARE_OVER
        | NOT_PLAYED
        | NOT_A_MEMBER
        | only(SCOPES, "for the owner alone", "for the partner")
        | {"share with somebody else": share_goes_to_somebody_else},
    ),
    Row("group", with_group, GROUP, plays=True),
    *rows_of(
        "group", with_group, STILL_PLAYED | ENDS_LATER | MEMBER_STILL, basis=GROUP, plays=True
    ),
    *rows_of(
        "group",
        with_group,
        SHARE_OVER
        | NOT_PLAYED
        | NOT_A_MEMBER
        | only(SCOPES, "for the owner alone", "for the partner")
        | {"share with another group": share_goes_to_another_group},
    ),
    Row("trainer", with_trainers, GROUP, plays=True),
    *rows_of("trainer", with_trainers, SHARE_OVER | NOT_PLAYED | NOT_A_MEMBER),
    *(
        Row(f"shared, but not with: {person.__name__}", shared_with_everybody, change=person)
        for person in NOT_AMONG_THEM
    ),
]
