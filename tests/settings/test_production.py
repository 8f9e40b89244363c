"""Production refuses to start with anything missing that keeps recordings safe."""

import base64
import os
import subprocess
import sys

import pytest

GOOD = {
    "LMS_SECRET_KEY": "a-secret-of-this-test-only-" * 3,
    "LMS_ALLOWED_HOSTS": "leergang.example",
    "LMS_MASTER_KEYS": f"2026:{base64.b64encode(b'k' * 32).decode()}",
}
DEMO_KEY = base64.b64encode(b"demo key, never for real videos!").decode()


def start(show="'started'", **changes):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment = clean | {name: value for name, value in (GOOD | changes).items() if value}
    code = f"import django; django.setup(); from django.core import mail; print({show})"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"DJANGO_SETTINGS_MODULE": "lms.settings.production"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"LMS_SECRET_KEY": None}, "LMS_SECRET_KEY must be set"),
        ({"LMS_SECRET_KEY": "short"}, "LMS_SECRET_KEY must be set"),
        ({"LMS_ALLOWED_HOSTS": None}, "LMS_ALLOWED_HOSTS must name"),
        ({"LMS_ALLOWED_HOSTS": "*"}, "LMS_ALLOWED_HOSTS must name"),
        ({"LMS_MASTER_KEYS": None}, "LMS_MASTER_KEYS is not set"),
        ({"LMS_MASTER_KEYS": f"demo:{DEMO_KEY}"}, "which everyone knows"),
        ({"LMS_MASTER_KEYS": "2026:c2hvcnQ="}, "32 bytes"),
        ({"LMS_DATABASE_URL": "mysql://x/y"}, "must look like postgresql://"),
        ({"LMS_USE_X_ACCEL": "maybe"}, "must be yes or no"),
        ({"LMS_KEY_BACKUP_DAYS": "a week"}, "must be a whole number"),
        ({"LMS_SMTP_SECURITY": "ssl"}, "must be one of none, starttls, tls"),
    ],
)
def test_production_does_not_start_and_says_why(changes, reason):
    done = start(**changes)

    assert done.returncode == 1
    assert reason in done.stderr


def test_production_starts_when_nothing_is_missing():
    done = start()

    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")


@pytest.mark.parametrize(
    ("security", "expected"),
    [("none", "False False"), ("starttls", "True False"), ("tls", "False True")],
)
def test_mail_goes_out_with_the_account_and_the_security_that_were_set(security, expected):
    account = {"LMS_SMTP_USER": "leergang", "LMS_SMTP_PASSWORD": "of this test"}
    show = "(c := mail.get_connection()).username, c.password, c.use_tls, c.use_ssl, sep=' '"
    done = start(show, **account, LMS_SMTP_SECURITY=security)

    assert done.stdout == f"leergang of this test {expected}\n"


def test_demo_does_not_start_where_the_keys_of_production_are():
    """Without a settings module named, commands and workers take the demo's: with one known key
    for all recordings, and without a sandbox."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=clean | GOOD | {"DJANGO_SETTINGS_MODULE": "lms.settings.demo"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("DJANGO_SETTINGS_MODULE=lms.settings.production")
