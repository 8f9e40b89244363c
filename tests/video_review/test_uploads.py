"""Sending a film by the tus protocol, through the front door."""

import base64
import hashlib
import os
import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import outline
from lms.jobs.models import Job
from lms.keys.models import WrappedKey
from lms.keys.services import create_key
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import EveningFactory
from tests.factories.video_review import ConsentFactory, UploadFactory
from video_review import incoming
from video_review.models import Recording, Upload, UploadPart
from video_review.processing import arrival, original
from video_review.services.receiving import WrongOffset, receive_chunk
from video_review.services.uploads import MAX_OPEN

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

PIECE = 1024 * 1024
FILM = os.urandom(3 * PIECE + 17)
LENGTH = len(FILM)


@pytest.fixture(autouse=True)
def _empty_store():
    yield
    for upload in Upload.objects.all():
        incoming.delete_prefix(incoming.prefix_of(upload.recording_ref))


@pytest.fixture
def consent():
    consent = ConsentFactory(complete=True)
    EveningFactory(edition=consent.enrolment.edition)
    return consent


@pytest.fixture
def tus(client, consent):
    client.force_login(consent.enrolment.participant)
    return make_tus(client, consent)


def make_tus(client, consent):
    def create(length=LENGTH, headers=None, body=b"", content_type="text/plain", **metadata):
        said = {"title": "Opname 22 november"} | metadata
        pairs = ",".join(f"{name} {encoded(value)}" for name, value in said.items())
        return client.post(
            reverse("video_review:tus_create", args=[consent.public_id]),
            data=body,
            content_type=content_type,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(length),
                "Upload-Metadata": pairs,
            }
            | (headers or {}),
        )

    def patch(url, offset, body, checksum=None, **headers):
        if checksum is not None:
            headers["Upload-Checksum"] = f"sha256 {base64.b64encode(checksum).decode()}"
        return client.patch(
            url,
            data=body,
            content_type="application/offset+octet-stream",
            headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)} | headers,
            CONTENT_TYPE="application/offset+octet-stream",  # also with an empty body
        )

    def head(url):
        return client.head(url, headers={"Tus-Resumable": "1.0.0"})

    def delete(url):
        return client.delete(url, headers={"Tus-Resumable": "1.0.0"})

    def send_all(url, film=FILM):
        for offset in range(0, len(film), PIECE):
            piece = film[offset : offset + PIECE]
            answer = patch(url, offset, piece, sha256(piece))
        return answer

    return SimpleNamespace(create=create, patch=patch, head=head, delete=delete, send_all=send_all)


def encoded(value):
    return base64.b64encode(value.encode()).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def stored_names(upload):
    store = storages["incoming"]
    prefix = incoming.prefix_of(upload.recording_ref)
    return sorted(prefix + name for name in store.listdir(prefix)[1]) if has(prefix) else []


def has(prefix):
    return storages["incoming"].exists(prefix.rstrip("/")) or settings.S3_OPTIONS is not None


def test_film_sent_in_pieces_becomes_a_recording_that_is_the_same_to_the_byte(
    tus, consent, tmp_path
):
    url = tus.create(learning_question="Hoe maak ik de agenda samen?")["Location"]
    answer = tus.send_all(url)
    recording = Recording.objects.get()
    target = tmp_path / "film"
    key = create_key(recording.public_id)
    original.assemble(recording.upload, target, key=key, heartbeat=lambda: None)
    assert answer.status_code == 204
    assert answer["Upload-Offset"] == str(len(FILM))
    assert target.read_bytes() == FILM
    assert (recording.title, recording.learning_question, recording.status) == (
        "Opname 22 november",
        "Hoe maak ik de agenda samen?",
        "received",
    )
    assert recording.enrolment == consent.enrolment
    assert Job.objects.get().ref == str(recording.pk)


def test_hash_of_the_film_is_the_hash_of_its_chunk_hashes(tus):
    url = tus.create()["Location"]
    tus.send_all(url)
    pieces = [FILM[start : start + PIECE] for start in range(0, len(FILM), PIECE)]
    expected = hashlib.sha256(b"".join(map(sha256, pieces))).hexdigest()
    answer = tus.head(url)
    assert answer["Upload-Hash"] == expected
    assert answer["Upload-Chunks"] == f"{PIECE}*3,17*1"
    assert Upload.objects.get().file_hash == expected


