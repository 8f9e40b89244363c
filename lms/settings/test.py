"""Tests. ``LMS_TEST_COLUMN`` says on which column: the services of production, or the embedded
default."""

import os

from lms.settings import environment as env

os.environ.setdefault("LMS_SECRET_KEY", "only-for-tests-" * 4)

from lms.settings.base import *  # noqa: F403
from lms.settings.base import CELERY_BROKER_URL, DATABASES, S3_OPTIONS, VAR_DIR

COLUMN = env.choice("LMS_TEST_COLUMN", ["embedded", "production"], "embedded")
if COLUMN == "production" and not (
    S3_OPTIONS
    and CELERY_BROKER_URL.startswith("redis://")
    and all("postgresql" in database["ENGINE"] for database in DATABASES.values())
):
    raise env.ImproperlyConfigured("The production column needs PostgreSQL, Redis and S3.")
if COLUMN == "embedded":
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    DATABASES["keys"]["TEST"] = {"NAME": VAR_DIR / "test-keys.sqlite3"}
for database in DATABASES.values():
    database["CONN_MAX_AGE"] = 0
    if COLUMN == "production":
        database["OPTIONS"] = {}

ALLOWED_HOSTS = ["*"]
SHOW_COMPONENTS = True
MASTER_KEYS = {"test": b"a master key for tests: 32 bytes"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True  # static files straight from their sources, nothing collected
WHITENOISE_USE_FINDERS = True
