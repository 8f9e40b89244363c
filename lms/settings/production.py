"""Production: refuses to start with anything missing that keeps recordings safe."""

from django.core.exceptions import ImproperlyConfigured

from lms.settings import environment as env
from lms.settings.base import *  # noqa: F403
from lms.settings.base import (
    ALLOWED_HOSTS,
    CELERY_BROKER_URL,
    CONTENT_SECURITY_POLICY,
    MASTER_KEYS,
    SECRET_KEY,
)

DEMO_KEY = b"demo key, never for real videos!"

if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("LMS_SECRET_KEY must be set, 50 characters or more.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("LMS_ALLOWED_HOSTS must name the hosts this site answers to.")
if not MASTER_KEYS:
    raise ImproperlyConfigured("LMS_MASTER_KEYS is not set: recordings cannot be kept safe.")
if DEMO_KEY in MASTER_KEYS.values():
    raise ImproperlyConfigured("LMS_MASTER_KEYS holds the key of the demo, which everyone knows.")

# Limits on guessing and used second-factor codes are counted here, for all web processes together.
REDIS_URL = CELERY_BROKER_URL if CELERY_BROKER_URL.startswith("redis") else ""
CACHE_URL = env.text("LMS_CACHE_URL", REDIS_URL)
if CACHE_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    }

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.flag("LMS_BEHIND_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SESSION_COOKIE_NAME = "__Host-sid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