def test_nothing_plain_is_stored(tus):
    marker = b"a marker of thirty-two bytes !!!"
    url = tus.create(length=PIECE)["Location"]
    tus.patch(url, 0, marker * (PIECE // 2 // len(marker)))
    stored = [incoming.read(name) for name in stored_names(Upload.objects.get())]
    assert len(stored) == 1
    assert [marker[:16] in sealed for sealed in stored] == [False]


def test_recording_lives_until_its_retention_day(tus, consent, clock):
    clock.now = timezone.make_aware(timezone.datetime(2026, 3, 2, 12))
    consent.enrolment.edition.evenings.all().delete()
    for number, day in enumerate([date(2026, 2, 12), date(2026, 3, 12), date(2026, 6, 18)], 1):
        starts_at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 17))
        EveningFactory(edition=consent.enrolment.edition, number=number, starts_at=starts_at)
    consent.delete_by = date(2026, 7, 18)
    consent.before_at = consent.after_at = clock.now
    consent.save()
    tus.send_all(tus.create()["Location"])
    assert timezone.localdate(Recording.objects.get().expires_at) == date(2026, 4, 11)


def test_broken_line_keeps_what_arrived_and_goes_on_from_there(tus):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE], sha256(FILM[:PIECE]))
    tus.patch(url, PIECE, FILM[PIECE : PIECE + 100])  # without checksum: the rest never came
    looked = tus.head(url)
    offset = int(looked["Upload-Offset"])
    answer = tus.patch(url, offset, FILM[offset:], sha256(FILM[offset:]))
    assert offset == PIECE + 100
    assert answer.status_code == 204
    assert Recording.objects.count() == 1


def test_wrong_checksum_counts_nothing_and_leaves_no_object(tus):
    url = tus.create()["Location"]
    answer = tus.patch(url, 0, FILM[:PIECE], sha256(b"something else"))
    assert answer.status_code == 460
    assert tus.head(url)["Upload-Offset"] == "0"
    assert stored_names(Upload.objects.get()) == []


def test_chunk_larger_than_a_group_counts_as_a_whole_or_not_at_all(tus):
    film = os.urandom(9 * PIECE)
    url = tus.create(length=len(film))["Location"]
    refused = tus.patch(url, 0, film, sha256(b"else"))
    left = stored_names(Upload.objects.get())
    accepted = tus.patch(url, 0, film, sha256(film))
    assert (refused.status_code, left, accepted.status_code) == (460, [], 204)
    assert list(UploadPart.objects.values_list("offset", "size", "is_final")) == [
        (0, 8 * PIECE, False),
        (8 * PIECE, PIECE, True),
    ]


@pytest.mark.parametrize(
    ("offset", "status"), [(1, 409), (PIECE - 1, 409), (PIECE, 204), (PIECE + 1, 409)]
)
def test_bytes_count_only_at_the_place_where_they_belong(tus, offset, status):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    answer = tus.patch(url, offset, b"x")
    assert answer.status_code == status
    assert answer["Upload-Offset"] == str(PIECE + (status == 204))


def test_of_two_requests_for_the_same_place_one_wins_and_the_other_leaves_nothing(tus):
    url = tus.create()["Location"]
    upload = Upload.objects.get()

    def read_while_another_sends(size):
        if upload.received == 0:
            tus.patch(url, 0, FILM[:PIECE])
            upload.received = -1
            return FILM[:size]
        return b""

    with pytest.raises(WrongOffset):
        receive_chunk(upload, offset=0, read=read_while_another_sends)
    upload.refresh_from_db()
    assert upload.received == PIECE
    assert stored_names(upload) == list(UploadPart.objects.values_list("name", flat=True))


def test_last_piece_sent_twice_makes_one_recording(tus):
    url = tus.create()["Location"]
    tus.send_all(url)
    again = tus.patch(url, len(FILM), b"")
    late = tus.patch(url, 3 * PIECE, FILM[3 * PIECE :])
    assert (again.status_code, late.status_code) == (204, 409)
    assert late["Upload-Offset"] == str(len(FILM))
    assert arrival.finish_upload(Upload.objects.get()) == Recording.objects.get()


def test_double_click_announces_one_film(tus):
    attempt = str(uuid.uuid4())
    first, second = tus.create(attempt=attempt), tus.create(attempt=attempt)
    assert first["Location"] == second["Location"]
    assert Upload.objects.count() == 1


def test_creation_with_the_first_bytes(tus):
    answer = tus.create(body=FILM[:PIECE], content_type="application/offset+octet-stream")
    assert answer.status_code == 201
    assert answer["Upload-Offset"] == str(PIECE)


