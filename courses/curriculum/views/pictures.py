"""Sending pictures. Anybody may see what the pages show, unless editors closed its collection; the
files as they were uploaded stay inside."""

from pathlib import PurePath

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.curriculum.models import PictureRendition

FOREVER = "public, max-age=31536000, immutable"  # another picture has another name
TYPES = {".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


@require_safe
def shown(request: HttpRequest, name: str) -> FileResponse:
    """A picture in the size in which a page shows it; ``name`` is that of its file."""
    rendition = get_object_or_404(
        PictureRendition.objects.select_related("image__collection"), file=f"images/{name}"
    )
    kind = TYPES.get(PurePath(name).suffix)
    if kind is None or rendition.image.collection.get_view_restrictions().exists():
        raise Http404
    try:
        content = rendition.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, content_type=kind, headers={"Cache-Control": FOREVER})
