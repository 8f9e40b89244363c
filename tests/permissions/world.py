"""One running edition with everybody who can come to a page, and one of every object."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from assessments.instruments.services import load_form
from courses.curriculum.models import VersionFollower, WorkshopPage
from courses.curriculum.reading import outline
from courses.curriculum.services import invite_to_panel, make_draft
from courses.delivery.models import Edition, EveningTrainer, FollowUpMeeting, Group
from courses.delivery.services import (
    Colleague,
    Introduction,
    apply_as_couple,
    ask_alone,
    ask_to_confirm,
    calendar_token,
    interest_token,
    leave_interest,
    make_calendar_link,
    put_before_evening,
    terms_of,
)
from courses.delivery.services.care_groups import invite_contact
from courses.delivery.services.handouts import leave_handout
from courses.learning.models import ContinuationPoint, LessonTaken
from lms.accounts import invitations
from lms.accounts.models import CareGroup, Invitation, Role, User
from lms.accounts.services import grant_role, sign_confidentiality
from lms.keys.services import create_key
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import LICENSED, make_version, root_page
from tests.factories.delivery import enrol_two, make_professional, make_running_edition
from tests.factories.handouts import hand_out_with_content
from tests.factories.video_review import (
    ConsentFactory,
    RecordingFactory,
    ShareFactory,
    UploadFactory,
)
from tests.permissions.tables import FORM
from video_review import sealed_store
from video_review.media.frames import seal_blob
from video_review.models import Blob, DestructionRecord, Rendition, Segment, Share
from video_review.processing.film import blob_context

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SEGMENT = b"a segment of film, sealed" * 10
VISITORS = [
    "anonymous", "owner", "partner", "member", "trainer", "run_along", "trainer_elsewhere",
    "coordinator", "contact", "editor", "administrator", "stranger",
]  # fmt: skip


@dataclass
class World:
    people: dict[str, User | None] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    recording: Any = None

    def client(self, who: str, **options: Any) -> Client:
        return signed_in(self.people[who], **options)


def make_world() -> World:
    load_form(FORM)
    # The editions have courses of their own: a key of the one is unknown in the other.
    elsewhere = make_running_edition(days=-1)
    here = make_running_edition(content=make_version(lessons=3))
    ours, partners = enrol_two(here)
    members, _other = enrol_two(here)
    Edition.objects.update(published_at=timezone.now())
    strangers, _other = enrol_two(elsewhere)
    world = World(
        {
            "anonymous": None,
            "owner": ours.participant,
            "partner": partners.participant,
            "member": members.participant,
            "trainer": UserFactory(),
            "run_along": UserFactory(),
            "trainer_elsewhere": UserFactory(),
            "coordinator": UserFactory(),
            "contact": UserFactory(),
            "editor": UserFactory(),
            "administrator": UserFactory(is_staff=True, is_superuser=True),
            "stranger": strangers.participant,
        }
    )
    people = world.people
    put_before_evening(here.evenings.get(code="1"), people["trainer"])
    put_before_evening(
        here.evenings.get(code="1"), people["run_along"], EveningTrainer.Role.RUN_ALONG
    )
    put_before_evening(elsewhere.evenings.get(code="1"), people["trainer_elsewhere"])
    grant_role(user=people["coordinator"], role=Role.COORDINATOR)
    grant_role(user=people["editor"], role=Role.EDITOR)
    add_care_group(world, here)
    for user in filter(None, people.values()):
        TOTP.activate(user, generate_totp_secret())
        sign_confidentiality(user)
    add_evening(world, here)
    world.ids |= {"edition": here.public_id, "enrolment": ours.pk}
    add_after(world, here)
    add_draft(world, here)
    add_lessons(world, ours)
    add_recording(world, ours, here)
    add_asked(world, here)
    add_public_pages(world)
    world.ids["evening"] = here.evenings.get(code="1").public_id
    return world


def add_evening(world: World, edition) -> None:
    link = make_calendar_link(world.people["owner"])
    world.ids |= {"evening": edition.evenings.get(code="1").public_id}
    world.ids |= {"calendar": calendar_token(link)}


def add_care_group(world: World, edition) -> None:
    """The edition is for the practices of a care group; its contact sees it as a whole."""
    group = CareGroup.objects.create(name="Zorggroep Twente")
    edition.care_group = group
    edition.save(update_fields=["care_group"])
    grant_role(user=world.people["contact"], role=Role.CONTACT, care_group=group)
    asked = invite_contact(
        group,
        email="asked@example.org",
        first_name="Anne",
        last_name="Visser",
        by=world.people["coordinator"],
    )
    world.ids |= {"contact_asked": invitations.token_of(asked)}


def add_after(world: World, edition) -> None:
    """What comes after the course, and what the trainer left with the first evening."""
    starts_at = timezone.now() + timedelta(days=200)
    meeting = FollowUpMeeting.objects.create(
        edition=edition,
        kind=FollowUpMeeting.Kind.RETURN,
        reach=FollowUpMeeting.Reach.EDITION,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="De Schuur",
        published_at=timezone.now(),
    )
    handout = leave_handout(
        edition.evenings.get(code="1"),
        SimpleUploadedFile("dia.pdf", b"%PDF-1.7\n%%EOF\n"),
        by=world.people["trainer"],
        title="Dia's",
        **LICENSED,
    )
    pinned = hand_out_with_content(edition.evenings.get(code="1"))
    world.ids["document"] = pinned.document_id
    world.ids |= {"meeting": meeting.public_id, "handout": handout.public_id}


def add_draft(world: World, edition) -> None:
    """The trainer reads the next version along; the coordinator follows the course."""
    course = edition.content.course
    draft = make_draft(course, actor=world.people["editor"])
    invite_to_panel(draft, world.people["trainer"])
    VersionFollower.objects.create(course=course, user=world.people["coordinator"])
    world.ids |= {"draft": draft.pk, "published": edition.content_id}
    world.ids |= {"page_of_draft": course.translation_key}


def add_asked(world: World, here) -> None:
    """Somebody was asked by a practice partner to take part together."""
    edition = make_running_edition(content=here.content, days=40)
    edition.published_at = timezone.now()
    edition.save(update_fields=["published_at"])
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    member = apply_as_couple(edition, *people).members.get(accepted_at=None)
    invitation = Invitation.objects.get(user=member.user)
    world.ids |= {
        "asked": invitations.token_of(invitation),
        "edition_to_fill": edition.public_id,
        "couple": member.couple.public_id,
        "application": add_application(edition),
        "asked_alone": ask_alone(
            edition, make_professional("huisarts", PracticeFactory()), "-", terms_of(edition)
        ).public_id,
    }


def add_application(edition) -> str:
    """Somebody filled in the form and has not followed the link yet."""
    gp = make_professional("huisarts")
    invitation = ask_to_confirm(
        edition,
        "linde@example.org",
        Introduction("Linde", profession=gp.profession, practice=PracticeFactory()),
        Colleague("Berk", "Beukema", "berk@example.org"),
        terms_of(edition),
    )
    return invitations.token_of(invitation)


def add_public_pages(world: World) -> None:
    page = WorkshopPage(title="Workshop", lead="-", interest_title="-", **LICENSED)
    root_page().add_child(instance=page)
    interest = leave_interest(region="Twente", email="visitor@example.org")
    world.ids["interest"] = interest_token(interest)


def add_lessons(world: World, enrolment) -> None:
    """The owner has done the module that opens uploading."""
    course = outline(enrolment.edition.content_id)
    for lesson in course.lessons.values():
        LessonTaken.objects.create(
            enrolment=enrolment,
            lesson_key=lesson.key,
            module_key=lesson.module_key,
            completed_at=timezone.now(),
            screens_read=9,
        )
    kinds = {one.kind: key for key, one in course.assignments.items()}
    world.ids |= {
        "assignment": kinds["kba_reflection"],
        "plan_point": ContinuationPoint.objects.create(
            enrolment=enrolment, number=1, what="-", planned_on=timezone.localdate()
        ).pk,
        "module": next(iter(course.modules)),
        "lesson": next(iter(course.lessons)),
    }


def add_recording(world: World, enrolment, edition) -> None:
    recording = world.recording = make_film(enrolment)
    group = edition.groups.get(kind=Group.Kind.EDITION)
    ShareFactory(recording=recording, person=world.people["partner"])
    share = Share.objects.create(recording=recording, group=group)
    destroyed = RecordingFactory(enrolment=enrolment, destroyed=True)
    DestructionRecord.objects.create(recording=destroyed, reason=DestructionRecord.Reason.OWNER)
    world.ids |= {
        "recording": recording.public_id,
        "destroyed": destroyed.public_id,
        "rendition": recording.renditions.get().public_id,
        "position": 1,
        "share": share.pk,
        "consent": recording.consent.public_id,
        "consent_to_confirm": ConsentFactory(enrolment=enrolment).public_id,
        "upload": UploadFactory(consent=recording.consent).public_id,
        "moment": uuid.uuid4(),
        "who": "huisarts",
        "any_number": 999_999,
    }
    create_key(recording.consent.uploads.get().recording_ref)


def make_film(enrolment):
    """Watchable, with sealed bytes in the store and a key."""
    recording = RecordingFactory(enrolment=enrolment)
    key = create_key(recording.public_id)
    rendition = Rendition.objects.create(
        recording=recording, width=320, height=180, bandwidth=500_000, is_complete=True
    )
    for position in range(2):
        name = sealed_store.put_bytes(recording.public_id, SEGMENT, suffix=".ts")
        Segment.objects.create(
            rendition=rendition, position=position, duration=4, size=len(SEGMENT), name=name
        )
    for kind, content in {Blob.Kind.POSTER: b"jpeg", Blob.Kind.PEAKS: b"[0.5]"}.items():
        sealed = seal_blob(key, content, context=blob_context(recording, kind))
        name = sealed_store.put_bytes(recording.public_id, sealed, suffix=".blob")
        Blob.objects.create(recording=recording, kind=kind, name=name)
    return recording


def signed_in(user: User | None, *, second_factor: bool = True, **options: Any) -> Client:
    """Signed in with a second factor, as somebody who has taken every step."""
    client = Client(**options)
    if user is None:
        return client
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password")
    if second_factor:
        app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        record_authentication(request, user, "mfa", id=app.pk, type=app.type, reauthenticated=True)
    request.session["last_seen"] = int(time.time())
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client
