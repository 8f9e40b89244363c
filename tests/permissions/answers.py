"""The same question asked for many readers: the query is compiled once and run with the key of
each, which is all of a reader that it holds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet

from courses.delivery.models import Edition, Enrolment
from lms.accounts.models import User
from video_review.models import Consent, Moment, Observation, Recording, Upload

ANY_READER = User(pk=918_273_645)

QUESTIONS: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "recordings": lambda reader: Recording.objects.visible_to(reader),
    "playable": lambda reader: Recording.objects.visible_to(reader).playable(),
    "observations": lambda reader: Observation.objects.visible_to(reader),
    "moments": lambda reader: Moment.objects.visible_to(reader),
    "consents": lambda reader: Consent.objects.visible_to(reader),
    "uploads": lambda reader: Upload.objects.visible_to(reader),
    "editions": lambda reader: Edition.objects.visible_to(reader),
    "enrolments": lambda reader: Enrolment.objects.visible_to(reader),
}


@dataclass(frozen=True)
class Check:
    name: str
    question: str
    reader: User | AnonymousUser
    expected: frozenset[int]


def check(name: str, question: str, reader: Any, expected: Iterable[Any] = ()) -> Check:
    return Check(name, question, reader, frozenset(one.pk for one in expected))


def compiled(question: str) -> Callable[[User], frozenset[int]]:
    query = QUESTIONS[question](ANY_READER).order_by().values_list("pk").query
    sql, parameters = query.sql_with_params()

    def ask(reader: User) -> frozenset[int]:
        mine = [reader.pk if one == ANY_READER.pk else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, mine)
            return frozenset(row[0] for row in cursor.fetchall())

    return ask


def asked(question: str, reader: User | AnonymousUser) -> frozenset[int]:
    return frozenset(QUESTIONS[question](reader).values_list("pk", flat=True))


def differences(checks: list[Check], first_ask: Iterable[str] = ()) -> Iterator[str]:
    """The rows whose answer is not the one in the table."""
    for question in dict.fromkeys([*first_ask, *QUESTIONS]):
        ask = compiled(question)
        for one in checks:
            if one.question != question:
                continue
            is_known = one.reader.is_authenticated
            found = ask(one.reader) if is_known else asked(question, one.reader)
            if found != one.expected:
                yield f"{question}, {one.name}"
