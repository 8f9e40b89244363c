"""Fills the planning: ``editions 5000`` with evenings and trainers of their own; prints the cookie
of a coordinator, ``session``; or counts ``queries``."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from allauth.account.internal.flows.login import record_authentication  # noqa: E402 -- after setup
from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.curriculum.reading import outline  # noqa: E402
from courses.delivery.models import Edition, Evening, EveningTrainer  # noqa: E402
from lms.accounts.models import Profession, User  # noqa: E402
from trainers.models import Trainer  # noqa: E402

WHO = "coordinator@demo.example"
TITLE = "Bench planning"
SPREAD = 700  # days, half of them gone by
STEP = 397  # days from one edition to the next made: few of them are spread as widely as many
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def add_editions(wanted: int) -> str:
    """So many in all, without the others that there were."""
    Edition.objects.exclude(title=TITLE).filter(enrolments=None).delete()
    have = Edition.objects.count()
    content = Edition.objects.order_by("pk")[0].content
    pages = list(outline(content).evenings.values())
    numbers = range(have, wanted)
    couples = make_couples(numbers)
    now = timezone.now()
    editions = Edition.objects.bulk_create(
        (
            Edition(title=TITLE, content=content, region=f"Regio {n % 40}", published_at=now)
            for n in numbers
        ),
        batch_size=1000,
    )
    evenings = Evening.objects.bulk_create(
        (
            evening_of(edition, page, begin=now + timedelta(days=n * STEP % SPREAD - SPREAD // 2))
            for n, edition in zip(numbers, editions, strict=True)
            for page in pages
        ),
        batch_size=1000,
    )
    EveningTrainer.objects.bulk_create(
        (
            EveningTrainer(evening=evening, user=user)
            for place, evening in enumerate(evenings)
            for user in couples[place // len(pages)]
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return f"/planning/{Edition.objects.order_by('-pk')[0].public_id}/"


def evening_of(edition, page, *, begin) -> Evening:
    starts = begin + timedelta(days=28 * page.number, hours=len(page.code))
    return Evening(
        edition=edition,
        page_key=page.key,
        code=page.code,
        number=page.number,
        track_key=page.track_key,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=page.minutes),
        place="Bench",
    )


def make_couples(numbers: range) -> list[list[User]]:
    professions = [Profession.objects.get(code=code) for code in ("huisarts", "poh")]
    users = User.objects.bulk_create(
        (
            User(email=f"trainer-{n}-{one.code}@example.org", last_name=f"{n}", profession=one)
            for n in numbers
            for one in professions
        ),
        batch_size=1000,
    )
    Trainer.objects.bulk_create(
        (
            Trainer(
                user=user,
                background=user.profession,
                status=Trainer.Status.QUALIFIED,
                is_supervisor=True,
            )
            for user in users
        ),
        batch_size=1000,
    )
    return [users[place : place + 2] for place in range(0, len(users), 2)]


def session() -> str:
    """Of the coordinator, with a second factor."""
    user = User.objects.get(email=WHO)
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        app = TOTP.activate(user, generate_totp_secret()).instance
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "mfa", id=app.pk, type=app.type, reauthenticated=True)
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def queries(paths: list[str]) -> dict[str, int]:
    client = Client()
    name, _, value = session().partition("=")
    client.cookies[name] = value
    counted = {}
    for path in paths:
        client.get(path, headers={"host": "localhost"})
        with CaptureQueriesContext(connection) as found:
            answer = client.get(path, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        counted[path] = len(found)
    return counted


if sys.argv[1] == "editions":
    print(json.dumps({"edition": add_editions(int(sys.argv[2]))}))
elif sys.argv[1] == "session":
    print(session())
else:
    print(json.dumps(queries(sys.argv[2:])))
