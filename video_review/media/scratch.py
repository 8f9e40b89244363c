"""Where a job keeps film in the clear while it works: one locked directory per job.

A lock (flock) dies with its process, whatever killed it; a directory that nobody locks is
rubbish of a crash and is wiped at start-up.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from video_review.media.errors import Outage

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- only our own directory (0700) inside it
MOUNTS = Path("/proc/self/mountinfo")
JOB_PREFIX = "job-"
# A job holds its source and what is made of it: about twice the source.
ROOM_PER_SOURCE = 2
MEGABYTE = 1024 * 1024


@contextmanager
def job_directory(size_hint: int | None = None) -> Iterator[Path]:
    """A directory of one's own, gone afterwards; in memory when ``size_hint`` bytes allow it."""
    try:
        root = _root_for(size_hint)
        with _locked(root, fcntl.LOCK_SH):
            job = Path(tempfile.mkdtemp(prefix=JOB_PREFIX, dir=root))
            lock = _open_locked(job, fcntl.LOCK_EX)
    except OSError as error:
        raise Outage("no scratch space") from error
    try:
        yield job
    finally:
        shutil.rmtree(job)
        os.close(lock)


def wipe_unlocked() -> int:
    """Remove what crashed jobs left behind; return how many directories."""
    wiped = 0
    for root in (Path(settings.SCRATCH_ROOT), _memory_root()):
        if not root.is_dir():
            continue
        with _locked(root, fcntl.LOCK_EX):
            for job in root.glob(f"{JOB_PREFIX}*"):
                try:
                    lock = _open_locked(job, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                shutil.rmtree(job)
                os.close(lock)
                wiped += 1
    return wiped


def check_scratch() -> None:
    """Production only: refuse to keep film in the clear on a disk that is not encrypted."""
    root = Path(settings.SCRATCH_ROOT)
    if settings.SCRATCH_IS_ENCRYPTED or _is_in_memory(root):
        return
    raise ImproperlyConfigured(
        "SCRATCH_ROOT is neither a tmpfs nor declared encrypted (SCRATCH_IS_ENCRYPTED)."
    )


def _root_for(size_hint: int | None) -> Path:
    if size_hint is not None and size_hint <= settings.SCRATCH_RAM_MB * MEGABYTE:
        memory = _memory_root()
        if _has_room(SHARED_MEMORY, size_hint * ROOM_PER_SOURCE):
            return _made(memory)
    return _made(Path(settings.SCRATCH_ROOT))


def _memory_root() -> Path:
    return SHARED_MEMORY / f"video-review-{os.geteuid()}"


def _made(root: Path) -> Path:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if root.stat().st_uid != os.geteuid():
        raise Outage("scratch space belongs to somebody else")
    root.chmod(0o700)
    return root.resolve()


def _has_room(path: Path, wanted: int) -> bool:
    return path.is_dir() and os.access(path, os.W_OK) and shutil.disk_usage(path).free >= wanted


def _open_locked(directory: Path, how: int) -> int:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, how)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(root: Path, how: int) -> Iterator[None]:
    """Held shared while a job makes and locks its directory, so that no wipe comes between."""
    descriptor = _open_locked(root, how)
    try:
        yield
    finally:
        os.close(descriptor)


def _is_in_memory(path: Path) -> bool:
    """The file system of the deepest mount point above ``path`` is tmpfs or ramfs."""
    path = path.resolve()
    kinds: dict[Path, str] = {}
    for line in MOUNTS.read_text().splitlines():
        before, _, after = line.partition(" - ")
        kinds[Path(before.split()[4])] = after.split()[0]
    deepest = next(kinds[parent] for parent in (path, *path.parents) if parent in kinds)
    return deepest in {"tmpfs", "ramfs"}
