"""Test databases, copied from one that was migrated before, for as long as no migration changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

CACHE = settings.BASE_DIR / "build" / "test-databases"
FILES = {"default": "lms.sqlite3", "keys": "keys.sqlite3"}


def make_test_databases():
    """Put a migrated database under the name that each connection's tests use."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        for alias in FILES:
            if connections[alias].vendor == "sqlite":
                copy_file(alias)
            else:
                copy_database(alias)


@contextmanager
def one_at_a_time():
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint():
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "dev.txt").read_bytes())
    for app in ("lms", "courses", "assessments", "video_review", "trainers"):
        for path in sorted((settings.BASE_DIR / app).rglob("migrations/*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def migrate(alias, environment):
    command = [sys.executable, "manage.py", "migrate", "--database", alias, "-v0"]
    settings_of_tests = {"DJANGO_SETTINGS_MODULE": "lms.settings.test"}
    subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | settings_of_tests | environment, check=True
    )


def copy_file(alias):
    template = CACHE / f"{fingerprint()}-{alias}.sqlite3"
    if not template.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            migrate(alias, {"LMS_VAR_DIR": folder, "LMS_TEST_COLUMN": "embedded"})
            made = Path(folder, FILES[alias])
            subprocess.run(
                [sys.executable, "-c", CHECKPOINT, made], check=True, stdout=subprocess.DEVNULL
            )
            made.rename(template)
    target = Path(connections[alias].creation._get_test_db_name())
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{target.name}-*"):
        leftover.unlink()
    shutil.copy(template, target)


CHECKPOINT = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
    " c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.execute('PRAGMA journal_mode=DELETE')"
)


def copy_database(alias):
    connection = connections[alias]
    target = connection.creation._get_test_db_name()
    template = f"{connection.settings_dict['NAME']}_{fingerprint()}"
    address = "LMS_DATABASE_URL" if alias == "default" else "LMS_KEYS_DATABASE_URL"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{template}"')
            base, _, _name = os.environ[address].rpartition("/")
            migrate(alias, {address: f"{base}/{template}"})
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{template}"')
