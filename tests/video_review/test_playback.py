import io
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.audit.models import AuditEvent
from lms.audit.services import verify
from lms.keys.services import create_key
from lms.web.ranges import Unsatisfiable, parse_range
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory
from tests.factories.video_review import RecordingFactory, ShareFactory
from video_review import sealed_store
from video_review.media.frames import rendition_key, seal_blob
from video_review.models import Blob, Rendition, Scope, Segment, Status, Viewing
from video_review.processing.film import blob_context
from video_review.services import playback
from video_review.services.shares import take_back
from video_review.views import playback as views

pytestmark = pytest.mark.django_db

SEGMENT = bytes(range(256)) * 40


@pytest.fixture
def recording():
    """Watchable, with two segments and a poster in the store."""
    recording = RecordingFactory(consent__scope=Scope.PARTNER)
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
    yield recording
    sealed_store.remove_all(recording.public_id)


@pytest.fixture
def partner(recording):
    """Shared with, and past every step that comes before seeing others."""
    enrolment = recording.enrolment
    partner = EnrolmentFactory(edition=enrolment.edition, couple=enrolment.couple).participant
    ShareFactory(recording=recording, person=partner)
    return partner


@pytest.fixture
def no_step(monkeypatch):
    monkeypatch.setattr(views, "step_before_others", lambda request: None)


def routes(recording):
    """Every address of its media, by name."""
    this, rendition = [recording.public_id], recording.renditions.get()
    one = [*this, rendition.public_id]
    return {
        "master": reverse("video_review:master", args=this),
        "playlist": reverse("video_review:playlist", args=one),
        "key": reverse("video_review:key", args=one),
        "segment": reverse("video_review:segment", args=[*one, 1]),
        "poster": reverse("video_review:poster", args=this),
        "peaks": reverse("video_review:peaks", args=this),
    }


def as_user(user):
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def codes(user, recording):
    client = as_user(user)
    found = {name: client.get(url).status_code for name, url in routes(recording).items()}
    beat = reverse("video_review:beat", args=[recording.public_id])
    return found | {"beat": client.post(beat).status_code}


ALL_GOOD = dict.fromkeys(["master", "playlist", "key", "segment", "poster", "peaks"], 200) | {
    "beat": 204
}
NOTHING = dict.fromkeys(ALL_GOOD, 404)


def test_its_owner_gets_everything(recording):
    assert codes(recording.enrolment.participant, recording) == ALL_GOOD


def test_whom_it_is_shared_with_gets_everything(recording, partner, no_step):
    assert codes(partner, recording) == ALL_GOOD


@pytest.mark.requirement("VID-05")
@pytest.mark.parametrize(
    "who", ["nobody", "a stranger", "a fellow participant", "an administrator"]
)
def test_for_everybody_else_it_does_not_exist(recording, partner, no_step, who):
    user = {
        "nobody": lambda: None,
        "a stranger": UserFactory,
        "a fellow participant": lambda: (
            EnrolmentFactory(edition=recording.enrolment.edition).participant
        ),
        "an administrator": lambda: UserFactory(is_staff=True, is_superuser=True),
    }[who]()
    assert codes(user, recording) == NOTHING
    assert AuditEvent.objects.filter(event__startswith="play.").count() == 0


def test_who_has_a_step_to_take_first_gets_nothing_yet(recording, partner):
    assert codes(partner, recording) == dict.fromkeys(ALL_GOOD, 403)
    assert AuditEvent.objects.filter(event__startswith="play.", result="ok").count() == 0


def take_share_back(recording):
    share = recording.shares.get()
    take_back(share, actor=recording.enrolment.participant)


def withdraw_consent(recording):
    recording.consent.withdrawn_at = timezone.now()
    recording.consent.save()


def expire(recording):
    recording.expires_at = timezone.now()
    recording.save()


def end_enrolment(recording):
    others = recording.enrolment.couple.enrolments.exclude(pk=recording.enrolment.pk)
    others.update(ended_at=timezone.now())


@pytest.mark.requirement("VID-10")
@pytest.mark.parametrize("ending", [take_share_back, withdraw_consent, expire, end_enrolment])
def test_the_first_request_after_it_ended_is_refused(recording, partner, no_step, ending):
    assert codes(partner, recording) == ALL_GOOD
    ending(recording)
    assert codes(partner, recording) == NOTHING
    assert Viewing.objects.get(viewer=partner).refused_at is not None
    assert AuditEvent.objects.filter(event="play.refused").count() == 1


@pytest.mark.requirement("VID-10")
@pytest.mark.parametrize("ending", [withdraw_consent, expire])
def test_also_its_owner_cannot_watch_it_then(recording, ending):
    ending(recording)
    assert codes(recording.enrolment.participant, recording) == NOTHING


def test_each_answer_has_its_row_in_the_log(recording, partner, no_step):
    codes(partner, recording)
    stream = f"recording:{recording.public_id}"
    rows = AuditEvent.objects.filter(stream__name=stream).order_by("sequence")
    assert [(row.event, row.basis, row.role) for row in rows] == [
        (f"play.{event}", "partner", "participant")
        for event in ["master", "playlist", "key", "segment", "poster", "peaks"]
    ]
    assert verify(stream) == []


