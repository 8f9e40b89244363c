import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from lms.audit import triggers
from lms.audit.models import AppendOnly, AuditEvent, AuditStream, Pseudonym
from lms.audit.services import UnfitDetail, record, verify, who_watched
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

STREAM = "recording:7f"


def five_events():
    for number in range(5):
        record("play.key", stream=STREAM, object_ref="7f", detail={"number": number})


@pytest.fixture
def unguarded(db):
    """Somebody who has got past the refusal of the database."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def tamper(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_an_event_says_who_did_what_to_what_and_on_what_basis():
    user = UserFactory()

    row = record(
        "play.master",
        stream=STREAM,
        actor=user,
        role="participant",
        basis="share",
        object_type="recording",
        object_ref="7f",
        result="refused",
        detail={"at": timezone.now().date()},
    )

    row.refresh_from_db()
    assert (row.event, row.role, row.basis, row.object_type, row.object_ref, row.result) == (
        "play.master",
        "participant",
        "share",
        "recording",
        "7f",
        "refused",
    )
    assert row.actor == user.pseudonym.code
    assert row.detail == {"at": timezone.now().date().isoformat()}


def test_one_person_has_one_pseudonym():
    user = UserFactory()
    first = record("play.key", stream=STREAM, actor=user)
    second = record("play.key", stream="recording:aa", actor=user)

    assert first.actor == second.actor
    assert Pseudonym.objects.count() == 1


def test_the_log_keeps_no_name_and_no_address():
    user = UserFactory()
    row = record("play.key", stream=STREAM, actor=user, role="participant")

    values = " ".join(str(value) for value in AuditEvent.objects.values_list().get(pk=row.pk))
    assert [word for word in (user.email, user.last_name) if word in values] == []


def test_events_of_a_stream_are_numbered_and_chained():
    five_events()
    record("play.key", stream="recording:other")

    rows = list(AuditEvent.objects.filter(stream__name=STREAM).order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous_hash for row in rows] == ["", *(row.hash for row in rows[:-1])]
    assert AuditStream.objects.get(name=STREAM).head == rows[-1].hash
    assert verify(STREAM) == []


def test_an_event_of_a_fact_that_did_not_happen_is_not_there():
    @transaction.atomic
    def play_and_fail():
        record("play.key", stream=STREAM)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        play_and_fail()

    assert AuditEvent.objects.count() == 0
    assert verify(STREAM) == []


def test_a_number_with_a_fraction_is_refused_because_its_hash_would_not_hold():
    with pytest.raises(UnfitDetail):
        record("play.key", stream=STREAM, detail={"seconds": 1.5})

    record("play.key", stream=STREAM, detail={"score": Decimal("1.5"), "ref": None, "n": [1]})
    assert verify(STREAM) == []


@pytest.mark.parametrize(
    "column",
    ["event", "role", "basis", "object_type", "object_ref", "result", "previous_hash", "hash"],
)
def test_a_changed_row_is_found(unguarded, column):
    five_events()
    tamper(f"UPDATE audit_auditevent SET {column} = 'x' WHERE sequence = 3")  # noqa: S608 - test

    assert f"{STREAM}: number 3 was changed." in verify(STREAM)


def test_a_changed_moment_is_found(unguarded):
    five_events()
    tamper(
        "UPDATE audit_auditevent SET at = %s WHERE sequence = 3",
        timezone.now() - timedelta(days=1),
    )

    assert verify(STREAM) == [f"{STREAM}: number 3 was changed."]


def test_another_person_put_in_its_place_is_found(unguarded):
    five_events()
    other = record("play.key", stream="recording:other", actor=UserFactory()).actor
    tamper(
        "UPDATE audit_auditevent SET actor = %s WHERE sequence = 3",
        other if connection.features.has_native_uuid_field else other.hex,
    )

    assert f"{STREAM}: number 3 was changed." in verify(STREAM)


def test_a_removed_row_is_found(unguarded):
    five_events()
    tamper("DELETE FROM audit_auditevent WHERE sequence = 3")

    assert verify(STREAM) == [
        f"{STREAM}: number 3 is missing, 4 follows.",
        f"{STREAM}: number 4 does not follow the row before it.",
    ]


def test_removed_last_rows_are_found(unguarded):
    five_events()
    tamper("DELETE FROM audit_auditevent WHERE sequence >= 4")

    assert verify(STREAM) == [f"{STREAM}: ends at number 3, its head says 5."]


def test_rows_that_changed_places_are_found(unguarded):
    five_events()
    tamper("UPDATE audit_auditevent SET sequence = 99 WHERE sequence = 2")
    tamper("UPDATE audit_auditevent SET sequence = 2 WHERE sequence = 3")
    tamper("UPDATE audit_auditevent SET sequence = 3 WHERE sequence = 99")

    assert verify(STREAM) == [
        f"{STREAM}: number 2 does not follow the row before it.",
        f"{STREAM}: number 2 was changed.",
        f"{STREAM}: number 3 does not follow the row before it.",
        f"{STREAM}: number 3 was changed.",
        f"{STREAM}: number 4 does not follow the row before it.",
    ]


def test_a_row_slipped_in_at_the_end_is_found(unguarded):
    five_events()
    AuditEvent.objects.create(
        stream=AuditStream.objects.get(name=STREAM),
        sequence=6,
        event="play.key",
        result="ok",
        hash="0" * 64,
    )

    assert verify(STREAM) == [
        f"{STREAM}: number 6 does not follow the row before it.",
        f"{STREAM}: number 6 was changed.",
        f"{STREAM}: ends at number 6, its head says 5.",
    ]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET role = 'x'", "DELETE FROM audit_auditevent"]
)
def test_the_database_itself_refuses_to_change_or_remove_a_row(statement):
    row = record("play.key", stream=STREAM)

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        tamper(statement)
    row.refresh_from_db()
    assert row.role == ""


def test_the_application_refuses_to_change_or_remove_a_row():
    row = record("play.key", stream=STREAM)

    for attempt in (
        row.save,
        row.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(role="x"),
    ):
        with pytest.raises(AppendOnly):
            attempt()


def test_the_owner_reads_who_watched_and_who_was_refused():
    anna, bram = UserFactory(), UserFactory()
    record("recording.received", stream=STREAM, actor=anna)
    record("play.master", stream=STREAM, actor=anna, role="owner", basis="owner")
    record("play.master", stream=STREAM, actor=bram, role="participant", result="refused")
    record("play.master", stream="recording:other", actor=bram)

    rows = [(row.name, row.basis, row.result) for row in who_watched("7f")]
    assert rows == [(str(bram), "", "refused"), (str(anna), "owner", "ok")]


def test_after_erasure_the_log_is_whole_and_nameless():
    user = UserFactory()
    record("play.master", stream=STREAM, actor=user)
    user.delete()

    assert verify(STREAM) == []
    assert [row.name for row in who_watched("7f")] == [""]


@pytest.mark.parametrize("people", [1, 3])
def test_reading_who_watched_costs_two_queries(django_assert_num_queries, people):
    for _ in range(people):
        record("play.master", stream=STREAM, actor=UserFactory())

    with django_assert_num_queries(2):
        who_watched("7f")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_get_numbers_in_a_row():
    start = threading.Barrier(4)

    def write():
        try:
            start.wait()
            for _ in range(5):
                record("play.key", stream=STREAM)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, 21))
    assert verify(STREAM) == []


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_the_refusal_behind_for_the_next():
    record("play.key", stream=STREAM)


def test_the_refusal_is_back_after_tables_were_emptied():
    record("play.key", stream=STREAM)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        tamper("DELETE FROM audit_auditevent")
