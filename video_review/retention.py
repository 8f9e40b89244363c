"""Until when a recording may exist. Dates only: nothing here reads a clock or a database."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def latest_day(*, last_session_on: date, days: int) -> date:
    """The absolute maximum: no recording of this course exists after it."""
    return last_session_on + timedelta(days=days)


def last_day(*, session_on: date, last_session_on: date, delete_by: date, days: int) -> date:
    """The last day of a recording made for one session: whichever rule comes first."""
    return min(
        session_on + timedelta(days=days),
        latest_day(last_session_on=last_session_on, days=days),
        delete_by,
    )


def last_moment(day: date) -> datetime:
    """The end of that day, as people in the Netherlands count days."""
    return datetime.combine(day, time.max, tzinfo=AMSTERDAM)
