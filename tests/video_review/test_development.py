from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.learning.models import State, WaitingOn
from courses.learning.registry import KINDS, Assignment
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.instruments import publish_small_form
from tests.factories.video_review import RecordingFactory
from tests.video_review.watchers import share_with_partner, sign_in, sign_in_to_see_others
from video_review.models import Consent, DevelopmentPoint, Recording, Share, Status
from video_review.progress import development_card
from video_review.services.observations import start_observation, submit_observation

pytestmark = pytest.mark.django_db

WORDS = {"text": "Ik laat een stilte vallen.", "first_step": "Maandag, bij mijn eerste patiënt."}


@pytest.fixture
def recording(tmp_path):
    publish_small_form(tmp_path)
    return RecordingFactory()


@pytest.fixture
def owner(recording):
    return recording.enrolment.participant


@pytest.fixture
def address(recording):
    return reverse("video_review:development_point", args=[recording.public_id])


def report(kind, enrolment, **changes):
    found = whole_report(kind, enrolment, **changes)
    return found.state, found.waiting_on, found.detail


def whole_report(kind, enrolment, **changes):
    fields = {
        "key": enrolment.edition.public_id,
        "kind": kind,
        "title": "Huiswerk",
        "position": 1,
        "evening_number": 2,
        "opens_at": timezone.now() - timedelta(days=3),
        "due_at": timezone.now() + timedelta(days=3),
        "minutes": 10,
        "text": "",
        "is_required": True,
    }
    return KINDS[kind].report(enrolment, Assignment(**fields | changes))


def send(user, recording):
    submit_observation(start_observation(user=user, recording=recording))


@pytest.mark.requirement("VID-08")
def test_owner_keeps_one_point_with_a_first_step(recording, owner, address):
    answer = sign_in(owner).post(address, WORDS)
    point = DevelopmentPoint.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("learning:home"))
    assert (point.text, point.first_step, point.enrolment, point.recording) == (
        *WORDS.values(),
        recording.enrolment,
        recording,
    )
    event = AuditEvent.objects.get(event="development_point.save")
    assert event.stream.name == f"recording:{recording.public_id}"


@pytest.mark.parametrize("missing", ["text", "first_step"])
def test_point_and_step_are_both_needed(owner, address, missing):
    page = sign_in(owner).post(address, WORDS | {missing: " "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [missing])
    assert DevelopmentPoint.objects.count() == 0


def test_number_of_a_patient_is_refused(owner, address):
    page = sign_in(owner).post(address, WORDS | {"text": "Bij 123456789 stil zijn"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["text"])
    assert "Bij 123456789 stil zijn" in page.content.decode()


def test_saying_it_again_changes_the_words_and_adds_nothing(owner, address):
    client = sign_in(owner)
    client.post(address, WORDS)
    client.post(address, WORDS | {"first_step": "Dinsdag."})
    assert [one.first_step for one in DevelopmentPoint.objects.all()] == ["Dinsdag."]


def test_nobody_else_reads_or_writes_it(recording, owner, address):
    partner = share_with_partner(recording)
    sign_in(owner).post(address, WORDS)
    send(partner, recording)
    for user in (partner, UserFactory()):
        client = sign_in_to_see_others(user)
        assert client.get(address).status_code == 404
        assert client.post(address, WORDS | {"text": "Anders"}).status_code == 404
    assert DevelopmentPoint.objects.get().text == WORDS["text"]


def test_point_outlives_its_recording(recording, owner, address):
    client = sign_in(owner)
    client.post(address, WORDS)
    Recording.objects.filter(pk=recording.pk).move(Status.DESTROYED, title="", learning_question="")
    assert client.get(address).context["point"].text == WORDS["text"]
    card = development_card(recording.enrolment)
    assert card == {"point": DevelopmentPoint.objects.get()}


def test_card_shows_the_latest_point_or_nothing_in_one_query(
    recording, owner, address, django_assert_num_queries
):
    assert development_card(recording.enrolment) is None
    sign_in(owner).post(address, WORDS)
    with django_assert_num_queries(1):
        card = development_card(recording.enrolment)
        assert card["point"].recording == recording


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.RECEIVED, (State.WAITING, WaitingOn.SYSTEM)),
        (Status.WATCHABLE, (State.DONE, WaitingOn.NOBODY)),
        (Status.COMPLETE, (State.DONE, WaitingOn.NOBODY)),
        (Status.DESTROYED, (State.OPEN, WaitingOn.PARTICIPANT)),
    ],
)
def test_recording_homework_follows_the_recording(recording, status, expected):
    words = {"title": "", "learning_question": ""} if status == Status.DESTROYED else {}
    Recording.objects.update(status=status, **words)
    assert report("recording", recording.enrolment)[:2] == expected


