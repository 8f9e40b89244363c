from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG, CountField
from courses.delivery.forms.moments import DayField
from courses.delivery.models import FollowUpMeeting
from courses.delivery.services.follow_up import MINUTES, Span, at

MOST_MEETINGS = 12
EARLIEST, LATEST = time(7), time(22)
DAY = {
    "required": _("Fill in the day."),
    "invalid": _("This is not a day yet. It looks like 2027-03-18."),
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class WhereForm(forms.Form):
    """What all meetings have: from when, how long and where."""

    starts = forms.TimeField(
        label=_("Begins at"),
        widget=TimeInput(),
        error_messages={
            "required": _("Fill in when it begins."),
            "invalid": _("This is not a time yet. It looks like 19:30."),
        },
    )
    minutes = CountField(
        label=_("How many minutes"),
        min_value=30,
        max_value=480,
        initial=MINUTES,
        error_messages={
            "required": _("Fill in how long it takes."),
            "invalid": _("Fill in a whole number of minutes, such as 120."),
            "min_value": _("A meeting takes half an hour at least."),
            "max_value": _("A meeting takes eight hours at most."),
        },
    )
    is_online = forms.BooleanField(label=_("It is online"), required=False)
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, error_messages={"max_length": TOO_LONG}
    )
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, error_messages={"max_length": TOO_LONG}
    )
    online_url = forms.URLField(
        label=_("Link to the online meeting"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": _("This is not a whole link yet. It begins with https://."),
            "max_length": TOO_LONG,
        },
    )
    practical = forms.CharField(
        label=_("Practical"),
        help_text=_("Such as parking, the meal and what to bring."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )

    def clean_starts(self) -> time:
        starts: time = self.cleaned_data["starts"]
        if not EARLIEST <= starts <= LATEST:
            raise forms.ValidationError(_("Choose a time between 7:00 and 22:00."))
        return starts

    def span_on(self, day: date) -> Span:
        starts_at = at(day, self.cleaned_data["starts"])
        return Span(starts_at, starts_at + timedelta(minutes=self.cleaned_data["minutes"]))

    def where(self) -> dict[str, Any]:
        names = ("is_online", "place", "address", "online_url", "practical")
        return {name: self.cleaned_data[name] for name in names}


class MeetingForm(WhereForm):
    """One meeting."""

    day = DayField(label=_("Day"), widget=DayInput(), error_messages=DAY)
    field_order = ("day", "starts", "minutes")

    def span(self) -> Span:
        return self.span_on(self.cleaned_data["day"])

    def point_out(self, faults: dict[int, Any]) -> None:
        self.add_error("day", faults[0])


class SeriesProposalForm(forms.Form):
    """How often, and how far apart: the dates follow, and each can be changed."""

    first = DayField(label=_("First day"), widget=DayInput(), error_messages=DAY)
    meetings = CountField(
        label=_("How many meetings"),
        min_value=2,
        max_value=MOST_MEETINGS,
        error_messages={
            "required": _("Fill in how many meetings the series has."),
            "invalid": _("Fill in a whole number, such as 4."),
            "min_value": _("A series has two meetings at least."),
            "max_value": _("A series has twelve meetings at most. Plan the rest later."),
        },
    )
    weeks = CountField(
        label=_("Weeks between"),
        min_value=1,
        max_value=52,
        error_messages={
            "required": _("Fill in how many weeks lie between two meetings."),
            "invalid": _("Fill in a whole number, such as 10."),
            "min_value": _("At least one week lies between two meetings."),
            "max_value": _("At most a year lies between two meetings."),
        },
    )


class SeriesForm(WhereForm):
    """The dates of a series, each to change, and what they have in common."""

    reach = forms.ChoiceField(
        label=_("Who is invited"),
        choices=FollowUpMeeting.Reach.choices,
        initial=FollowUpMeeting.Reach.REGION,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who is invited."),
            "invalid_choice": _("Choose one of the two."),
        },
    )

    def __init__(self, *args: Any, meetings: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day_names = [f"day_{number}" for number in range(1, meetings + 1)]
        for number, name in enumerate(self.day_names, 1):
            label = _("Day of meeting %(number)d") % {"number": number}
            self.fields[name] = DayField(label=label, widget=DayInput(), error_messages=DAY)
        self.order_fields([*self.day_names, "starts", "minutes", "reach"])

    def spans(self) -> list[Span]:
        return [self.span_on(self.cleaned_data[name]) for name in self.day_names]

    def point_out(self, faults: dict[int, Any]) -> None:
        for number, fault in faults.items():
            self.add_error(self.day_names[number], fault)


def initial_of(meeting: FollowUpMeeting) -> dict[str, Any]:
    begins = timezone.localtime(meeting.starts_at)
    names = ("is_online", "place", "address", "online_url", "practical")
    return (
        {name: getattr(meeting, name) for name in names}
        | proposed(begins)
        | {"minutes": (meeting.ends_at - meeting.starts_at).seconds // 60}
    )


def proposed(begins: datetime) -> dict[str, Any]:
    local = timezone.localtime(begins)
    return {"day": local.date(), "starts": local.time()}
