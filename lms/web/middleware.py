from collections.abc import Callable

import csp.constants
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

PERMISSIONS_POLICY = (
    "camera=(self), microphone=(self), fullscreen=(self), publickey-credentials-get=(self),"
    " publickey-credentials-create=(self), geolocation=(), payment=(), usb=(), display-capture=()"
)
# The screens of the CMS carry scripts and styles of their own, and show a preview in a frame.
CMS_POLICY = {
    "script-src": [csp.constants.SELF, csp.constants.UNSAFE_INLINE],
    "style-src": [csp.constants.SELF, csp.constants.UNSAFE_INLINE],
    "frame-src": [csp.constants.SELF],
    "frame-ancestors": [csp.constants.SELF],
}
# A preview is answered as the page itself would be, by a request of its own within the one for it.
PREVIEW_POLICY = {"frame-ancestors": [csp.constants.SELF]}
# Everything else may be somebody's own: kept by no browser and found by no search engine.
PUBLIC_URL_NAMES = {"wagtail_serve", "wagtaildocs_serve", "javascript_catalog", "course_leaflet"}


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Headers that every answer carries; personal pages are kept by nobody."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(reverse("wagtailadmin_home")):
            response._csp_replace = CMS_POLICY  # type: ignore[attr-defined]  # read by django-csp
        elif getattr(request, "is_preview", False):
            response._csp_replace = PREVIEW_POLICY  # type: ignore[attr-defined]
        if is_personal(request):
            response.setdefault("Cache-Control", "no-store")
            response.setdefault("X-Robots-Tag", "noindex")
        return response

    return respond


def is_personal(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return True
    match = request.resolver_match
    return match is not None and match.url_name not in PUBLIC_URL_NAMES


def chosen_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Dutch for everybody who has not chosen otherwise here, whatever the browser prefers."""

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = get_response(request)
        response.setdefault("Content-Language", language)
        return response

    return respond
