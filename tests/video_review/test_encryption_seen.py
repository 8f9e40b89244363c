"""A marker planted in a film is found nowhere while the film lives, and opens for nobody after."""

import os
import secrets
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from wagtail.models import Locale, Page

from lms.keys.models import WrappedKey
from lms.keys.services import unwrap
from tests.video_review.journeys import make_film, send_in, work, work_on_destruction
from video_review import incoming, sealed_store
from video_review.media.errors import FrameDamaged
from video_review.media.frames import open_frames
from video_review.services.destruction import destroy_own

# Really committed, so that files of databases and broker hold what they would hold.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]

MARKER_BYTES = 32


@pytest.fixture(autouse=True)
def root_page(transactional_db):
    """Emptied after the test before, the database has lost the root that migrations gave it."""
    if Page.get_first_root_node() is None:
        Locale.objects.get_or_create(language_code="nl")
        Page.add_root(instance=Page(title="Root", slug="root"))


@pytest.fixture
def marker():
    return secrets.token_bytes(MARKER_BYTES)


def marked_film(marker):
    """A film whose sound is not compressed, so that its bytes stay what they are; the marker is
    in that sound and once more in a part that players skip."""
    film = bytearray(make_film("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                               "-c:a", "pcm_s16le"))  # fmt: skip
    place = film.index(b"mdat") + len(film[film.index(b"mdat") :]) // 2
    film[place : place + MARKER_BYTES] = marker
    skipped = (8 + 4 * MARKER_BYTES).to_bytes(4, "big") + b"free" + marker * 4
    return bytes(film) + skipped


def places_with(needle, *folders):
    found = []
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.is_file() and needle in path.read_bytes():
                found.append(str(path))
    return found


def tables_with(needle):
    """Of both databases, every value of every table, whether text or bytes."""
    found = []
    for alias in ("default", "keys"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                for row in cursor.fetchall():
                    if any(needle in as_bytes(value) for value in row):
                        found.append(f"{alias}.{table}")
    return found


def as_bytes(value):
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return str(value).encode()


def scratch_folders():
    return [settings.SCRATCH_ROOT, Path(f"/dev/shm/video-review-{os.geteuid()}")]  # noqa: S108


def test_the_search_finds_a_marker_that_is_there(marker):
    recording = send_in(marked_film(marker))
    Path(settings.VAR_DIR, "recordings", "plain").write_bytes(b"before" + marker)
    recording.upload.learning_question = marker.hex()
    recording.upload.save()
    found = places_with(marker, settings.VAR_DIR)
    Path(settings.VAR_DIR, "recordings", "plain").unlink()
    assert found == [str(Path(settings.VAR_DIR, "recordings", "plain"))]
    assert tables_with(marker.hex().encode()) == ["default.video_review_upload"]


def test_a_marker_in_a_film_is_found_nowhere_while_the_film_lives(marker, caplog):
    film = marked_film(marker)
    assert film.count(marker) == 5
    recording = send_in(film)
    names = [part.name for part in recording.upload.parts.all()]
    assert len(names) == 1
    everywhere = [settings.VAR_DIR, *scratch_folders()]
    for needle in (marker, marker.hex().encode()):
        assert places_with(needle, *everywhere) == []
        assert tables_with(needle) == []
    work(recording)
    for needle in (marker, marker.hex().encode()):
        assert places_with(needle, *everywhere) == []
        assert tables_with(needle) == []
        assert needle not in caplog.text.encode()
    destroy_own(recording, actor=recording.enrolment.participant)
    work_on_destruction(recording)


def test_the_picture_itself_is_not_in_what_is_stored():
    """The stored segments are no stream that a player would know: packets of 188 bytes that each
    begin with the same byte."""
    recording = work(send_in(make_film()))
    stored = [sealed_store.read(name) for name in sealed_store.names_of(recording.public_id)]
    starts = [
        sum(content[place] == 0x47 for place in range(0, 188 * 20, 188)) for content in stored
    ]
    assert max(starts) < 5
    assert [content for content in stored if b"\xff\xd8\xff" in content[:3]] == []


def test_after_destruction_nothing_left_opens_what_was_stored(marker):
    recording = send_in(marked_film(marker))
    part = recording.upload.parts.get()
    sealed = incoming.read(part.name)
    upload = recording.upload
    row = WrappedKey.objects.get(ref=recording.public_id)
    assert marker in open_frames(
        unwrap(row), sealed, upload_id=str(upload.public_id), offset=0, final=True
    )
    destroy_own(recording, actor=recording.enrolment.participant)
    work_on_destruction(recording)
    assert WrappedKey.objects.filter(ref=recording.public_id).count() == 0
    assert places_with(bytes(row.wrapped), settings.VAR_DIR) == []
    # Whoever kept the bytes has the master key and whatever keys are left: none of them opens it.
    left = [*settings.MASTER_KEYS.values(), *(unwrap(one) for one in WrappedKey.objects.all())]
    for key in left:
        with pytest.raises(FrameDamaged):
            open_frames(key, sealed, upload_id=str(upload.public_id), offset=0, final=True)
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(bytes(12), bytes(sealed[:200]), None)


def test_tombstones_are_replayed_by_command(settings, tmp_path, capsys):
    settings.TOMBSTONE_LOG = tmp_path / "tombstones.log"
    recording = send_in(b"x" * 500)
    destroy_own(recording, actor=recording.enrolment.participant)
    work_on_destruction(recording)
    call_command("replay_tombstones")
    assert capsys.readouterr().out == "1 tombstones replayed.\n"
