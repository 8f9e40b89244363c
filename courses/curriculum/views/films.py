"""Sending example films. Anybody may see them: nobody real is in a drawn one, and an acted one is
content like every picture, unless editors closed its collection."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.curriculum import films
from courses.curriculum.models import CourseDocument

FOREVER = "public, max-age=31536000, immutable"  # another film has another name


@require_safe
def drawn(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    path = films.path_of(name, extension)
    if extension not in films.TYPES or not default_storage.exists(path):
        raise Http404
    answer = films.send(request, default_storage, path, films.TYPES[extension])
    answer["Cache-Control"] = FOREVER
    return answer


@require_safe
def acted(request: HttpRequest, pk: int, filename: str) -> HttpResponseBase:
    """What an editor uploaded; the CMS itself sends documents only whole."""
    document: CourseDocument = get_object_or_404(
        CourseDocument.objects.select_related("collection"), pk=pk
    )
    kind = films.TYPES.get(document.file_extension)
    is_closed = document.collection.get_view_restrictions().exists()
    if kind is None or is_closed or document.filename != filename:
        raise Http404
    return films.send(request, document.file.storage, document.file.name, kind)
