"""Where sealed parts of uploads are kept until a worker takes them: a folder, or S3.

``put`` returns only once the bytes would survive the machine losing power. Names are ours and
random; nothing a client says ends up in one.
"""

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class NameTaken(Exception):
    """The store has put an object under another name than was asked."""


def new_name(recording_ref: uuid.UUID) -> str:
    return f"{prefix_of(recording_ref)}{uuid.uuid4().hex}"


def prefix_of(recording_ref: uuid.UUID) -> str:
    return f"{recording_ref.hex}/"


def put(name: str, data: bytes) -> None:
    store = _store()
    if isinstance(store, FileSystemStorage):
        _write_durably(Path(store.path(name)), data)
        return
    saved_as = store.save(name, ContentFile(data))
    if saved_as != name:
        store.delete(saved_as)
        raise NameTaken(name)


def read(name: str) -> bytes:
    with _store().open(name) as stored:
        content: bytes = stored.read()
    return content


def delete(names: Iterable[str]) -> None:
    store = _store()
    for name in names:
        store.delete(name)


def delete_prefix(prefix: str) -> None:
    """Delete everything whose name starts with this, whether a row knows of it or not."""
    store = _store()
    if isinstance(store, FileSystemStorage):
        folder = Path(store.path(prefix))
        if folder.exists():
            shutil.rmtree(folder)
        return
    _folders, names = store.listdir(prefix)
    for name in names:
        store.delete(f"{prefix}{name}")


def free_bytes() -> int | None:
    """Room that is left; None where a store does not tell."""
    store = _store()
    if not isinstance(store, FileSystemStorage):
        return None
    root = Path(store.base_location)
    root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return shutil.disk_usage(root).free


def _store() -> Storage:
    return storages["incoming"]


def _write_durably(path: Path, data: bytes) -> None:
    _make_folder(path.parent)
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)  # made a moment ago, perhaps, by another request


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
