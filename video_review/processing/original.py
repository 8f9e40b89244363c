"""The received file: opened for a job, and removed once it is no longer needed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from video_review import incoming
from video_review.media.errors import FrameDamaged, Outage
from video_review.media.frames import open_frames
from video_review.models import Recording, Status, Upload


def assemble(upload: Upload, target: Path, *, key: bytes, heartbeat: Callable[[], None]) -> None:
    """Write the plain file into the job's directory, part by part."""
    done = 0
    try:
        with target.open("xb") as file:
            for part in upload.parts.order_by("offset"):
                if part.offset != done:
                    raise FrameDamaged(f"nothing was received at {done}")
                plain = open_frames(
                    key,
                    incoming.read(part.name),
                    upload_id=str(upload.public_id),
                    offset=part.offset,
                    final=part.is_final,
                )
                if hashlib.sha256(plain).hexdigest() != part.chunk_hash:
                    raise FrameDamaged(f"other bytes than were sent at {done}")
                done += file.write(plain)
                heartbeat()
    except OSError as error:
        raise Outage("The received file cannot be read now.") from error
    if done != upload.length:
        raise FrameDamaged(f"{done} of {upload.length} bytes")


def forget(recording: Recording) -> None:
    """Only a complete, undamaged recording loses what was received."""
    recording.refresh_from_db(fields=["status", "damage"])
    if recording.status != Status.COMPLETE or recording.damage or recording.upload is None:
        return
    incoming.delete_prefix(incoming.prefix_of(recording.public_id))
    recording.upload.parts.all().delete()
