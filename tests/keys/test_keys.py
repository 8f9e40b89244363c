import os
import uuid
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connections

from lms.keys.models import WrappedKey
from lms.keys.services import KeyDestroyed, create_key, destroy_key, open_key, rewrap_all

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_key_is_made_once_and_opens_as_it_was_made():
    ref = uuid.uuid4()

    key = create_key(ref)

    assert (len(key), create_key(ref), open_key(ref)) == (32, key, key)


def test_destroyed_key_opens_nothing_and_leaves_no_row():
    ref, other = uuid.uuid4(), uuid.uuid4()
    create_key(ref)
    create_key(other)

    destroy_key(ref)

    with pytest.raises(KeyDestroyed):
        open_key(ref)
    assert [row.ref for row in WrappedKey.objects.all()] == [other]


def test_key_stands_in_the_store_only_wrapped_and_bound_to_its_recording():
    ref, other = uuid.uuid4(), uuid.uuid4()
    key = create_key(ref)
    row = WrappedKey.objects.get(ref=ref)

    assert key not in bytes(row.wrapped)
    WrappedKey.objects.create(ref=other, master_key_id=row.master_key_id, wrapped=row.wrapped)
    with pytest.raises(InvalidTag):
        open_key(other)


def test_keys_live_in_a_database_of_their_own():
    assert WrappedKey.objects.db == "keys"
    assert "keys_wrappedkey" not in connections["default"].introspection.table_names()
    assert "accounts_user" not in connections["keys"].introspection.table_names()


def test_new_master_key_takes_over_every_key(settings):
    refs = [uuid.uuid4() for _ in range(3)]
    keys = [create_key(ref) for ref in refs]
    settings.MASTER_KEYS = {"new": os.urandom(32)} | settings.MASTER_KEYS

    assert rewrap_all() == 3
    settings.MASTER_KEYS = {"new": settings.MASTER_KEYS["new"]}
    assert [open_key(ref) for ref in refs] == keys


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_destroyed_key_stays_in_the_files_of_the_store():
    ref, store = uuid.uuid4(), connections["keys"]
    create_key(ref)
    wrapped = bytes(WrappedKey.objects.get(ref=ref).wrapped)
    assert found_in_store(store, wrapped) is True

    destroy_key(ref)

    assert found_in_store(store, wrapped) is False


def found_in_store(store, marker):
    """In the database file and its journal; on PostgreSQL, which hides its files, as a row that
    takes room in the table."""
    if store.vendor == "sqlite":
        path = Path(store.settings_dict["NAME"])
        files = [path, path.with_name(path.name + "-wal")]
        return any(marker in file.read_bytes() for file in files if file.exists())
    with store.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('keys_wrappedkey')")
        return cursor.fetchone()[0] > 0
