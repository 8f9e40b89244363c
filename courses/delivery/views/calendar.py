"""Evenings in somebody's own calendar: the link that it reads, and the page that explains it."""

import hashlib

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.delivery.calendars import Entry, Method, write_calendar
from courses.delivery.models import CalendarLink
from courses.delivery.services import (
    calendar_token,
    entries_of,
    link_of_token,
    make_calendar_link,
)
from courses.delivery.services.follow_up import meeting_entries_of
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.accounts.throttling import may_look

FILE_NAME = "avonden.ics"


@require_safe
@sign_in_required
def calendar(request: AuthenticatedHttpRequest) -> HttpResponse:
    link = CalendarLink.objects.filter(user=request.user).first()
    address = feed_address(request, link) if link else ""
    context = {
        "link": link,
        "address": address,
        "webcal": address.replace("https://", "webcal://").replace("http://", "webcal://"),
        "entries": entries_of(request.user),
        "meetings": meeting_entries_of(request.user),
    }
    return render(request, "delivery/calendar.html", context)


@require_POST
@sign_in_required
def calendar_link(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The first link, or another one: then the old one stops."""
    had_one = CalendarLink.objects.filter(user=request.user).exists()
    make_calendar_link(request.user)
    if had_one:
        said = _("This is your new link. The old one does nothing any more: put the new one in.")
    else:
        said = _("Your link is ready. Put it in your calendar below.")
    messages.success(request, said)
    return redirect("delivery:calendar")


@require_safe
@sign_in_required
def calendar_file(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All evenings as they are now, once."""
    return as_download(all_entries_of(request.user), request.user)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What calendars read, without signing in: the link is the proof."""
    link = known_link(request, token)
    if link is None:
        return render(request, "429.html", status=429)
    if not may_look(request, action="calendar_feed", key=link.key.hex):
        return render(request, "429.html", status=429)
    entries = all_entries_of(link.user)
    response = as_calendar(entries, link.user)
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    changed = int(max([link.made_at, *(entry.told_at for entry in entries)]).timestamp())
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag, changed, response) or response


def all_entries_of(user: User) -> list[Entry]:
    return [*entries_of(user), *meeting_entries_of(user)]


def known_link(request: HttpRequest, token: str) -> CalendarLink | None:
    """None when this address has guessed too often."""
    try:
        link = link_of_token(token)
    except BadSignature:
        link = None
    if link is None and may_look(request, action="calendar_guess"):
        raise Http404
    return link


def as_calendar(entries: list[Entry], user: User) -> HttpResponse:
    content = write_calendar(entries, method=Method.PUBLISH, language=user.language)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def as_download(entries: list[Entry], user: User) -> HttpResponse:
    response = as_calendar(entries, user)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def feed_address(request: HttpRequest, link: CalendarLink) -> str:
    """As a calendar elsewhere needs it: whole."""
    return request.build_absolute_uri(reverse("delivery:feed", args=[calendar_token(link)]))
