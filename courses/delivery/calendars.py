"""Calendars as other programs read them (RFC 5545). The only code that knows how one is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar.prop import vDuration, vText

from courses.delivery.models import Evening, FollowUpMeeting

Dated = Evening | FollowUpMeeting
PRODUCT = "-//Samen beslissen//Leergang//NL"
ZONE = ZoneInfo("Europe/Amsterdam")
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)
LOOK_AGAIN = timedelta(minutes=30)
# What a calendar cannot hold: signs that are not there to be read. Some end a line elsewhere.
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Method(TextChoices):
    REQUEST = "REQUEST"  # come to these, or: they are different now
    CANCEL = "CANCEL"  # these are not yours any more
    PUBLISH = "PUBLISH"  # all there is, for who looks


@dataclass(frozen=True)
class Entry:
    """One evening, or meeting afterwards, as it stands in the calendar of one person."""

    evening: Dated  # with its edition
    sequence: int
    told_at: datetime
    is_on: bool = True
    is_first: bool = False  # nothing was said of it before
    is_late: bool = False  # a change in the last hours before it
    is_back: bool = False  # come after all: the last word was not to


def write_calendar(
    entries: Iterable[Entry], *, method: Method, language: str, attendee: str = ""
) -> str:
    """One calendar, in the language of who reads it. It names nobody but that reader."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(dutch_time())
    with translation.override(language):
        if method == Method.PUBLISH:
            calendar.add("name", _("My course evenings"))
            calendar.add("x-wr-calname", _("My course evenings"))
            again = vDuration(LOOK_AGAIN)
            again.params["VALUE"] = "DURATION"
            calendar.add("refresh-interval", again, encode=False)
            calendar.add("x-published-ttl", vDuration(LOOK_AGAIN), encode=False)
        for entry in entries:
            calendar.add_component(event_of(entry, attendee))
    written: bytes = calendar.to_ical()
    return written.decode()


def event_of(entry: Entry, attendee: str) -> Event:
    evening = entry.evening
    event = Event()
    event.add("uid", uid_of(evening))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.told_at.astimezone(UTC))
    event.add("last-modified", entry.told_at.astimezone(UTC))
    event.add("dtstart", in_dutch_time(evening.starts_at))
    event.add("dtend", in_dutch_time(evening.ends_at))
    event.add("summary", readable(summary_of(entry)))
    event.add("location", readable(location_of(evening)))
    if entry.is_on:
        event.add("description", readable(description_of(evening)))
        event.add("url", page_of(evening))
    event.add("organizer", organizer(), encode=False)
    if attendee:
        event.add("attendee", reader(attendee), encode=False)
    event.add("status", "CONFIRMED" if entry.is_on else "CANCELLED")
    return event


def uid_of(evening: Dated) -> str:
    """The same for as long as the evening exists, in every mail and every feed."""
    return f"{evening.public_id}@{post_address()[1].rpartition('@')[2]}"


def summary_of(entry: Entry) -> str:
    what = name_of(entry.evening)
    # Not every program shows the status of an event.
    return what if entry.is_on else _("Cancelled: %(what)s") % {"what": what}


def name_of(what: Dated) -> str:
    title = what.edition.title
    if isinstance(what, FollowUpMeeting):
        return _("%(edition)s: %(kind)s") % {"edition": title, "kind": what.get_kind_display()}
    return _("%(edition)s: evening %(code)s") % {"edition": title, "code": what.code}


def location_of(evening: Dated) -> str:
    if evening.is_online:
        return evening.online_url or _("Online")
    return ", ".join(filter(None, [evening.place, evening.address]))


def description_of(evening: Dated) -> str:
    about = _("All about this evening: %(url)s") % {"url": page_of(evening)}
    return f"{evening.practical}\n\n{about}" if evening.practical else about


def page_of(evening: Dated) -> str:
    page = "meeting" if isinstance(evening, FollowUpMeeting) else "evening"
    return settings.SITE_URL + reverse(f"delivery:{page}", args=[evening.public_id])


def readable(text: str) -> str:
    return UNREADABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def in_dutch_time(moment: datetime) -> datetime:
    """With the zone beside it; in the hour that comes twice, the second time in world time: a
    calendar reads a Dutch time there as the first."""
    local = moment.astimezone(ZONE)
    return moment.astimezone(UTC) if local.fold else local


def post_address() -> tuple[str, str]:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)


def organizer() -> vCalAddress:
    name, address = post_address()
    who = vCalAddress(f"mailto:{address}")
    who.params["CN"] = vText(name or "Samen beslissen")
    return who


def reader(address: str) -> vCalAddress:
    """Who it is sent to, and who has nothing to answer."""
    who = vCalAddress(f"mailto:{address}")
    who.params["PARTSTAT"] = vText("NEEDS-ACTION")
    who.params["RSVP"] = vText("FALSE")
    return who


def dutch_time() -> Timezone:
    """When the clock goes forward and back, for programs that do not know the zone."""
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    for component, name, month, hour, before, after in (
        (TimezoneDaylight(), "CEST", 3, 2, WINTER, SUMMER),
        (TimezoneStandard(), "CET", 10, 3, SUMMER, WINTER),
    ):
        component.add("tzname", name)
        component.add("dtstart", datetime(1996, month, {3: 31, 10: 27}[month], hour))  # noqa: DTZ001 -- local by definition
        component.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        component.add("tzoffsetfrom", before)
        component.add("tzoffsetto", after)
        zone.add_component(component)
    return zone