def test_without_a_row_in_the_log_nothing_is_sent(recording, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError("the log is full")

    monkeypatch.setattr(playback, "record", fail)
    client = as_user(recording.enrolment.participant)
    client.raise_request_exception = False
    answers = [client.get(url) for url in routes(recording).values()]
    assert {answer.status_code for answer in answers} == {500}


def test_what_is_sent_is_kept_by_nobody(recording):
    client = as_user(recording.enrolment.participant)
    for url in routes(recording).values():
        answer = client.get(url)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_key_is_the_one_of_this_rendition(recording):
    client = as_user(recording.enrolment.participant)
    rendition = recording.renditions.get()
    data_key = create_key(recording.public_id)
    answer = client.get(routes(recording)["key"])
    assert answer.content == rendition_key(data_key, rendition.public_id.hex)
    assert len(answer.content) == 16


def test_a_playlist_is_written_from_the_rows(recording):
    client = as_user(recording.enrolment.participant)
    place = f"/opnames/{recording.public_id}/kijken/{recording.renditions.get().public_id}"
    assert client.get(routes(recording)["playlist"]).content.decode().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        "#EXT-X-TARGETDURATION:6",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-START:TIME-OFFSET=0",
        f'#EXT-X-KEY:METHOD=AES-128,URI="{place}/sleutel"',
        "#EXTINF:4.000000,",
        f"{place}/0.ts",
        "#EXTINF:4.000000,",
        f"{place}/1.ts",
        "#EXT-X-ENDLIST",
    ]


def test_a_film_still_being_made_has_no_end_yet(recording):
    recording.renditions.update(is_complete=False)
    client = as_user(recording.enrolment.participant)
    lines = client.get(routes(recording)["playlist"]).content.decode().splitlines()
    assert (lines[3], lines[-1][-4:]) == ("#EXT-X-PLAYLIST-TYPE:EVENT", "1.ts")


@pytest.mark.parametrize(
    ("header", "status", "content", "content_range"),
    [
        ("", 200, SEGMENT, None),
        ("bytes=0-9", 206, SEGMENT[:10], "bytes 0-9/10240"),
        ("bytes=10000-", 206, SEGMENT[10000:], "bytes 10000-10239/10240"),
        ("bytes=-7", 206, SEGMENT[-7:], "bytes 10233-10239/10240"),
        ("bytes=5-999999", 206, SEGMENT[5:], "bytes 5-10239/10240"),
        ("bytes=0-1,5-6", 200, SEGMENT, None),
        ("bytes=10240-", 416, b"", "bytes */10240"),
    ],
)
def test_part_of_a_segment_is_sent_as_that_part(recording, header, status, content, content_range):
    client = as_user(recording.enrolment.participant)
    headers = {"Range": header} if header else {}
    answer = client.get(routes(recording)["segment"], headers=headers)
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, sent) == (status, content)
    assert answer.get("Content-Range") == content_range
    head = client.head(routes(recording)["segment"], headers=headers)
    assert (head.status_code, head.content) == (status, b"")
    assert head.get("Content-Length") == answer.get("Content-Length")


def test_a_range_that_ends_before_it_begins_means_the_whole_file():
    assert parse_range("bytes=9-3", 100) is None
    with pytest.raises(Unsatisfiable):
        parse_range("bytes=-0", 100)


def test_nginx_is_told_where_the_bytes_are_and_the_browser_is_not(recording, settings):
    settings.USE_X_ACCEL = True
    client = as_user(recording.enrolment.participant)
    answer = client.get(routes(recording)["segment"])
    name = Segment.objects.get(position=1).name
    address = answer["X-Accel-Redirect"].partition("?")[0]  # on S3: signed, for nginx alone
    in_s3 = f"/sealed-s3/recordings/recordings/{name}"  # bucket, folder, name
    assert address == (in_s3 if settings.COLUMN == "production" else f"/sealed/recordings/{name}")
    assert (answer.content, answer["Cache-Control"]) == (b"", "no-store")


def test_a_segment_of_another_recording_is_not_found_through_ones_own(recording):
    other = RecordingFactory(enrolment__participant=recording.enrolment.participant)
    theirs = recording.renditions.get().public_id
    client = as_user(recording.enrolment.participant)
    for name, more in {"segment": [1], "key": [], "playlist": []}.items():
        address = reverse(f"video_review:{name}", args=[other.public_id, theirs, *more])
        assert client.get(address).status_code == 404


def test_one_playback_is_one_viewing(recording, partner, no_step, clock):
    client = as_user(partner)
    beat = reverse("video_review:beat", args=[recording.public_id])
    began = clock.now
    for _beat in range(3):
        client.post(beat)
        clock.now += timedelta(seconds=4)
    viewing = Viewing.objects.get()
    assert (viewing.viewer, viewing.basis) == (partner, "partner")
    assert (viewing.last_seen_at - began).total_seconds() == 8
    clock.now += timedelta(hours=1)
    client.post(beat)
    assert Viewing.objects.count() == 2


def test_a_beat_needs_the_token_of_its_page(recording):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        recording.enrolment.participant,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.post(reverse("video_review:beat", args=[recording.public_id])).status_code == 403


def test_a_segment_costs_the_same_queries_however_many_there_are(recording):
    client = as_user(recording.enrolment.participant)
    url = routes(recording)["segment"]
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    rendition = recording.renditions.get()
    Segment.objects.bulk_create(
        Segment(rendition=rendition, position=number, duration=4, size=1, name="-")
        for number in range(10, 60)
    )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)


def test_the_sound_of_a_recording_is_drawn_from_its_peaks(recording):
    client = as_user(recording.enrolment.participant)
    assert json.load(io.BytesIO(client.get(routes(recording)["peaks"]).content)) == [0.5]


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.FAILED])
def test_what_is_not_watchable_is_not_played(recording, status):
    recording.status = status
    recording.save()
    assert codes(recording.enrolment.participant, recording) == NOTHING


def test_an_unknown_recording_answers_as_one_of_somebody_else(recording):
    client = as_user(UserFactory())
    theirs = client.get(reverse("video_review:master", args=[recording.public_id]))
    nobodys = client.get(reverse("video_review:master", args=[uuid.uuid4()]))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
