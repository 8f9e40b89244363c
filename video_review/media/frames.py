"""Authenticated encryption of what we store: uploads in frames, small things as blobs.

A group (what one request delivered) on disk:

    version (1 byte) | plaintext length (8) | frame, frame, …
    frame = length of what follows (4) | nonce (12) | ciphertext | tag (16)

Each frame is bound to its upload, its absolute offset, the length and start of its group and
whether it ends the upload, so that no frame can be changed, moved, repeated or left out.
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from video_review.media.errors import FrameDamaged

FRAME_SIZE = 1024 * 1024
DATA_KEY_SIZE = 32

VERSION = b"\x01"
NONCE_SIZE = 12
TAG_SIZE = 16
GROUP_HEADER = struct.Struct(">cQ")
FRAME_LENGTH = struct.Struct(">I")
POSITION = struct.Struct(">QQQ?")


def derive(data_key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose; the data key itself never encrypts anything."""
    return _expand(data_key, f"purpose:{purpose}", length=32)


def rendition_key(data_key: bytes, rendition_id: str) -> bytes:
    """The AES-128 key of one rendition's HLS segments."""
    return _expand(data_key, f"rendition:{rendition_id}", length=16)


def seal_frames(
    key: bytes, plaintext: bytes | memoryview, *, upload_id: str, offset: int, final: bool
) -> bytes:
    """Seal one group of an upload that starts at ``offset``; ``final`` ends the upload."""
    cipher = AESGCM(derive(key, "frames"))
    view = memoryview(plaintext)
    total = len(view)
    sealed = [GROUP_HEADER.pack(VERSION, total)]
    for start in range(0, total, FRAME_SIZE) or (0,):
        piece = view[start : start + FRAME_SIZE]
        ends_upload = final and start + len(piece) == total
        nonce = os.urandom(NONCE_SIZE)
        body = cipher.encrypt(
            nonce, piece, _frame_context(upload_id, offset, total, start, ends_upload)
        )
        sealed += (FRAME_LENGTH.pack(NONCE_SIZE + len(body)), nonce, body)
    return b"".join(sealed)


def open_frames(
    key: bytes, sealed: bytes | memoryview, *, upload_id: str, offset: int, final: bool
) -> bytes:
    cipher = AESGCM(derive(key, "frames"))
    view = memoryview(sealed)
    try:
        version, total = GROUP_HEADER.unpack_from(view)
    except struct.error as error:
        raise FrameDamaged("no header") from error
    if version != VERSION:
        raise FrameDamaged("unknown version")
    opened: list[bytes] = []
    done = 0
    position = GROUP_HEADER.size
    while not opened or done < total:
        body, position = _next_frame(view, position)
        ends_upload = final and done + len(body) - NONCE_SIZE - TAG_SIZE == total
        try:
            piece = cipher.decrypt(
                bytes(body[:NONCE_SIZE]),
                body[NONCE_SIZE:],
                _frame_context(upload_id, offset, total, done, ends_upload),
            )
        except InvalidTag as error:
            raise FrameDamaged(f"frame at {offset + done}") from error
        opened.append(piece)
        done += len(piece)
    if done != total or position != len(view):
        raise FrameDamaged("length")
    return opened[0] if len(opened) == 1 else b"".join(opened)


def seal_blob(key: bytes, data: bytes, *, context: str) -> bytes:
    """Seal something small (poster, sprite, captions); ``context`` says what and of which row."""
    nonce = os.urandom(NONCE_SIZE)
    return VERSION + nonce + AESGCM(derive(key, "blob")).encrypt(nonce, data, context.encode())


def open_blob(key: bytes, sealed: bytes, *, context: str) -> bytes:
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE_SIZE + TAG_SIZE:
        raise FrameDamaged("no blob")
    nonce, body = sealed[1 : 1 + NONCE_SIZE], memoryview(sealed)[1 + NONCE_SIZE :]
    try:
        return AESGCM(derive(key, "blob")).decrypt(nonce, body, context.encode())
    except InvalidTag as error:
        raise FrameDamaged(context) from error


def _next_frame(view: memoryview, position: int) -> tuple[memoryview, int]:
    try:
        (length,) = FRAME_LENGTH.unpack_from(view, position)
    except struct.error as error:
        raise FrameDamaged("cut short") from error
    start = position + FRAME_LENGTH.size
    if not NONCE_SIZE + TAG_SIZE <= length <= NONCE_SIZE + FRAME_SIZE + TAG_SIZE:
        raise FrameDamaged("frame length")
    if start + length > len(view):
        raise FrameDamaged("cut short")
    return view[start : start + length], start + length


def _frame_context(upload_id: str, offset: int, total: int, start: int, final: bool) -> bytes:
    return POSITION.pack(offset + start, offset, total, final) + upload_id.encode()


def _expand(data_key: bytes, info: str, *, length: int) -> bytes:
    if len(data_key) != DATA_KEY_SIZE:
        raise ValueError("a data key has 32 bytes")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(data_key)
