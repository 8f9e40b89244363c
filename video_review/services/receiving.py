"""The bytes of a film, as they arrive.

Bytes come first, rows after: a part is sealed and durable in the incoming store before the one
conditional UPDATE that counts it. Of two requests for the same place one wins, and the other's
objects go. Killed in between, it leaves objects that no row knows of: they go with the prefix.
"""

import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from lms.keys.services import KeyDestroyed, open_key
from video_review import incoming
from video_review.media.frames import seal_frames
from video_review.models import Consent, Upload, UploadPart
from video_review.models.upload import UploadQuerySet
from video_review.processing.arrival import finish_upload
from video_review.services.uploads import StoreFull, UploadGone

READ_SIZE = 1024**2
GROUP_SIZE = 8 * 1024**2
FULL = {errno.ENOSPC, errno.EDQUOT}


class WrongOffset(Exception):
    """Not the place where the next byte belongs."""


class LongerThanSaid(Exception):
    """More bytes than the upload was announced to have."""


class ChecksumMismatch(Exception):
    """What arrived is not what was sent: none of it counts."""


@dataclass(frozen=True)
class StoredPart:
    offset: int
    size: int
    is_final: bool
    name: str
    chunk_hash: str


def receive_chunk(
    upload: Upload,
    *,
    offset: int,
    read: Callable[[int], bytes],
    checksum: bytes | None = None,
) -> Upload:
    """Take in what ``read`` gives until it gives nothing; return the upload as it is now.

    With a sha256 ``checksum`` all of it counts, or nothing. Without one it counts group by group,
    so that a connection that breaks costs no byte that arrived.
    """
    if offset != upload.received:
        raise WrongOffset
    if upload.received < upload.length:
        if not _accepting().contains(upload):
            raise UploadGone
        try:
            key = open_key(upload.recording_ref)
        except KeyDestroyed as error:
            raise UploadGone from error
        receive = _receive_by_group if checksum is None else _receive_verified
        receive(upload, key, _groups(read), checksum or b"")
        upload.refresh_from_db()
    return upload


def _receive_by_group(upload: Upload, key: bytes, groups: Iterator[bytes], _none: bytes) -> None:
    offset = upload.received
    for plain in groups:
        part = _store(upload, key, offset, plain)
        _count(upload, [part])
        offset += part.size


def _receive_verified(upload: Upload, key: bytes, groups: Iterator[bytes], checksum: bytes) -> None:
    digest = hashlib.sha256()
    parts: list[StoredPart] = []
    offset = upload.received
    try:
        for plain in groups:
            digest.update(plain)
            parts.append(_store(upload, key, offset, plain))
            offset += len(plain)
        if digest.digest() != checksum:
            raise ChecksumMismatch
    except (ChecksumMismatch, LongerThanSaid, StoreFull):
        incoming.delete(part.name for part in parts)
        raise
    if parts:
        _count(upload, parts)


def _groups(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What comes in, in pieces that fit in memory."""
    group = bytearray()
    while piece := read(min(READ_SIZE, GROUP_SIZE - len(group))):
        group += piece
        if len(group) == GROUP_SIZE:
            yield bytes(group)
            group.clear()
    if group:
        yield bytes(group)


def _store(upload: Upload, key: bytes, offset: int, plain: bytes) -> StoredPart:
    end = offset + len(plain)
    if end > upload.length:
        raise LongerThanSaid
    part = StoredPart(
        offset=offset,
        size=len(plain),
        is_final=end == upload.length,
        name=incoming.new_name(upload.recording_ref),
        chunk_hash=hashlib.sha256(plain).hexdigest(),
    )
    sealed = seal_frames(
        key, plain, upload_id=str(upload.public_id), offset=offset, final=part.is_final
    )
    try:
        incoming.put(part.name, sealed)
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise
    return part


def _count(upload: Upload, parts: list[StoredPart]) -> None:
    if not _commit(upload, parts):
        incoming.delete(part.name for part in parts)
        raise WrongOffset


@transaction.atomic
def _commit(upload: Upload, parts: list[StoredPart]) -> bool:
    """Let these parts count, unless another request has been here first."""
    start, end = parts[0].offset, parts[-1].offset + parts[-1].size
    if not _accepting().filter(pk=upload.pk, received=start).update(received=end):
        return False
    UploadPart.objects.bulk_create(UploadPart(upload=upload, **asdict(part)) for part in parts)
    if end == upload.length:
        finish_upload(upload)
    return True


def _accepting() -> UploadQuerySet:
    """Uploads that take more bytes now. No join: the UPDATE on it has to see the row itself."""
    standing = Consent.objects.filter(pk=OuterRef("consent"), withdrawn_at=None)
    return Upload.objects.open().filter(Exists(standing))
