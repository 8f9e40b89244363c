"""What holds on every column. Values that differ per installation come from the environment."""

from pathlib import Path
from typing import Any

import csp.constants
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from lms.settings import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("LMS_VAR_DIR", BASE_DIR / "var"))

DEBUG = False
SECRET_KEY = env.text("LMS_SECRET_KEY", "")
ALLOWED_HOSTS = env.words("LMS_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("LMS_TRUSTED_ORIGINS")
ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
IS_DEMO = False
SHOW_COMPONENTS = False  # /ontwerp/, the page of components for developers

INSTALLED_APPS = [
    "trainers",
    "video_review",
    "assessments.instruments",
    "courses.learning",
    "courses.delivery",
    "courses.curriculum",
    "lms.mail",
    "lms.jobs",
    "lms.keys",
    "lms.accounts",
    "lms.audit",
    "lms.web",
    "lms.privacy",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_linear_migrations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.web.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.web.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.accounts.middleware.idle_limit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.cms_door",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.web.context.site",
            ],
        },
    }
]

# The key store is a database of its own, so that its backups can be kept apart and short.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;"
    ),
}


def sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / name,
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": None,
    }


DATABASES = {
    "default": env.database("LMS_DATABASE_URL", sqlite("lms.sqlite3")),
    "keys": env.database("LMS_KEYS_DATABASE_URL", sqlite("keys.sqlite3")),
}
DATABASE_ROUTERS = ["lms.keys.router.KeysRouter"]

# Keys of recordings.
MASTER_KEYS = env.master_keys("LMS_MASTER_KEYS") if env.text("LMS_MASTER_KEYS", "") else {}
KEY_BACKUP_DAYS = env.number("LMS_KEY_BACKUP_DAYS", 7)
TOMBSTONE_LOG = Path(env.text("LMS_TOMBSTONE_LOG", VAR_DIR / "tombstones.log"))

# Language and time.
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# Static files and storages.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("LMS_STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [("vendor", BASE_DIR / "build" / "vendor")]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"  # images and documents of editors; never recordings
S3_OPTIONS = (
    {
        "endpoint_url": env.text("LMS_S3_ENDPOINT", "") or None,
        "access_key": env.text("LMS_S3_ACCESS_KEY"),
        "secret_key": env.text("LMS_S3_SECRET_KEY"),
        "bucket_name": env.text("LMS_S3_BUCKET"),
        "region_name": env.text("LMS_S3_REGION", "us-east-1"),
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": True,
        "querystring_expire": 60,
    }
    if env.text("LMS_S3_BUCKET", "")
    else None
)


def private_storage(folder: str) -> dict[str, Any]:
    """A store for sealed bytes: a folder of the machine, or S3 where that is configured."""
    if S3_OPTIONS:
        return {
            "BACKEND": "video_review.s3_store.SealedS3Storage",
            "OPTIONS": S3_OPTIONS | {"location": folder},
        }
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / folder,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lms.web.storage.ManifestStorage"},
    "incoming": private_storage("incoming"),
    "recordings": private_storage("recordings"),
    "handouts": private_storage("handouts"),
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Recordings.
MAX_UPLOAD_BYTES = env.number("LMS_MAX_UPLOAD_MB", 6000, least=1) * 1024**2
UPLOAD_EXPIRY_DAYS = env.number("LMS_UPLOAD_EXPIRY_DAYS", 7, least=1)
MAX_RECORDING_SECONDS = env.number("LMS_MAX_RECORDING_MINUTES", 180, least=1) * 60
MEDIA_THREADS = env.number("LMS_MEDIA_THREADS", 0)
REQUIRE_SANDBOX = True
SCRATCH_ROOT = Path(env.text("LMS_SCRATCH_DIR", VAR_DIR / "scratch"))
SCRATCH_RAM_MB = env.number("LMS_SCRATCH_RAM_MB", 1024)
SCRATCH_IS_ENCRYPTED = env.flag("LMS_SCRATCH_IS_ENCRYPTED", default=False)
RETENTION_DAYS = env.number("LMS_RETENTION_DAYS", 30, least=1)
USE_X_ACCEL = env.flag("LMS_USE_X_ACCEL", default=False)

# What editors and trainers hand out.
HANDOUT_MAX_BYTES = env.number("LMS_HANDOUT_MAX_MB", 25, least=1) * 1024**2

