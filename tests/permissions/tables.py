"""Who sees which object: every row of every table, on the objects it was made with."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from assessments.instruments.services import load_form, start_response
from courses.delivery.models import EveningTrainer
from lms.accounts.models import CareGroup, Role, RoleGrant, User
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory, EnrolmentFactory
from tests.factories.video_review import RecordingFactory, ShareFactory, UploadFactory
from tests.permissions.answers import Check, check
from tests.permissions.scenes import (
    NOT_AMONG_THEM,
    ROWS,
    House,
    Row,
    Scene,
    ago,
    ahead,
    evening_of,
    make_house,
    shared_with_everybody,
    with_partner,
)
from video_review.models import Moment, Observation, Recording

FORM = settings.BASE_DIR / "assessments" / "instruments" / "content" / "kijkwijzer.yaml"


@dataclass(frozen=True)
class Table:
    rows: dict[str, tuple[Row, Scene]]
    checks: list[Check]


def make_table() -> Table:
    load_form(FORM)
    house = make_house()
    rows = {row.name: (row, row.scene(house)) for row in ROWS}
    return Table(
        rows,
        [
            *recording_checks(rows),
            *observation_checks(house),
            *consent_checks(house),
            *enrolment_checks(house),
        ],
    )


def recording_checks(rows: dict[str, tuple[Row, Scene]]) -> list[Check]:
    checks = []
    for name, (row, scene) in rows.items():
        mine = [scene.recording]
        checks.append(check(name, "recordings", scene.reader, mine if row.basis else []))
        checks.append(check(name, "playable", scene.reader, mine if row.plays else []))
    return checks


def observe(recording: Recording, observer: User, *, sent: bool) -> Observation:
    response = start_response("kijkwijzer")
    if sent:
        type(response).objects.filter(pk=response.pk).update(submitted_at=timezone.now())
    is_own = observer == recording.enrolment.participant
    kind = Observation.Kind.SELF if is_own else Observation.Kind.PEER
    observation = Observation.objects.create(
        recording=recording, observer=observer, kind=kind, response=response
    )
    Moment.objects.create(
        observation=observation, at_ms=1000, kind=Moment.Kind.STRONG, note="Mooi moment."
    )
    return observation


@dataclass
class Observed:
    """A recording about which its owner and others have written, sent or not."""

    scene: Scene
    by_owner: Observation
    sent: Observation
    unsent: Observation

    def by_reader(self, *, sent: bool) -> Observation:
        return observe(self.scene.recording, self.scene.reader, sent=sent)


def observed(house: House, make=with_partner, *, owner_sent: bool = True) -> Observed:
    scene = make(house)
    return Observed(
        scene,
        by_owner=observe(scene.recording, scene.owner, sent=owner_sent),
        sent=observe(scene.recording, UserFactory(), sent=True),
        unsent=observe(scene.recording, UserFactory(), sent=False),
    )


def with_moments(name, reader, observations) -> list[Check]:
    moments = Moment.objects.filter(observation__in=observations)
    return [
        check(name, "observations", reader, observations),
        check(name, "moments", reader, moments),
    ]


def observation_checks(house: House) -> list[Check]:
    checks = []
    for owner_sent in (True, False):
        of = observed(house, owner_sent=owner_sent)
        checks += with_moments(
            f"owner, own sent {owner_sent}", of.scene.owner, [of.by_owner, of.sent]
        )
    of = observed(house)
    checks += with_moments("partner, nothing written yet", of.scene.reader, [])
    of = observed(house)
    checks += with_moments("partner, own not sent", of.scene.reader, [of.by_reader(sent=False)])
    of = observed(house)
    mine = of.by_reader(sent=True)
    checks += with_moments("partner, own sent", of.scene.reader, [mine, of.by_owner, of.sent])
    checks += [of_another_recording(house, sent) for sent in (True, False)]
    for name, change in AFTER_SENDING.items():
        of = observed(house)
        of.by_reader(sent=True)
        change(of.scene)
        checks += with_moments(f"partner, own sent, then {name}", of.scene.reader, [])
    for person in NOT_AMONG_THEM:
        of = observed(house, shared_with_everybody)
        person(of.scene)
        checks += with_moments(person.__name__, of.scene.reader, [])
    return checks


AFTER_SENDING = {
    "share taken back": lambda scene: scene.shares(taken_back_at=ago(hours=1)),
    "consent withdrawn": lambda scene: scene.consent(withdrawn_at=ago(hours=1)),
    "expired": lambda scene: scene.film(expires_at=ago(hours=1)),
    "no longer takes part": lambda scene: scene.enrolments(ended_at=ago(hours=1)),
}


def of_another_recording(house: House, sent: bool) -> Check:
    """What one has sent about one recording opens nothing of another."""
    of = observed(house)
    other = RecordingFactory(
        enrolment=of.scene.recording.enrolment, consent=of.scene.recording.consent
    )
    ShareFactory(recording=other, person=of.scene.reader)
    mine = observe(other, of.scene.reader, sent=sent)
    return check(f"partner, another sent {sent}", "observations", of.scene.reader, [mine])


def consent_checks(house: House) -> list[Check]:
    scene = shared_with_everybody(house)
    consent = scene.recording.consent
    upload = UploadFactory(consent=consent)
    couple = consent.enrolment.couple
    partner = EnrolmentFactory(edition=house.here, couple=couple).participant
    checks = [
        check("owner", "consents", scene.owner, [consent]),
        check("owner", "uploads", scene.owner, [upload]),
    ]
    readers = {"partner": partner, "member": scene.reader, "trainer": None}
    for person in NOT_AMONG_THEM:
        person(scene)
        readers[person.__name__] = scene.reader
    for name, reader in readers.items():
        if reader is not None:
            checks += [check(name, question, reader) for question in ("consents", "uploads")]
    return checks


def enrolment_checks(house: House) -> list[Check]:
    here_group = CareGroup.objects.create(name="Zorggroep Twente")
    edition = EditionFactory(
        content=house.here.content, care_group=here_group, published_at=timezone.now()
    )
    first = EnrolmentFactory(edition=edition)
    partner = EnrolmentFactory(edition=edition, couple=first.couple)
    ended = EnrolmentFactory(edition=edition, ended_at=ago(days=1))
    all_here = [first, partner, ended]
    checks = [
        check("participant", "editions", first.participant, [edition]),
        check("participant", "enrolments", first.participant, [first]),
        check("ended", "editions", ended.participant),
        check("ended", "enrolments", ended.participant, [ended]),
    ]
    times = {
        "now": ({}, True),
        "until later": ({"valid_until": ahead(hours=1)}, True),
        "no longer": ({"valid_until": ago(hours=1), "valid_from": ago(days=1)}, False),
        "not yet": ({"valid_from": ahead(hours=1)}, False),
    }
    for when, (validity, sees) in times.items():
        for role in EveningTrainer.Role.values:
            user = UserFactory()
            EveningTrainer.objects.create(
                evening=evening_of(edition), user=user, role=role, **validity
            )
            name = f"{role} {when}"
            checks.append(check(name, "editions", user, [edition] if sees else []))
            checks.append(check(name, "enrolments", user, all_here if sees else []))
        for role in Role.values:
            user = UserFactory()
            group = here_group if role == Role.CONTACT else None
            RoleGrant.objects.create(user=user, role=role, care_group=group, **validity)
            sees_all = sees and role == Role.COORDINATOR
            name = f"{role} {when}"
            editions = type(edition).objects.all() if sees_all else []
            enrolments = type(first).objects.all() if sees_all else []
            checks.append(check(name, "editions", user, editions))
            checks.append(check(name, "enrolments", user, enrolments))
    for name, user in {
        "administrator": UserFactory(is_staff=True, is_superuser=True),
        "nobody": AnonymousUser(),
    }.items():
        checks += [check(name, question, user) for question in ("editions", "enrolments")]
    return checks
