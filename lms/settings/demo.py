"""The embedded default, as ``make demo`` starts it. Never for real recordings."""

import os

from django.core.exceptions import ImproperlyConfigured

from lms.settings import environment as env

os.environ.setdefault("LMS_SECRET_KEY", "demo-only-" + "not-a-secret-" * 4)

from lms.settings.base import *  # noqa: F403
from lms.settings.base import INSTALLED_APPS, MASTER_KEYS, VAR_DIR

if MASTER_KEYS:
    raise ImproperlyConfigured(
        "LMS_MASTER_KEYS is set, and these are the settings of the demo. For production set"
        " DJANGO_SETTINGS_MODULE=lms.settings.production"
    )

IS_DEMO = True
SHOW_COMPONENTS = True
INSTALLED_APPS = ["lms.demo", *INSTALLED_APPS]
ALLOWED_HOSTS = ["*"] if env.flag("LMS_DEMO_LAN", default=False) else ["localhost", "127.0.0.1"]
MASTER_KEYS = {"demo": b"demo key, never for real videos!"}
DEMO_SECOND_FACTOR_CODE = "246810"
MFA_FORMS = {
    "authenticate": "lms.demo.forms.DemoAuthenticateForm",
    "reauthenticate": "lms.demo.forms.DemoReauthenticateForm",
    "activate_totp": "lms.demo.forms.DemoActivateForm",
}
REQUIRE_SANDBOX = False
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
