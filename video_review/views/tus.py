"""The tus 1.0 protocol: creation, creation with upload, expiration, termination, checksum.

Owner only; somebody else's upload is not there. Every request passes the CSRF check: the client
sends the token in a header. Nothing here redirects, because a tus client would follow.
"""

import base64
import binascii
import uuid
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from video_review.forms.uploads import AnnouncementForm
from video_review.models import Consent, Upload
from video_review.processing.arrival import finish_upload, hash_of_parts
from video_review.services import uploads
from video_review.services.receiving import (
    ChecksumMismatch,
    LongerThanSaid,
    WrongOffset,
    receive_chunk,
)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
BYTES = "application/offset+octet-stream"
CHECKSUM_FAILED = 460
STATUS_OF = {
    uploads.ConsentMissing: 403,
    uploads.LessonsFirst: 403,
    uploads.TooLate: 403,
    uploads.EmptyFile: 400,
    uploads.TooLarge: 413,
    uploads.TooManyOpen: 429,
    uploads.StoreFull: 507,
    uploads.UploadGone: 410,
}


class BadRequest(Exception):
    """A header that a tus client never sends; the words are for its programmer."""


def sentence_for(refusal: uploads.UploadRefused) -> str:
    """What is the matter, what is safe and what to do, for the person who sends."""
    sentences = {
        uploads.ConsentMissing: _(
            "The consent for this film is not complete, or was taken back. Nothing was sent."
            " Confirm the consent after the visit first."
        ),
        uploads.LessonsFirst: _(
            "First finish the lessons about recording safely. Then you can send your film."
        ),
        uploads.TooLate: _(
            "The last day for this film has passed, so it cannot be sent any more. Destroy your"
            " own copy too."
        ),
        uploads.EmptyFile: _(
            "This file is empty. Your film itself is unchanged: choose it again on your phone or"
            " PC."
        ),
        uploads.TooLarge: _(
            "This film is larger than %(gigabytes)s GB. Cut out the 5 to 10 minutes you want to"
            " discuss and send those."
        )
        % {"gigabytes": f"{settings.MAX_UPLOAD_BYTES / 1000**3:.1f}"},
        uploads.TooManyOpen: _(
            "You have many films on their way already. Continue one of those or throw it away."
        ),
        uploads.StoreFull: _(
            "We have too little room at this moment. What came in is safe. Try again in an hour;"
            " if it stays so, let us know."
        ),
        uploads.UploadGone: _(
            "This upload was stopped or took too long. Choose your film again to send it anew."
        ),
    }
    return sentences[type(refusal)]


View = Callable[..., HttpResponseBase]