# Background work: the row is the truth, a message only a hint (see lms.jobs).
CELERY_BROKER_URL = env.text("LMS_BROKER_URL", "filesystem://localhost")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "fast"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER_DIR = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 4 * 3600}
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "lms.jobs.tasks.sweep_jobs", "schedule": 60.0},
    "sweep-retention": {"task": "video_review.tasks.sweep_retention", "schedule": 300.0},
    "publish-planned": {"task": "courses.curriculum.tasks.publish_planned", "schedule": 300.0},
    "chores": {"task": "lms.jobs.tasks.do_chores", "schedule": crontab(hour=2, minute=17)},  # UTC
}

# Mail.
DEFAULT_FROM_EMAIL = env.text("LMS_MAIL_FROM", "leergang@example.org")
EMAIL_HOST = env.text("LMS_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("LMS_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("LMS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("LMS_SMTP_PASSWORD", "")
SMTP_SECURITY = env.choice("LMS_SMTP_SECURITY", ("none", "starttls", "tls"), "none")
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_TIMEOUT = 10
SITE_URL = env.text("LMS_SITE_URL", "http://localhost:8000")
MAIL_KEPT_DAYS = env.number("LMS_MAIL_KEPT_DAYS", 90, least=7)  # after sending

# Interest that visitors leave for dates in their region, without an account.
INTEREST_KEPT_DAYS = env.number("LMS_INTEREST_KEPT_DAYS", 365, least=1)
# Fewer people than this are never counted apart for who may not know them one by one.
AGGREGATE_MINIMUM = env.number("LMS_AGGREGATE_MINIMUM", 5, least=3)
CONTACT_INVITATION_DAYS = env.number("LMS_CONTACT_INVITATION_DAYS", 14, least=1)
# For this long a place waits for the practice partner to say yes.
COUPLE_INVITATION_DAYS = env.number("LMS_COUPLE_INVITATION_DAYS", 14, least=1)
# So long an application waits for its address to be confirmed; then it is cleared away.
APPLICATION_DAYS = env.number("LMS_APPLICATION_DAYS", 7, least=1)

# Sign-in.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:arrive"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "lms.mail.adapter.MailingAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,10/15m/key",
    "reset_password": "20/m/ip,3/h/key",
    "withdraw_consent": "20/15m/ip",
    # A calendar looks twice an hour; those of a whole practice do so through one address.
    "calendar_feed": "60/15m/key",
    "calendar_guess": "30/15m/ip",
    # At a congress a whole room sends it through one address.
    "leave_interest": "300/15m/ip,5/h/key",
    "apply": "60/15m/ip,6/h/key",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samen beslissen"
MFA_ADAPTER = "lms.accounts.adapter.SecondFactorAdapter"
PASSWORD_RESET_TIMEOUT = 3600
CONFIDENTIALITY_VERSION = "2026-1"  # a new one is asked of everybody again
SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
IDLE_SECONDS = env.number("LMS_IDLE_SECONDS", 900, least=60)
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "lms.accounts.throttling.account_tried"
AXES_CLIENT_IP_CALLABLE = "lms.accounts.throttling.address_of"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False

# Headers.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers post forms with Origin: null
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [csp.constants.NONE],
        "script-src": [csp.constants.SELF],
        "style-src": [csp.constants.SELF],
        "img-src": [csp.constants.SELF, "data:", "blob:"],
        "font-src": [csp.constants.SELF],
        "media-src": [csp.constants.SELF, "blob:"],
        "connect-src": [csp.constants.SELF],
        "worker-src": [csp.constants.SELF, "blob:"],
        "manifest-src": [csp.constants.SELF],
        "form-action": [csp.constants.SELF],
        "frame-ancestors": [csp.constants.NONE],
        "base-uri": [csp.constants.NONE],
        "object-src": [csp.constants.NONE],
    }
}

# Wagtail.
WAGTAIL_SITE_NAME = "Samen beslissen"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_MODEL = "curriculum.CourseDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.curriculum.uploads.DocumentForm"
WAGTAILDOCS_EXTENSIONS = [
    *("mp4", "webm", "vtt"),  # films are examples, never recordings
    *("pdf", "pptx", "docx", "odp", "jpg", "jpeg", "png", "webp"),  # what is handed out
]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024**2
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILIMAGES_IMAGE_MODEL = "curriculum.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.curriculum.uploads.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024**2
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
