import uuid
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages

from video_review import incoming

pytestmark = pytest.mark.embedded


@pytest.fixture
def recording_ref():
    ref = uuid.uuid4()
    yield ref
    incoming.delete_prefix(incoming.prefix_of(ref))


def test_what_is_put_can_be_read(recording_ref):
    name = incoming.new_name(recording_ref)
    incoming.put(name, b"sealed")
    assert incoming.read(name) == b"sealed"


def test_names_tell_of_nothing_but_the_recording(recording_ref):
    first, second = incoming.new_name(recording_ref), incoming.new_name(recording_ref)
    assert first != second
    assert {name.rpartition("/")[0] for name in (first, second)} == {recording_ref.hex}


def test_deleting_a_prefix_leaves_nothing_of_it_and_all_of_others(recording_ref):
    other = uuid.uuid4()
    mine, theirs = incoming.new_name(recording_ref), incoming.new_name(other)
    incoming.put(mine, b"mine")
    incoming.put(theirs, b"theirs")
    incoming.delete_prefix(incoming.prefix_of(recording_ref))
    incoming.delete_prefix(incoming.prefix_of(recording_ref))
    assert not storages["incoming"].exists(mine)
    assert incoming.read(theirs) == b"theirs"
    incoming.delete_prefix(incoming.prefix_of(other))


def test_a_folder_holds_only_finished_files_that_others_cannot_read(recording_ref):
    store = storages["incoming"]
    if not isinstance(store, FileSystemStorage):
        assert incoming.free_bytes() is None
        return
    name = incoming.new_name(recording_ref)
    incoming.put(name, b"sealed")
    folder = store.path(recording_ref.hex)
    files = {path.name: oct(path.stat().st_mode & 0o777) for path in Path(folder).iterdir()}
    assert files == {name.rpartition("/")[2]: "0o600"}
    assert incoming.free_bytes() > 0