def tus_view(view: View) -> View:
    """What holds for every request: signed in, the protocol's version, its headers."""

    @csrf_protect
    @wraps(view)
    def respond(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
        if not request.user.is_authenticated:
            response: HttpResponseBase = _told(401, _("You were signed out. Sign in again."))
        elif request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            response = HttpResponse(status=412)
            response["Tus-Version"] = VERSION
        else:
            response = _answered(view, request, public_id)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return respond


def _answered(view: View, request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    try:
        return view(request, public_id)
    except uploads.UploadRefused as refusal:
        return _told(STATUS_OF[type(refusal)], sentence_for(refusal))
    except BadRequest as error:
        return _told(400, str(error))
    except LongerThanSaid:
        return _told(413, _("More arrived than was announced. Choose your film again."))
    except ChecksumMismatch:
        return HttpResponse(status=CHECKSUM_FAILED)


def _told(status: int, message: str) -> HttpResponse:
    return JsonResponse({"message": message}, status=status)


def _method(request: HttpRequest) -> str:
    if request.method == "POST":
        return request.headers.get("X-HTTP-Method-Override", "POST")
    return request.method or ""


@tus_view
def tus_create(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    consent = (
        Consent.objects.visible_to(request.user)
        .select_related("enrolment__edition")
        .filter(public_id=public_id)
        .first()
    )
    if consent is None:
        raise Http404
    if request.method == "OPTIONS":
        return _capabilities()
    if _method(request) != "POST":
        return _not_allowed("OPTIONS, POST")
    form = AnnouncementForm(_metadata(request))
    length = _number(request, "Upload-Length")
    if not form.is_valid():
        return JsonResponse({"fields": form.errors.get_json_data()}, status=422)
    upload = uploads.begin_upload(consent=consent, length=length, **form.announced())
    if request.content_type == BYTES and upload.received == 0:
        upload = _receive(request, upload, offset=0)
    response = _state_of(upload, status=201)
    response["Location"] = reverse("video_review:tus", args=[upload.public_id])
    return response


@tus_view
def tus(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    upload = Upload.objects.visible_to(request.user).filter(public_id=public_id).first()
    if upload is None:
        raise Http404
    methods = {
        "OPTIONS": lambda: _capabilities(),
        "HEAD": lambda: _look(upload),
        "PATCH": lambda: _patch(request, upload),
        "DELETE": lambda: _terminate(upload),
    }
    answer = methods.get(_method(request))
    return answer() if answer else _not_allowed(", ".join(methods))


def _look(upload: Upload) -> HttpResponse:
    uploads.refuse_ended(upload)
    if upload.received == upload.length and upload.finished_at is None:
        finish_upload(upload)
    response = _state_of(upload, status=200)
    response["Upload-Length"] = str(upload.length)
    return response


def _patch(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.content_type != BYTES:
        return HttpResponse(status=415)
    uploads.refuse_ended(upload)
    offset = _number(request, "Upload-Offset")
    if offset + _number(request, "Content-Length", default=0) > upload.length:
        raise LongerThanSaid
    try:
        upload = _receive(request, upload, offset=offset)
    except WrongOffset:
        upload.refresh_from_db()
        return _state_of(upload, status=409)
    return _state_of(upload, status=204)


def _terminate(upload: Upload) -> HttpResponse:
    if not uploads.cancel_upload(upload):
        uploads.refuse_ended(upload)
        return _told(403, _("This film has been received. Destroy it from its own page."))
    return HttpResponse(status=204)


def _receive(request: HttpRequest, upload: Upload, *, offset: int) -> Upload:
    def read(size: int) -> bytes:
        try:
            return request.read(size)
        except UnreadablePostError:  # the line broke: what came before it is the end
            return b""

    return receive_chunk(upload, offset=offset, read=read, checksum=_checksum(request))


def _state_of(upload: Upload, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Upload-Offset"] = str(upload.received)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    parts = list(upload.parts.order_by("offset").values_list("size", "chunk_hash"))
    if status != 409 and parts:
        response["Upload-Hash"] = hash_of_parts(chunk_hash for _size, chunk_hash in parts)
        response["Upload-Chunks"] = _run_lengths([size for size, _hash in parts])
    return response


def _run_lengths(sizes: list[int]) -> str:
    """``5242880*12,731``: twelve chunks of one size and then a smaller one."""
    runs: list[tuple[int, int]] = []
    for size in sizes:
        if runs and runs[-1][0] == size:
            runs[-1] = (size, runs[-1][1] + 1)
        else:
            runs.append((size, 1))
    return ",".join(f"{size}*{times}" for size, times in runs)


def _capabilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(settings.MAX_UPLOAD_BYTES)
    response["Tus-Checksum-Algorithm"] = "sha256"
    return response


def _not_allowed(allowed: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": allowed})


def _number(request: HttpRequest, header: str, default: int | None = None) -> int:
    value = request.headers.get(header, "")
    if value == "" and default is not None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise BadRequest(f"{header} is no whole number.")
    return int(value)


def _checksum(request: HttpRequest) -> bytes | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    if algorithm != "sha256":
        raise BadRequest("Upload-Checksum is no sha256.")
    return _decoded(value, "Upload-Checksum")


def _metadata(request: HttpRequest) -> dict[str, str]:
    metadata = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _space, value = pair.strip().partition(" ")
        try:
            metadata[name] = _decoded(value, "Upload-Metadata").decode()
        except UnicodeDecodeError as error:
            raise BadRequest("Upload-Metadata is no UTF-8.") from error
    return metadata


def _decoded(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadRequest(f"{header} is no base64.") from error
