"""The way of a film through the house, with the real receiving, worker and ffmpeg."""

import io
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from lms.jobs.models import Job
from lms.jobs.processing import run
from lms.keys.services import create_key
from tests.factories.delivery import EnrolmentFactory, EveningFactory
from tests.factories.video_review import ConsentFactory, UploadFactory
from video_review.models import Recording, Scope
from video_review.processing import destruction, film
from video_review.services.receiving import receive_chunk

CAMERA = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=10"]
VOICE = ["-f", "lavfi", "-i", "sine=frequency=440:duration=10"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]
AAC = ["-c:a", "aac", "-b:a", "64k"]


@lru_cache
def make_film(*options: str, name: str = "film.mov") -> bytes:
    """A small film of ten seconds, encoded with these options."""
    chosen = options or (*H264, *AAC)
    with TemporaryDirectory() as folder:
        command = ["ffmpeg", "-nostdin", "-v", "error", *CAMERA, *VOICE, *chosen, name]
        subprocess.run(command, cwd=folder, check=True, timeout=60)
        return Path(folder, name).read_bytes()


def make_enrolment(**fields):
    enrolment = EnrolmentFactory(**fields)
    EveningFactory(edition=enrolment.edition)
    return enrolment


def send_in(content: bytes, *, enrolment=None, scope: str = Scope.GROUP) -> Recording:
    consent = ConsentFactory(enrolment=enrolment or make_enrolment(), complete=True, scope=scope)
    upload = UploadFactory(consent=consent, length=len(content), learning_question="Samen?")
    create_key(upload.recording_ref)
    receive_chunk(upload, offset=0, read=io.BytesIO(content).read)
    return Recording.objects.get(upload=upload)


def work(recording: Recording, kind: str = film.KIND) -> Recording:
    """What a worker does when it gets the message, whether due by the clock or not."""
    run(Job.objects.get(kind=kind, ref=str(recording.pk)).pk)
    recording.refresh_from_db()
    return recording


def work_on_destruction(recording: Recording) -> Recording:
    return work(recording, destruction.KIND)


def stored_files(recording: Recording, store: str) -> list[Path]:
    folder = Path(settings.VAR_DIR, store, recording.public_id.hex)
    return sorted(path for path in folder.rglob("*") if path.is_file())