def test_name_of_the_file_is_kept_nowhere(tus):
    tus.create(filename="Jansen 12-03-1951.mp4", filetype="video/mp4")
    row = Upload.objects.values().get()
    assert [value for value in row.values() if "Jansen" in str(value)] == []


def test_empty_file_is_refused_with_a_sentence(tus):
    answer = tus.create(length=0)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message"}
    assert Upload.objects.count() == 0


def test_film_that_is_too_large_is_refused_before_a_byte_is_sent(tus, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    assert [tus.create(length=1000).status_code, tus.create(length=1001).status_code] == [201, 413]


def test_film_for_which_there_is_no_room_is_refused(tus, settings):
    settings.MAX_UPLOAD_BYTES = 10**18
    expected = 201 if settings.S3_OPTIONS else 507
    assert tus.create(length=10**17).status_code == expected


def test_more_bytes_than_announced_are_refused(tus):
    url = tus.create(length=10)["Location"]
    assert tus.patch(url, 0, b"elevenbytes").status_code == 413
    assert tus.head(url)["Upload-Offset"] == "0"


@pytest.mark.parametrize("number", ["123456782", "12345678", "1234.56.782", "123 456 782"])
def test_title_with_what_could_be_a_patient_number_is_refused(tus, number):
    answer = tus.create(title=f"Gesprek {number}")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"title"}


def test_title_with_a_date_is_fine(tus):
    assert tus.create(title="Opname 22-11-2026, 12.40 uur").status_code == 201


def test_upload_for_somebody_elses_consent_is_not_there(tus, client):
    client.force_login(UserFactory())
    assert tus.create().status_code == 404


@pytest.mark.parametrize("verb", ["head", "delete", "patch"])
def test_somebody_elses_upload_is_not_there(tus, client, verb):
    url = tus.create()["Location"]
    client.force_login(UserFactory())
    answer = tus.patch(url, 0, b"x") if verb == "patch" else getattr(tus, verb)(url)
    assert answer.status_code == 404


def test_who_is_signed_out_hears_so_without_being_sent_elsewhere(tus, client):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    client.logout()
    refused = tus.patch(url, PIECE, FILM[PIECE:])
    assert refused.status_code == 401
    assert Upload.objects.get().received == PIECE


def test_without_the_csrf_token_nothing_is_taken(consent, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(consent.enrolment.participant)
    assert make_tus(client, consent).create().status_code == 403
    client.get(reverse("video_review:upload_new", args=[consent.public_id]))
    token = client.cookies["csrftoken"].value
    assert make_tus(client, consent).create(headers={"X-CSRFToken": token}).status_code == 201


def test_consent_that_was_withdrawn_takes_no_film(tus, consent):
    consent.withdrawn_at = timezone.now()
    consent.save()
    answer = tus.create()
    assert answer.status_code == 403
    assert set(answer.json()) == {"message"}


def test_withdrawal_while_sending_stops_it(tus, consent):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    consent.withdrawn_at = timezone.now()
    consent.save()
    assert tus.patch(url, PIECE, FILM[PIECE:]).status_code == 403
    assert Recording.objects.count() == 0


@pytest.mark.requirement("VID-04")
def test_film_without_complete_consent_is_seen_by_nobody_and_destroyed_after_some_days(
    tus, consent, clock
):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    consent.others.create(kind="interpreter", has_consented=False)
    tus.patch(url, PIECE, FILM[PIECE:])
    upload = Upload.objects.get()
    assert (upload.received, Recording.objects.count()) == (len(FILM), 0)
    arrival.sweep_uploads()
    assert (len(stored_names(upload)), Recording.objects.count()) == (2, 0)
    clock.now += timedelta(days=settings.UPLOAD_EXPIRY_DAYS, seconds=1)
    arrival.sweep_uploads()
    assert (stored_names(upload), WrappedKey.objects.count(), Recording.objects.count()) == (
        [],
        0,
        0,
    )


def test_film_that_waited_for_consent_becomes_a_recording_once_it_is_complete(tus, consent):
    url = tus.create()["Location"]
    companion = consent.others.create(kind="companion", has_consented=True)
    tus.patch(url, 0, FILM[:PIECE])
    companion.has_consented = False
    companion.save()
    tus.patch(url, PIECE, FILM[PIECE:])
    companion.has_consented = True
    companion.save()
    arrival.sweep_uploads()
    assert Recording.objects.get().upload == Upload.objects.get()


def test_cancelled_upload_leaves_neither_bytes_nor_key(tus):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    upload = Upload.objects.get()
    assert tus.delete(url).status_code == 204
    assert (stored_names(upload), WrappedKey.objects.count()) == ([], 0)
    assert tus.patch(url, PIECE, FILM[PIECE:]).status_code == 410
    assert tus.head(url).status_code == 410


def test_film_that_was_received_cannot_be_cancelled_as_an_upload(tus):
    url = tus.create()["Location"]
    tus.send_all(url)
    assert tus.delete(url).status_code == 403
    assert len(stored_names(Upload.objects.get())) == 4


def test_upload_that_takes_too_long_expires_and_is_swept(tus, consent, client, clock):
    url = tus.create()["Location"]
    tus.patch(url, 0, FILM[:PIECE])
    upload = Upload.objects.get()
    clock.now += timedelta(days=settings.UPLOAD_EXPIRY_DAYS, seconds=1)
    client.force_login(consent.enrolment.participant)
    assert tus.patch(url, PIECE, FILM[PIECE:]).status_code == 410
    arrival.sweep_uploads()
    assert stored_names(upload) == []
    clock.now += timedelta(days=1)
    arrival.sweep_uploads()
    assert Upload.objects.count() == 0


def test_sweep_leaves_received_films_and_those_on_their_way(tus):
    tus.send_all(tus.create()["Location"])
    other = tus.create()["Location"]
    tus.patch(other, 0, FILM[:PIECE])
    arrival.sweep_uploads()
    assert [len(stored_names(upload)) for upload in Upload.objects.order_by("pk")] == [4, 1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Metadata": "title not-base-64!"}, 400),
        ({"Upload-Metadata": "title /////w=="}, 400),
        ({"Upload-Metadata": ""}, 422),
    ],
)
def test_announcement_that_makes_no_sense_is_refused(tus, headers, status):
    assert tus.create(headers=headers).status_code == status


