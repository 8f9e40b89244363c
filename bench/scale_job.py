"""Makes the site larger, in bulk: ``learners 100000``, ``lessons 300``; or counts ``queries``.

Learners are copies of the demo's GP, in full editions of their own, with all that was done.
Lessons are copies of the last one of the course, in its last module.
"""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from courses.curriculum.models import ContentPin  # noqa: E402
from courses.curriculum.reading import outline  # noqa: E402
from courses.delivery.models import Enrolment  # noqa: E402
from lms.accounts.models import User  # noqa: E402

CAPACITY = 16
WHO = "huisarts@demo.example"


def copied(table: str, keep: str, new: dict[str, str], source: str) -> str:
    """SQL that copies rows of a table; ``new`` says which columns get another value."""
    with connection.cursor() as cursor:
        columns = [
            one.name for one in connection.introspection.get_table_description(cursor, table)
        ]
    columns.remove("id")
    values = [new.get(column, f"{keep}.{column}") for column in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"


def add_learners(wanted: int) -> None:
    example = Enrolment.objects.select_related("participant", "edition", "couple").get(
        participant__email=WHO
    )
    have = User.objects.count()
    numbers = f"generate_series({have}, {wanted - 1}) AS n"
    editions = f"generate_series({have // CAPACITY}, {wanted // CAPACITY}) AS n"
    add = [
        copied(
            "delivery_edition",
            "e",
            {"public_id": "gen_random_uuid()", "title": "'Editie ' || n"},
            f"delivery_edition e, {editions} WHERE e.id = {example.edition_id}",
        ),
        copied(
            "delivery_practicecouple",
            "c",
            {"public_id": "gen_random_uuid()", "edition_id": "e.id"},
            f"delivery_practicecouple c, delivery_edition e WHERE c.id = {example.couple_id}"
            " AND NOT EXISTS (SELECT 1 FROM delivery_practicecouple p WHERE p.edition_id = e.id)",
        ),
        copied(
            "accounts_user",
            "u",
            {"email": "'deelnemer' || n || '@demo.example'"},
            f"accounts_user u, {numbers} WHERE u.id = {example.participant_id}",
        ),
        copied(
            "delivery_enrolment",
            "b",
            {"edition_id": "e.id", "participant_id": "u.id", "couple_id": "c.id"},
            f"delivery_enrolment b, {numbers}"
            " JOIN delivery_edition e ON e.title = 'Editie ' || (n / 16)"
            " JOIN delivery_practicecouple c ON c.edition_id = e.id"
            " JOIN accounts_user u ON u.email = 'deelnemer' || n || '@demo.example'"
            f" WHERE b.id = {example.pk}",
        ),
    ]
    for table in ("learning_progress", "learning_lessontaken"):
        new = f"SELECT 1 FROM {table} p WHERE p.enrolment_id = b.id"
        add.append(
            copied(
                table,
                "o",
                {"enrolment_id": "b.id"},
                f"{table} o, delivery_enrolment b JOIN accounts_user u ON u.id = b.participant_id"
                f" WHERE o.enrolment_id = {example.pk} AND u.email LIKE 'deelnemer%'"
                f" AND NOT EXISTS ({new})",
            )
        )
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in add:
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def add_lessons(wanted: int) -> None:
    content = Enrolment.objects.get(participant__email=WHO).edition.content_id
    have = len(outline(content).lessons)
    last = ContentPin.objects.filter(version=content, kind="lessonpage").order_by("position").last()
    new = {"page_key": "gen_random_uuid()", "position": "p.position + n"}
    source = f"curriculum_contentpin p, generate_series(1, {wanted - have}) AS n"
    with connection.cursor() as cursor:
        cursor.execute(
            copied("curriculum_contentpin", "p", new, f"{source} WHERE p.id = {last.pk}")
        )
        cursor.execute("ANALYZE")


def queries(paths: list[str]) -> dict[str, int]:
    client = Client()
    client.force_login(User.objects.get(email=WHO))
    counted = {}
    for path in paths:
        client.get(path, headers={"host": "localhost"})
        with CaptureQueriesContext(connection) as found:
            answer = client.get(path, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        counted[path] = len(found)
    return counted


def a_lesson() -> str:
    content = Enrolment.objects.get(participant__email=WHO).edition.content_id
    key = next(iter(outline(content).lessons))
    return f"/mijn/les/{key}/"


if sys.argv[1] == "learners":
    add_learners(int(sys.argv[2]))
elif sys.argv[1] == "lessons":
    add_lessons(int(sys.argv[2]))
elif sys.argv[1] == "lesson":
    print(a_lesson())
else:
    print(json.dumps(queries(sys.argv[2:])))
