"""What coordinators and participants make happen with editions."""

from courses.delivery.services.calendar import (
    calendar_token,
    entries_of,
    entry_of,
    link_of_token,
    make_calendar_link,
    tell_calendar,
    tell_calendars,
)
from courses.delivery.services.company import Company, company_of
from courses.delivery.services.deadlines import (
    NotADeadline,
    extra_days,
    give_extension,
    take_back_extension,
)
from courses.delivery.services.editions import (
    EveningsIncomplete,
    known_regions,
    make_edition,
    move_evenings,
    put_before_evening,
)
from courses.delivery.services.enrolments import (
    NotACouple,
    are_two_sides,
    current_enrolment,
    end_enrolment,
    enrol_couple,
    evenings_of,
)
from courses.delivery.services.groups import (
    is_trainer_of,
    join_group,
    leave_edition_group,
    leave_group,
)
from courses.delivery.services.interest import (
    clear_interest,
    interest_of_token,
    interest_per_region,
    interest_token,
    leave_interest,
    spelling_of,
)
from courses.delivery.services.tracks import (
    ChoosingTime,
    TrackChoiceClosed,
    UnknownTrack,
    choose_track,
    choosing_time,
    chosen_track,
    decide_track,
    remind_of_track_choice,
)

__all__ = [
    "ChoosingTime",
    "Company",
    "EveningsIncomplete",
    "NotACouple",
    "NotADeadline",
    "TrackChoiceClosed",
    "UnknownTrack",
    "are_two_sides",
    "calendar_token",
    "choose_track",
    "choosing_time",
    "chosen_track",
    "clear_interest",
    "company_of",
    "current_enrolment",
    "decide_track",
    "end_enrolment",
    "enrol_couple",
    "entries_of",
    "entry_of",
    "evenings_of",
    "extra_days",
    "give_extension",
    "interest_of_token",
    "interest_per_region",
    "interest_token",
    "is_trainer_of",
    "join_group",
    "known_regions",
    "leave_edition_group",
    "leave_group",
    "leave_interest",
    "link_of_token",
    "make_calendar_link",
    "make_edition",
    "move_evenings",
    "put_before_evening",
    "remind_of_track_choice",
    "spelling_of",
    "take_back_extension",
    "tell_calendar",
    "tell_calendars",
]
