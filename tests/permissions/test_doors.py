"""Doors that many addresses share: the CMS, the demo, the token of a form, an unknown id."""

import os
import re
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from tests.permissions.routes import lines, table
from tests.permissions.test_routes import ask
from tests.permissions.world import SEGMENT, make_world, signed_in

pytestmark = pytest.mark.django_db

NO_TOKEN = 418


@pytest.fixture
def world():
    return make_world()


def address_of(path):
    """The path with something in every place: the number of the site's own first page."""
    path = re.sub(r"\(\?P<pk>\\d\+\)", "2", path)
    path = re.sub(r"\(\?P<revision_id_[ab]>[^)]*\)", "1", path).replace("\\.", ".")
    path = path.replace("^.*/$", "wat/dan/ook/")
    path = re.sub(r"<int:\w+>", "2", path)
    path = re.sub(r"<(str|slug|uidb64|token)?:?\w+>", "x", path)
    return "/" + re.sub(r"[\^$]", "", path)


@pytest.mark.parametrize("who", ["anonymous", "owner", "trainer", "coordinator"])
def test_into_the_cms_go_editors_only(who, world):
    client = world.client(who)
    said = table()["cms"]
    paths = [path for kind in ("sees", "refused", "own") for path in said[kind]]
    answers = {path: client.get(address_of(path)) for path in paths}
    sent = {path: client.post(address_of(path)) for path in paths}
    if who == "anonymous":
        wrong = {path for path in paths if not asks_to_sign_in(answers[path])}
        wrong |= {path for path in paths if not asks_to_sign_in(sent[path])}
    else:
        wrong = {path for path in paths if answers[path].status_code != 403}
        wrong |= {path for path in paths if sent[path].status_code != 403}
    assert wrong == set()


def asks_to_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


def test_an_editor_sees_content_and_never_people(world):
    client = world.client("editor")
    said = table()["cms"]
    assert {
        path: client.get(address_of(path)).status_code for path in said["sees"]
    } == dict.fromkeys(said["sees"], 200)
    refused = {path: client.get(address_of(path)) for path in said["refused"]}
    seen = {path for path, answer in refused.items() if answer.status_code not in (302, 403, 404)}
    assert seen == set()


def test_an_editor_without_a_second_factor_is_sent_to_it_first(world):
    client = signed_in(world.people["editor"], second_factor=False)
    paths = [path for kind in ("sees", "refused", "own") for path in table()["cms"][kind]]
    steps = {client.get(address_of(path)).headers.get("Location", "") for path in paths}
    assert {step.split("?")[0] for step in steps} == {reverse("accounts:second_factor")}


def test_there_is_one_place_to_sign_in(client):
    doors = [address_of(path) for path in table()["one_door"]]
    assert {door for door in doors if not asks_to_sign_in(client.get(door))} == set()


def no_token(request, reason=""):
    return HttpResponse(status=NO_TOKEN)


@pytest.mark.parametrize("who", ["anonymous", "owner", "editor"])
def test_nothing_is_changed_without_the_token_of_its_page(who, world, settings):
    settings.CSRF_FAILURE_VIEW = f"{__name__}.no_token"
    client = world.client(who, enforce_csrf_checks=True)
    methods = ["POST", "PUT", "PATCH", "DELETE"]
    let_in = {}
    for line in lines():
        for method in methods:
            answer, written = ask(client, line, method, world.ids)
            if (
                answer.status_code != NO_TOKEN and written - {"django_session"}
            ) or answer.status_code not in (NO_TOKEN, 401, 404, 405):
                let_in[f"{method} {line.path}"] = answer.status_code, written
    assert let_in == {}


def normal(answer, *ids):
    """The answer without what differs from one request to the next."""
    body = b"" if answer.streaming else answer.content
    text = body.decode(errors="replace")
    for one in ids:
        text = text.replace(str(one), "ID")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", text)
    location = answer.headers.get("Location", "")
    for one in ids:
        location = location.replace(str(one), "ID")
    return answer.status_code, location, text


@pytest.mark.requirement("VID-05")
@pytest.mark.parametrize(
    "who",
    ["anonymous", "coordinator", "administrator", "stranger"],
)
def test_what_is_not_theirs_answers_as_what_does_not_exist(who, world):
    client = world.client(who)
    different = []
    for line in lines():
        if not line.path.startswith("opnames/") or not line.ids:
            continue
        for method in ("GET", "POST", "HEAD", "PATCH", "DELETE"):
            unknown = dict.fromkeys(line.ids.values(), 0)
            unknown = {
                key: uuid.uuid4() if isinstance(world.ids[key], uuid.UUID) else 987_654
                for key in unknown
            }
            theirs, _written = ask(client, line, method, world.ids)
            nobodys, _written = ask(client, line, method, world.ids | unknown)
            ids = [*unknown.values(), *(world.ids[key] for key in unknown)]
            if normal(theirs, *ids) != normal(nobodys, *ids):
                different.append(f"{method} {line.path}")
    assert different == []


@pytest.mark.parametrize("who", ["owner", "partner", "member", "trainer"])
def test_whom_it_is_shared_with_gets_the_bytes_themselves(who, world):
    film = world.recording
    place = [film.public_id, film.renditions.get().public_id, 1]
    answer = world.client(who).get(reverse("video_review:segment", args=place))
    assert b"".join(answer.streaming_content) == SEGMENT


def test_before_somebody_elses_recording_comes_ones_second_factor(world):
    client = signed_in(world.people["partner"], second_factor=False)
    this = [world.recording.public_id]
    answers = [
        client.get(reverse(f"video_review:{name}", args=this)) for name in ("master", "poster")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    for name in ("review", "results"):
        step = client.get(reverse(f"video_review:{name}", args=this))
        assert step["Location"].split("?")[0] == reverse("accounts:second_factor")
    for name in ("observation_save", "observation_submit", "beat"):
        assert client.post(reverse(f"video_review:{name}", args=this)).status_code == 403


def test_the_demo_has_its_own_addresses_and_no_other_settings_have_them():
    program = (
        "import django; django.setup();"
        "from tests.permissions.routes import walk; print('\\n'.join(walk()))"
    )
    found = {}
    for name in ("demo", "test"):
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"lms.settings.{name}"}
        output = subprocess.run(
            [sys.executable, "-c", program],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found[name] = set(output.split("\n"))
    assert found["demo"] - found["test"] == set(table()["demo"])
    assert found["test"] - found["demo"] == set()
