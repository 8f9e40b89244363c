"""A server that is killed while a film comes in loses nothing that it acknowledged."""

import base64
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from django.conf import settings
from django.db import connections
from django.urls import reverse
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from lms.keys.services import open_key
from tests.factories.delivery import EveningFactory
from tests.factories.video_review import ConsentFactory
from video_review import incoming
from video_review.models import Recording, Upload, UploadPart
from video_review.processing import original

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

PIECE = 1024 * 1024
KILLS = 6
TOKEN = "a" * 32  # the cookie and the header say the same: that is all the check asks


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_for(folder):
    """Of a server on the database, the keys and the incoming store of this test."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lms.settings.test"}
    if settings.COLUMN == "embedded":
        for alias, name in [("default", "lms.sqlite3"), ("keys", "keys.sqlite3")]:
            (folder / name).symlink_to(connections[alias].settings_dict["NAME"])
        for shared in ("incoming", "broker"):
            (folder / shared).symlink_to(settings.VAR_DIR / shared)
        return environment | {"LMS_VAR_DIR": str(folder)}
    for alias, name in [("default", "LMS_DATABASE_URL"), ("keys", "LMS_KEYS_DATABASE_URL")]:
        database = connections[alias].settings_dict
        who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        host = f"{database['HOST']}:{database['PORT']}"
        environment[name] = f"postgresql://{who}@{host}/{quote(database['NAME'])}"
    return environment


@contextmanager
def server(environment, port):
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "error"]
    command += ["--host", "127.0.0.1", "--port", str(port), "lms.wsgi:application"]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )
    try:
        waiting = requests.Session()
        patience = Retry(total=None, connect=600, backoff_factor=0.1, backoff_max=0.2)
        waiting.mount("http://", HTTPAdapter(max_retries=patience))
        waiting.get(f"http://127.0.0.1:{port}/teksten.js", timeout=60)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def headers(session, **more):
    return {
        "Cookie": f"{session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Tus-Resumable": "1.0.0",
    } | more


def send_until_killed(address, session, film, acknowledged):
    """Send from where the server says it is; return the last offset it acknowledged."""
    offset = int(
        requests.head(address, headers=headers(session), timeout=60).headers["Upload-Offset"]
    )
    assert offset >= acknowledged
    while offset < len(film):
        piece = film[offset : offset + PIECE]
        checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        said = {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {checksum}",
        }
        try:
            answer = requests.patch(
                address, data=piece, headers=headers(session, **said), timeout=60
            )
        except requests.ConnectionError:
            return offset
        assert answer.status_code == 204
        offset = int(answer.headers["Upload-Offset"])
    return offset


def test_film_arrives_whole_through_a_server_that_is_killed_again_and_again(client, tmp_path):
    consent = ConsentFactory(complete=True)
    EveningFactory(edition=consent.enrolment.edition)
    client.force_login(consent.enrolment.participant)
    session = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    film = random.Random(11).randbytes(48 * PIECE + 5)  # noqa: S311 -- a film, not a secret
    environment, port = environment_for(tmp_path), free_port()
    created = client.post(
        reverse("video_review:tus_create", args=[consent.public_id]),
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(film)),
            "Upload-Metadata": f"title {base64.b64encode(b'Opname').decode()}",
        },
    )
    address = f"http://127.0.0.1:{port}{created['Location']}"
    acknowledged = 0
    for _kill in range(KILLS):
        with server(environment, port) as process:
            moment = random.uniform(0.02, 0.4)  # noqa: S311 -- any moment will do
            killing = threading.Timer(moment, os.killpg, [process.pid, signal.SIGKILL])
            killing.start()
            with suppress(requests.ConnectionError):
                acknowledged = send_until_killed(address, session, film, acknowledged)
            killing.join()
    with server(environment, port):
        assert send_until_killed(address, session, film, acknowledged) == len(film)
    recording = Recording.objects.get()
    target = tmp_path / "film"
    key = open_key(recording.public_id)
    original.assemble(recording.upload, target, key=key, heartbeat=lambda: None)
    arrived = Path(target).read_bytes()
    incoming.delete_prefix(incoming.prefix_of(recording.public_id))
    assert hashlib.sha256(arrived).hexdigest() == hashlib.sha256(film).hexdigest()
    assert (Upload.objects.count(), UploadPart.objects.count()) == (1, 49)