def test_bytes_of_another_type_are_refused(tus, client):
    url = tus.create()["Location"]
    answer = client.patch(
        url,
        data=b"x",
        content_type="video/mp4",
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha256 !", "sha256"])
def test_checksum_of_another_kind_is_refused(tus, checksum):
    url = tus.create()["Location"]
    answer = tus.patch(url, 0, b"x", **{"Upload-Checksum": checksum})
    assert answer.status_code == (460 if checksum == "sha256" else 400)


def test_server_says_what_it_can_do(client, tus):
    url = tus.create()["Location"]
    answer = client.options(url)
    assert answer.status_code == 204
    assert answer["Tus-Extension"] == (
        "creation,creation-with-upload,termination,checksum,expiration"
    )
    assert answer["Tus-Checksum-Algorithm"] == "sha256"


def test_method_can_be_named_in_a_header(tus, client):
    url = tus.create()["Location"]
    answer = client.post(
        url,
        data=FILM[:PIECE],
        content_type="application/offset+octet-stream",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "X-HTTP-Method-Override": "PATCH",
        },
    )
    assert answer["Upload-Offset"] == str(PIECE)


@pytest.mark.requirement("VID-03")
def test_no_film_is_taken_before_the_lessons_about_recording_are_all_done(client):
    content = make_version(lessons=2, modules=2)
    consent = ConsentFactory(complete=True, enrolment__edition__content=content)
    enrolment = consent.enrolment
    EveningFactory(edition=enrolment.edition)
    client.force_login(enrolment.participant)
    tus = make_tus(client, consent)
    page = reverse("video_review:upload_new", args=[consent.public_id])
    answers = [(client.get(page).status_code, tus.create().status_code)]
    [module] = [found for found in outline(content.pk).modules.values() if found.unlocks_recording]
    for lesson in module.lessons:
        enrolment.lessons.create(
            lesson_key=lesson.key, module_key=module.key, completed_at=timezone.now()
        )
        answers.append((client.get(page).status_code, tus.create().status_code))
    assert answers == [(403, 403), (403, 403), (200, 201)]


def test_beginnings_that_brought_nothing_never_stand_in_the_way(tus, consent):
    """They are offered nowhere to go on with, so they may not count as many films on their way."""
    started = [tus.create().status_code for _ in range(MAX_OPEN + 2)]
    assert (set(started), Upload.objects.open().count()) == ({201}, 2)


def test_no_more_than_ten_films_are_on_their_way(tus, consent):
    UploadFactory.create_batch(MAX_OPEN, consent=consent, received=5)
    refused = tus.create()
    assert (refused.status_code, Upload.objects.open().count()) == (429, MAX_OPEN)