def test_recording_homework_begins_with_asking_for_consent(recording):
    Recording.objects.update(status=Status.DESTROYED, title="", learning_question="")
    found = whole_report("recording", recording.enrolment)
    assert (found.state, found.url) == (State.OPEN, reverse("video_review:consent_new"))


@pytest.mark.requirement("VID-09")
def test_role_play_counts_as_a_recording(recording):
    Consent.objects.update(is_simulated=True)
    assert report("recording", recording.enrolment)[0] == State.DONE


def test_withdrawn_consent_opens_the_recording_homework_again(recording):
    Consent.objects.update(withdrawn_at=timezone.now())
    assert report("recording", recording.enrolment)[0] == State.STARTED


def test_recording_from_before_an_assignment_counts_only_when_made_for_it(recording):
    later = {"opens_at": timezone.now() + timedelta(hours=1)}
    assert report("recording", recording.enrolment, **later)[0] == State.OPEN
    key = recording.enrolment.edition.public_id
    Recording.objects.update(assignment_key=key)
    assert report("recording", recording.enrolment, **later)[0] == State.DONE


def test_self_observation_homework_goes_with_watching_oneself(recording, owner):
    enrolment = recording.enrolment
    states = [report("self_observation", enrolment)[0]]
    observation = start_observation(user=owner, recording=recording)
    states.append(report("self_observation", enrolment)[0])
    submit_observation(observation)
    states.append(report("self_observation", enrolment)[0])
    Recording.objects.filter(pk=recording.pk).move(Status.DESTROYED, title="", learning_question="")
    states.append(report("self_observation", enrolment)[0])
    assert states == [State.OPEN, State.STARTED, State.DONE, State.DONE]


def test_self_observation_is_locked_without_a_recording(recording):
    Recording.objects.update(status=Status.RECEIVED)
    assert report("self_observation", recording.enrolment)[0] == State.LOCKED


def test_peer_observation_waits_for_the_partner_then_opens_then_is_earned(recording):
    partner = share_with_partner(recording)
    enrolment = partner.enrolments.get()
    Share.objects.update(taken_back_at=timezone.now())
    found = [report("peer_observation", enrolment)[:2]]
    Share.objects.update(taken_back_at=None)
    found.append(report("peer_observation", enrolment)[:2])
    observation = start_observation(user=partner, recording=recording)
    found.append(report("peer_observation", enrolment)[:2])
    submit_observation(observation)
    Share.objects.update(taken_back_at=timezone.now())
    found.append(report("peer_observation", enrolment)[:2])
    assert found == [
        (State.WAITING, WaitingOn.PARTNER),
        (State.OPEN, WaitingOn.PARTICIPANT),
        (State.STARTED, WaitingOn.PARTICIPANT),
        (State.DONE, WaitingOn.NOBODY),
    ]


def test_late_observation_is_done_and_says_so(recording, owner):
    send(owner, recording)
    in_time = report("self_observation", recording.enrolment)
    past = {"due_at": timezone.now() - timedelta(seconds=30)}
    late = report("self_observation", recording.enrolment, **past)
    assert (in_time[0], bool(in_time[2])) == (State.DONE, False)
    assert (late[0], bool(late[2])) == (State.DONE, True)


def test_development_point_opens_once_somebody_has_watched(recording, owner, address):
    enrolment = recording.enrolment
    states = [report("development_point", enrolment)[0]]
    send(owner, recording)
    states.append(report("development_point", enrolment)[0])
    sign_in(owner).post(address, WORDS)
    states.append(report("development_point", enrolment)[0])
    assert states == [State.LOCKED, State.OPEN, State.DONE]
