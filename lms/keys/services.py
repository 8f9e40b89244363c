"""Data keys of recordings: made, opened, destroyed. The only code that knows a master key."""

import os
import uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connections

from lms.keys.models import WrappedKey

NONCE_BYTES = 12


class KeyDestroyed(Exception):
    """There is no key any more: what it sealed cannot be opened by anyone."""


def create_key(ref: uuid.UUID) -> bytes:
    """A new 256-bit data key under ``ref``; the one there is when it was made before."""
    key = AESGCM.generate_key(256)
    master_key_id = next(iter(settings.MASTER_KEYS))
    row, is_new = WrappedKey.objects.get_or_create(
        ref=ref, defaults={"master_key_id": master_key_id, "wrapped": wrap(key, ref, master_key_id)}
    )
    return key if is_new else unwrap(row)


def open_key(ref: uuid.UUID) -> bytes:
    row = WrappedKey.objects.filter(ref=ref).first()
    if row is None:
        raise KeyDestroyed
    return unwrap(row)


def destroy_key(ref: uuid.UUID) -> None:
    """Leave nothing of the key in the store: not in its rows, not in its free pages.

    Call it outside ``atomic()``: only then can the store be swept of what the row leaves behind.
    """
    store = connections["keys"]
    WrappedKey.objects.filter(ref=ref).delete()
    if not store.in_atomic_block:
        is_sqlite = store.vendor == "sqlite"  # where secure_delete has zeroed the page already
        sweeping = "PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "VACUUM keys_wrappedkey"
        with store.cursor() as cursor:
            cursor.execute(sweeping)


def rewrap_all() -> int:
    """Wrap every key anew with the current master key; return how many."""
    current = next(iter(settings.MASTER_KEYS))
    changed = 0
    for row in WrappedKey.objects.exclude(master_key_id=current).iterator():
        wrapped = wrap(unwrap(row), row.ref, current)
        changed += WrappedKey.objects.filter(ref=row.ref, master_key_id=row.master_key_id).update(
            wrapped=wrapped, master_key_id=current
        )
    return changed


def wrap(key: bytes, ref: uuid.UUID, master_key_id: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(settings.MASTER_KEYS[master_key_id]).encrypt(nonce, key, ref.bytes)
    return nonce + sealed


def unwrap(row: WrappedKey) -> bytes:
    wrapped = bytes(row.wrapped)
    cipher = AESGCM(settings.MASTER_KEYS[row.master_key_id])
    return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], row.ref.bytes)
