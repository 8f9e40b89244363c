"""The demo's databases as they are before anybody used them, with the files that rows in them point
to, kept for the next fresh start."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connections

KEPT = settings.BASE_DIR / "build" / "prepared"
APPS = ("lms", "courses", "assessments", "video_review", "trainers")
FOLDERS = ("media", "handouts")  # of files, in LMS_VAR_DIR
SOURCES = {"migrations", "content", "commands"}


def fingerprint() -> str:
    """Of everything the prepared databases are made from."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*")):
            is_source = SOURCES & set(path.parts) or "load" in path.name or "demo" in path.parts
            if is_source and path.suffix in {".py", ".yaml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def keep(mark: str) -> None:
    """Keep what was just prepared under this fingerprint, and nothing older."""
    if all(is_file(alias) for alias in connections):
        folder = KEPT / mark[:20]
        folder.mkdir(parents=True, exist_ok=True)
        for alias in connections:
            copy(database_file(alias), folder / f"{alias}.sqlite3")
        copy_files(settings.VAR_DIR, folder)


def take(mark: str) -> bool:
    """Begin with the databases kept under this fingerprint; False when there are none."""
    kept = {alias: KEPT / mark[:20] / f"{alias}.sqlite3" for alias in connections}
    if not all(is_file(alias) and path.exists() for alias, path in kept.items()):
        return False
    for alias, path in kept.items():
        copy(path, database_file(alias))
    copy_files(KEPT / mark[:20], settings.VAR_DIR)
    return True


def copy_files(source: Path, target: Path) -> None:
    for name in FOLDERS:
        if (source / name).exists():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)


def is_file(alias: str) -> bool:
    return connections[alias].vendor == "sqlite"


def database_file(alias: str) -> Path:
    return Path(connections[alias].settings_dict["NAME"])


def copy(source: Path, target: Path) -> None:
    partly = target.with_suffix(".partly")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partly)) as new:
        old.backup(new)
    for leftover in ("-wal", "-shm"):
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    partly.rename(target)
