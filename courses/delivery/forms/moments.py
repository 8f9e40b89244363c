"""A day and a time of day as people type them, in the clock of Amsterdam."""

from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_YEAR = 2000
MOST_YEARS = 5  # ahead: what is further away is a slip of the finger
PAST = gettext_lazy("This lies in the past. Choose a date that is still to come.")


class DayField(forms.DateField):
    """A day to plan something on."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value.year < FIRST_YEAR:
            raise ValidationError(PAST, code="past")
        if value.year > timezone.localdate().year + MOST_YEARS:
            text = _("This is more than %(years)d years away. Look whether the year is right.")
            raise ValidationError(text % {"years": MOST_YEARS}, code="far")


def moment_of(day: date, clock: time) -> datetime:
    """Refuses what the clock does not show that night, or shows twice."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(day, clock, tzinfo=zone)
    second = first.replace(fold=1)
    said = {"time": time_format(clock, "H:i"), "day": date_format(day, "j F")}
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        text = _(
            "The clock goes forward that night: %(time)s is not there on %(day)s. "
            "Choose another time."
        )
        raise ValidationError(text % said, code="missing")
    if first.utcoffset() != second.utcoffset():
        text = _(
            "The clock goes back that night: %(time)s comes twice on %(day)s. Choose another time."
        )
        raise ValidationError(text % said, code="twice")
    return first.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """To the minute, as a form shows it."""
    here = timezone.localtime(moment, timezone.get_default_timezone())
    return here.replace(second=0, microsecond=0)


def shows_same(stored: datetime | None, typed: datetime) -> bool:
    return stored is not None and timedelta() <= stored - typed < timedelta(minutes=1)
