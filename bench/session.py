"""Prints a session cookie for an e-mail address, and the address of a recording of theirs."""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from lms.accounts.models import User  # noqa: E402
from video_review.models import Recording  # noqa: E402

user = User.objects.get(email=sys.argv[1])
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
recording = Recording.objects.filter(enrolment__participant=user).order_by("pk").first()
address = recording.get_absolute_url() if recording else ""
print(f"{settings.SESSION_COOKIE_NAME}={session.session_key} {address}")
