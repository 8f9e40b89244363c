"""What a worker does: drawing the example films of a page that was published."""

import logging
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from courses.curriculum import filming, films
from courses.curriculum.blocks import FilmBlock
from courses.curriculum.films import Line
from lms.jobs.lease import Lease, TryLater

log = logging.getLogger(__name__)
KIND = "draw_films"


def undrawn_on(page: Page) -> Iterator[tuple[Line, ...]]:
    """The scripts on a page of which there is no film yet."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for block in getattr(page, field.name):
                if isinstance(block.block, FilmBlock) and films.shown_of(block.value) is None:
                    yield films.script_of(block.value)


def draw_films(ref: str, lease: Lease) -> None:
    """``ref`` is the revision that was published. What is there already is not made again."""
    revision = Revision.objects.filter(pk=ref).first()
    if revision is None:
        return
    for script in undrawn_on(revision.as_object()):
        lease.heartbeat()
        draw_film(script)


def draw_film(script: tuple[Line, ...]) -> None:
    is_spoken = filming.can_speak()
    name = films.name_of(script)
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = filming.make_film(script, Path(folder), is_spoken=is_spoken)
        except (OSError, subprocess.SubprocessError) as error:
            raise TryLater(f"The film could not be drawn: {error}") from error
        # The captions first: a film that can be seen has them.
        captions = films.captions_of(script).encode()
        keep(films.path_of(name, films.CAPTIONS), ContentFile(captions))
        with made.open("rb") as content:
            keep(films.path_of(name + (films.SPOKEN if is_spoken else ""), "mp4"), File(content))


def keep(path: str, content: Any) -> None:
    if not default_storage.exists(path):
        default_storage.save(path, content)


def give_up(ref: str) -> None:
    """The page goes on showing the conversation in writing."""
    log.error("The example films of revision %s could not be drawn.", ref)
