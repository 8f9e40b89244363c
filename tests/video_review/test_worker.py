"""A worker that opens films starts only where they are safe. With real workers, and Redis or files
as the broker."""

import base64
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.embedded

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "LMS_SECRET_KEY": "a-secret-of-this-test-only-" * 3,
    "LMS_ALLOWED_HOSTS": "leergang.example",
    "LMS_MASTER_KEYS": f"2026:{base64.b64encode(b'k' * 32).decode()}",
}


def outcome(folder, *, queue="media", **environment):
    """What a worker says until it is ready, or ends by itself."""
    for name in ("queue", "control", "processed"):
        (folder / "broker" / name).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "celery", "-A", "lms", "worker", "-Q", queue, "--pool", "solo"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "-l", "INFO", "-n", f"{folder.name}@%h"],
        cwd=settings.BASE_DIR,
        env=os.environ | PRODUCTION | {"LMS_VAR_DIR": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    for line in worker.stdout:
        said += line
        if " ready." in line:
            worker.send_signal(signal.SIGTERM)
            break
    worker.communicate(timeout=60)
    return said


def test_worker_starts_where_scratch_is_declared_encrypted(tmp_path):
    assert " ready." in outcome(tmp_path, LMS_SCRATCH_IS_ENCRYPTED="yes")


def test_worker_refuses_a_disk_that_keeps_films_in_the_clear(tmp_path):
    said = outcome(tmp_path, LMS_SCRATCH_DIR=str(settings.BASE_DIR / "build" / "scratch"))

    assert "This worker does not start" in said
    assert "SCRATCH_ROOT is neither" in said


def test_worker_refuses_a_machine_without_bubblewrap(tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    said = outcome(tmp_path, LMS_SCRATCH_IS_ENCRYPTED="yes", PATH=str(bare))

    assert "This worker does not start: bubblewrap does not work" in said


def test_worker_of_other_work_needs_neither(tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()

    assert " ready." in outcome(tmp_path, queue="fast", PATH=str(bare))


def test_worker_wipes_what_a_killed_job_left(tmp_path):
    left = tmp_path / "scratch" / "job-left"
    left.mkdir(parents=True)
    (left / "source").write_bytes(b"film in the clear")

    outcome(tmp_path, LMS_SCRATCH_IS_ENCRYPTED="yes")

    assert left.exists() is False
