"""The platform behind a real nginx, with the configuration that docs/nginx.conf offers."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.core.management import call_command

from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition
from tests.permissions.world import SEGMENT, make_film
from tests.video_review.watchers import sign_in
from video_review.models import Segment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

SAMPLE = django_settings.BASE_DIR / "docs" / "nginx.conf"


@pytest.fixture
def recording():
    owner, _partner = enrol_two(make_running_edition(days=-1))
    return make_film(owner)


@pytest.fixture
def nginx(tmp_path, live_server, settings):
    settings.USE_X_ACCEL = True
    with running_nginx(tmp_path, live_server.thread.port) as address:
        yield address


@contextmanager
def running_nginx(folder, app_port):
    """nginx on a free port of loopback, before a platform on that other port; its address."""
    port = free_port()
    (folder / "outage").mkdir()
    page = StringIO()
    call_command("outage_page", stdout=page)
    (folder / "outage" / "outage.html").write_text(page.getvalue())
    configuration = folder / "nginx.conf"
    configuration.write_text(adapted(folder, port, app_port))
    process = subprocess.Popen(
        ["/usr/sbin/nginx", "-c", configuration, "-g", "daemon off;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def adapted(folder, port, app_port):
    """The sample as it stands, with the addresses and folders of this test for its own."""
    store = storages["recordings"]
    text = SAMPLE.read_text()
    text = re.sub(r"^user .*;", "user root;" if os.geteuid() == 0 else "", text, flags=re.M)
    text = re.sub(r" +ssl_\w+ .*;\n", "", text)
    for sample, own in {
        "listen 443 ssl": f"listen 127.0.0.1:{port}",
        "127.0.0.1:8000": f"127.0.0.1:{app_port}",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx": str(folder),
        "/srv/leergang": str(folder),
        "/var/lib/leergang/recordings/": f"{getattr(store, 'location', folder)}/",
        "storage.internal:9000": os.environ.get("LMS_S3_ENDPOINT", "http://127.0.0.1:9")[7:],
    }.items():
        assert sample in text, sample
        text = text.replace(sample, own)
    return text


def wait_for(port):
    patience = time.monotonic() + 20
    while time.monotonic() < patience:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise TimeoutError(port)


def ask(address, user=None, **headers):
    if user is not None:
        headers["Cookie"] = f"sessionid={sign_in(user).session.session_key}"
    _http, _, host, path = address.split("/", 3)
    with closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.request("GET", f"/{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def segment_address(nginx, recording):
    rendition = recording.renditions.get().public_id
    return f"{nginx}/opnames/{recording.public_id}/kijken/{rendition}/1.ts"


def test_nginx_sends_the_bytes_that_were_authorised_and_logged(nginx, recording):
    owner = recording.enrolment.participant
    address = segment_address(nginx, recording)
    status, content, headers = ask(address, owner)
    assert (status, content) == (200, SEGMENT)
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert headers.get_all("Content-Type") == ["video/mp2t"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert ask(address, owner, Range="bytes=5-9")[:2] == (206, SEGMENT[5:10])
    assert AuditEvent.objects.filter(event="play.segment").count() == 2


def test_nginx_sends_nothing_to_who_may_not_see_it(nginx, recording):
    address = segment_address(nginx, recording)
    for user in (None, UserFactory()):
        status, content, _headers = ask(address, user)
        assert (status, SEGMENT[:20] in content) == (404, False)


@pytest.mark.parametrize("path", ["sealed/recordings/{}", "sealed-s3/recordings/recordings/{}"])
def test_the_inner_addresses_exist_for_nobody(nginx, recording, path):
    name = Segment.objects.filter(rendition__recording=recording).first().name
    owner = recording.enrolment.participant
    for address in (f"{nginx}/{path}", f"{nginx}/opnames/../{path}", f"{nginx}//{path}"):
        status, content, _headers = ask(address.format(name), owner)
        assert (status, SEGMENT[:20] in content) == (404, False)


def test_while_the_platform_is_away_nginx_says_so_in_our_words(tmp_path):
    with running_nginx(tmp_path, free_port()) as address:
        status, content, headers = ask(f"{address}/mijn/")
    page = content.decode()
    assert (status, headers["Cache-Control"]) == (502, "no-store")
    assert "<h1>We zijn zo terug</h1>" in page
