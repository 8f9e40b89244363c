"""What a file that somebody hands out is, by its content: the name only has to agree.

Nothing in it may do something by itself when it is opened: no macros, scripts or programs inside.
What cannot be looked into is refused, with what to do.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

MOST_PIXELS = 40_000_000
MOST_UNPACKED = 400 * 1024**2
MOST_PARTS = 5_000
MOST_OF_A_STREAM = 4 * 1024**2

HEX_NAME = re.compile(rb"#([0-9a-fA-F]{2})")
OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n(.*?)endstream", re.DOTALL)
ACTIVE_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia)\b")
LOCKED_PDF = re.compile(rb"/Encrypt\b")
ACTIVE_IN_OFFICE = re.compile(
    r"vbaProject|vbaData|activeX|oleObject|macrosheets|\.(bin|exe|js)$", re.I
)
ACTIVE_IN_OPEN = re.compile(r"^(Basic|Scripts|Dialogs)/|^Object ", re.IGNORECASE)
PICTURES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
OPEN_MIMETYPES = {b"application/vnd.oasis.opendocument.presentation": "odp"}
OFFICE_PARTS = {"ppt/presentation.xml": "pptx", "word/document.xml": "docx"}


@dataclass(frozen=True)
class FileKind:
    code: str
    label: str
    content_type: str
    extensions: tuple[str, ...]


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    one.code: one
    for one in (
        FileKind("pdf", "PDF", "application/pdf", ("pdf",)),
        FileKind("pptx", "PowerPoint", f"{OFFICE}.presentationml.presentation", ("pptx",)),
        FileKind("docx", "Word", f"{OFFICE}.wordprocessingml.document", ("docx",)),
        FileKind("odp", "OpenDocument", next(iter(OPEN_MIMETYPES)).decode(), ("odp",)),
        FileKind("jpg", "JPEG", "image/jpeg", ("jpg", "jpeg")),
        FileKind("png", "PNG", "image/png", ("png",)),
        FileKind("webp", "WebP", "image/webp", ("webp",)),
    )
}


class Unusable(Exception):
    """In words that say what to do."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


UNKNOWN = _(
    "Only PDF, PowerPoint (.pptx), Word (.docx), OpenDocument (.odp) and pictures can be left here."
    " Save it as a PDF first."
)
BROKEN = _("This file is damaged or not whole. Save it once more and choose it again.")
ACTIVE = _(
    "There is a macro, script or other file in it, which could harm who opens it. Save it as a PDF"
    " without these first."
)
LOCKED = _("This PDF is locked, so we cannot look whether it is safe. Save it without a password.")
TOO_LARGE_INSIDE = _("Unpacked this file is far too large. Make the pictures in it smaller first.")


def kind_of(file: IO[bytes], name: str) -> FileKind:
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        kind = pdf_kind(file.read())
    elif head.startswith(b"PK\x03\x04"):
        kind = packed_kind(file)
    else:
        kind = picture_kind(file)
    file.seek(0)
    extension = name.rpartition(".")[2].lower()
    if extension not in KINDS[kind].extensions:
        raise Unusable(
            _("The name of this file ends in .%(extension)s, but it is a %(kind)s. Save it again.")
            % {"extension": extension[:10], "kind": KINDS[kind].label}
        )
    return KINDS[kind]


def pdf_kind(content: bytes) -> str:
    if b"%%EOF" not in content[-2048:]:
        raise Unusable(BROKEN)
    for part in readable_parts(content):
        names = HEX_NAME.sub(lambda found: bytes([int(found[1], 16)]), part)
        if LOCKED_PDF.search(names):
            raise Unusable(LOCKED)
        if ACTIVE_IN_PDF.search(names):
            raise Unusable(ACTIVE)
    return "pdf"


def readable_parts(content: bytes) -> Iterator[bytes]:
    """The file itself, and the objects that it holds packed."""
    yield content
    for found in OBJECT_STREAM.finditer(content):
        try:
            unpacker = zlib.decompressobj()
            yield unpacker.decompress(found[1], MOST_OF_A_STREAM)
        except zlib.error:
            raise Unusable(BROKEN) from None
        if unpacker.unconsumed_tail:
            raise Unusable(TOO_LARGE_INSIDE)


def packed_kind(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as packed:
            return kind_of_packed(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise Unusable(BROKEN) from None


def kind_of_packed(packed: zipfile.ZipFile) -> str:
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise Unusable(TOO_LARGE_INSIDE)
    names = {part.filename for part in parts}
    if "mimetype" in names:
        with packed.open("mimetype") as said:
            kind = OPEN_MIMETYPES.get(said.read(200))
        active = ACTIVE_IN_OPEN
    else:
        kind = next((code for part, code in OFFICE_PARTS.items() if part in names), None)
        active = ACTIVE_IN_OFFICE
    if kind is None:
        raise Unusable(UNKNOWN)
    if any(active.search(name) for name in names):
        raise Unusable(ACTIVE)
    return kind


def picture_kind(file: IO[bytes]) -> str:
    try:
        with Image.open(file, formats=list(PICTURES)) as picture:
            width, height = picture.size
            kind = PICTURES[str(picture.format)]
            picture.verify()
    except Image.DecompressionBombError:
        raise Unusable(TOO_LARGE_INSIDE) from None
    except (OSError, SyntaxError, ValueError):
        raise Unusable(UNKNOWN) from None
    if width * height > MOST_PIXELS:
        raise Unusable(TOO_LARGE_INSIDE)
    return kind
