"""Calendars as another program reads them back."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.delivery.calendars import Entry, Method, readable, write_calendar
from courses.delivery.models import Edition, Evening

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TOLD = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def make_evening(**changes):
    """Of no database: writing is a pure function."""
    edition = Edition(title=changes.pop("title", "Leergang Twente"))
    begin = changes.pop("starts_at", datetime(2026, 3, 12, 17, 30, tzinfo=AMSTERDAM))
    end = changes.pop("ends_at", begin + timedelta(hours=4))
    return Evening(edition=edition, code="2", starts_at=begin, ends_at=end, **changes)


def write(evening, *, method=Method.REQUEST, language="nl", sequence=0, is_on=True, **more):
    entry = Entry(evening, sequence, TOLD, is_on)
    return write_calendar([entry], method=method, language=language, **more)


def read(text):
    return vobject.readOne(text)


def event(evening, **options):
    return read(write(evening, **options)).vevent


def moments_of(read_back):
    """In world time: in the hour that comes twice no two zones are ever equal in Python."""
    return tuple(one.value.astimezone(UTC) for one in (read_back.dtstart, read_back.dtend))


def test_an_evening_is_read_back_as_it_is():
    evening = make_evening(place="De Esch", address="Marktplein 3, Borne", practical="Deur links.")
    read_back = event(evening, sequence=3)

    assert read_back.uid.value == f"{evening.public_id}@example.org"
    assert read_back.sequence.value == "3"
    assert read_back.dtstart.value == evening.starts_at
    assert read_back.dtend.value == evening.ends_at
    assert read_back.dtstamp.value == TOLD
    assert read_back.summary.value == "Leergang Twente: avond 2"
    assert read_back.location.value == "De Esch, Marktplein 3, Borne"
    assert read_back.description.value == (
        f"Deur links.\n\nAlles over deze avond: http://localhost:8000/mijn/avond/{evening.public_id}/"
    )
    assert read_back.organizer.value == "mailto:leergang@example.org"
    assert read_back.status.value == "CONFIRMED"


def test_it_is_in_the_language_of_who_reads_it():
    assert event(make_evening(), language="en").summary.value == "Leergang Twente: evening 2"


def test_no_alarm_goes_off():
    assert "VALARM" not in write(make_evening())


def test_the_zone_comes_along_with_the_calendar():
    calendar = read(write(make_evening()))

    assert calendar.vevent.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Amsterdam"]
    assert calendar.vtimezone.tzid.value == "Europe/Amsterdam"


def test_only_who_it_is_sent_to_is_named_and_only_in_a_mail():
    mailed = event(make_evening(), attendee="sanne@example.org")
    shown = event(make_evening(), method=Method.PUBLISH)

    assert [one.value for one in mailed.attendee_list] == ["mailto:sanne@example.org"]
    assert "attendee" not in shown.contents


def test_an_online_evening_is_where_its_link_is():
    evening = make_evening(
        is_online=True, online_url="https://video.example/avond", place="De Esch"
    )

    assert event(evening).location.value == "https://video.example/avond"


def test_an_online_evening_without_a_link_yet_says_online():
    assert event(make_evening(is_online=True, place="De Esch")).location.value == "Online"


def test_a_cancelled_evening_says_so_twice():
    cancelled = event(make_evening(), method=Method.CANCEL, is_on=False)

    assert cancelled.status.value == "CANCELLED"
    assert cancelled.summary.value == "Vervallen: Leergang Twente: avond 2"


def test_a_feed_says_when_to_look_again():
    calendar = read(write(make_evening(), method=Method.PUBLISH))

    assert calendar.contents["refresh-interval"][0].value == "PT30M"
    assert calendar.contents["x-published-ttl"][0].value == "PT30M"
    assert (calendar.method.value, read(write(make_evening())).method.value) == (
        "PUBLISH",
        "REQUEST",
    )


# the nights in which the clock changes


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ((2026, 3, 28), 1),
        ((2026, 3, 29), 2),
        ((2026, 10, 24), 2),
        ((2026, 10, 25), 1),
        ((2027, 3, 27), 1),
        ((2027, 3, 28), 2),
        ((2027, 10, 30), 2),
        ((2027, 10, 31), 1),
    ],
)
def test_half_past_five_is_half_past_five_in_winter_and_summer(day, offset):
    evening = make_evening(starts_at=datetime(*day, 17, 30, tzinfo=AMSTERDAM))
    begin = event(evening).dtstart.value

    assert begin.strftime("%H:%M") == "17:30"
    assert begin.utcoffset() == timedelta(hours=offset)


@pytest.mark.parametrize("day", [(2026, 3, 28), (2026, 10, 24), (2027, 3, 27), (2027, 10, 30)])
def test_an_evening_across_the_change_of_the_clock_lasts_as_long_as_it_lasts(day):
    begin = datetime(*day, 21, 30, tzinfo=AMSTERDAM).astimezone(UTC)
    for hours in range(1, 8):
        read_back = event(make_evening(starts_at=begin, ends_at=begin + timedelta(hours=hours)))

        assert moments_of(read_back) == (begin, begin + timedelta(hours=hours))


@settings(deadline=None)  # of a busy machine
@given(st.integers(0, 12 * 365 * 24 * 60), st.integers(1, 600))
def test_any_moment_is_read_back_as_that_moment(minute, minutes):
    begin = TOLD + timedelta(minutes=minute)
    end = begin + timedelta(minutes=minutes)

    assert moments_of(event(make_evening(starts_at=begin, ends_at=end))) == (begin, end)


# whatever people type

ODD = st.sampled_from(
    [",", ";", "\\", "\n", "\r\n", ":", '"', "'", "é", "😀", "👩🏽‍⚕️", " ", "\\n", "\t"]
)
TEXT = st.one_of(st.text(max_size=200), st.lists(ODD, max_size=120).map("".join))
LONG = st.builds(lambda text: (text * 5000)[:5000], st.text(min_size=1, max_size=60))


@settings(deadline=None)  # of a busy machine
@given(title=TEXT, place=TEXT, address=TEXT, practical=st.one_of(TEXT, LONG))
def test_whatever_was_typed_is_read_back(title, place, address, practical):
    evening = make_evening(
        title=title, place=place, address=address, practical=practical, public_id=uuid.UUID(int=1)
    )
    written = write(evening)
    read_back = read(written).vevent

    assert read_back.summary.value == readable(f"{title}: avond 2")
    where = read_back.location.value if "location" in read_back.contents else ""
    assert where == readable(", ".join(filter(None, [place, address])))
    about = f"Alles over deze avond: http://localhost:8000/mijn/avond/{evening.public_id}/"
    assert read_back.description.value == readable(
        f"{practical}\n\n{about}" if practical else about
    )
    assert_is_folded_by_the_rules(written.encode())


def assert_is_folded_by_the_rules(written: bytes):
    assert written.endswith(b"\r\n")
    lines = written.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line for line in lines if b"\n" in line or b"\r" in line or not line] == []
    for line in lines:
        line.decode()  # no sign is cut in two


def test_what_nobody_can_read_leaves_a_space():
    assert readable("deur\x00 links\x0b\u2028naast\r\nde bakker") == "deur  links  naast\nde bakker"
