"""A bare Django view with session and user: what pages are compared with."""

from lms.settings.demo import *  # noqa: F403

ROOT_URLCONF = "bench.bare_urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # without it the app refuses to start
]
