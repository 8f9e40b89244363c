"""Where what was made of recordings is kept, sealed: a folder of the machine, or S3.

The only code that knows which of the two it is. A name begins with the recording's public id in
hex, so that everything of one recording can be found and removed without asking the database.
"""

import os
import secrets
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from lms.web.ranges import Range

RECORDINGS = "recordings"
BLOCK = 256 * 1024


def put_file(recording_ref: uuid.UUID, path: Path, *, suffix: str) -> str:
    with path.open("rb") as file:
        return put(recording_ref, File(file), suffix=suffix)


def put_bytes(recording_ref: uuid.UUID, content: bytes, *, suffix: str) -> str:
    return put(recording_ref, ContentFile(content), suffix=suffix)


def put(recording_ref: uuid.UUID, file: "File[bytes]", *, suffix: str) -> str:
    """Store under a name nobody can guess; durable once this returns."""
    store = storages[RECORDINGS]
    name = store.save(f"{recording_ref.hex}/{secrets.token_hex(16)}{suffix}", file)
    if isinstance(store, FileSystemStorage):
        path = Path(store.path(name))
        for durable in (path, path.parent, path.parent.parent):
            descriptor = os.open(durable, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    return name


def read(name: str) -> bytes:
    with storages[RECORDINGS].open(name) as file:
        content: bytes = file.read()
        return content


def stream(name: str, wanted: Range) -> Iterator[bytes]:
    with storages[RECORDINGS].open(name) as file:
        file.seek(wanted.first)
        left = wanted.length
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def remove(name: str) -> None:
    storages[RECORDINGS].delete(name)


def names_of(recording_ref: uuid.UUID) -> list[str]:
    """Everything stored of one recording, whether a row knows it or not."""
    store = storages[RECORDINGS]
    if isinstance(store, FileSystemStorage):
        root = Path(store.location)
        folder = root / recording_ref.hex
        return sorted(str(path.relative_to(root)) for path in folder.rglob("*") if path.is_file())
    return keys_in_bucket(store, f"{recording_ref.hex}/")


def keys_in_bucket(store: Any, prefix: str) -> list[str]:
    """Names below a prefix, all pages of them, without the folder this store lives in."""
    location = f"{store.location.strip('/')}/" if store.location else ""
    found = store.bucket.objects.filter(Prefix=f"{location}{prefix}")
    return [one.key.removeprefix(location) for one in found]


def remove_all(recording_ref: uuid.UUID) -> None:
    """Everything of one recording, whatever rows say."""
    store = storages[RECORDINGS]
    if isinstance(store, FileSystemStorage):
        folder = Path(store.location) / recording_ref.hex
        if folder.is_dir():
            shutil.rmtree(folder)
        return
    for name in names_of(recording_ref):
        store.delete(name)


def keep_only(recording_ref: uuid.UUID, known: set[str]) -> int:
    """Remove what an interrupted job left in the recordings store; return how many objects."""
    strays = [name for name in names_of(recording_ref) if name not in known]
    for name in strays:
        remove(name)
    return len(strays)


def internal_address(name: str) -> str:
    """Where nginx finds it, for X-Accel-Redirect; never told to a browser."""
    store = storages[RECORDINGS]
    if isinstance(store, FileSystemStorage):
        return f"/sealed/{RECORDINGS}/{name}"
    signed = store.url(name)
    return "/sealed-s3/" + signed.split("://", 1)[1].split("/", 1)[1]
