from courses.delivery.models.attendance import Attendance, AttendanceMark
from courses.delivery.models.calendar import CalendarEntry, CalendarLink
from courses.delivery.models.edition import (
    EDITION_BASES,
    EVENING_BASES,
    Edition,
    Evening,
    EveningTrainer,
    is_coordinator,
    teaches_edition,
)
from courses.delivery.models.enrolment import (
    ENROLMENT_BASES,
    AbsenceNotice,
    CoupleMember,
    CoupleSide,
    Enrolment,
    Extension,
    PracticeCouple,
    TrackChoice,
)
from courses.delivery.models.follow_up import FollowUpAnswer, FollowUpMeeting, FollowUpNotice
from courses.delivery.models.group import Group, GroupMembership
from courses.delivery.models.handout import Handout
from courses.delivery.models.interest import Interest

__all__ = [
    "EDITION_BASES",
    "ENROLMENT_BASES",
    "EVENING_BASES",
    "AbsenceNotice",
    "Attendance",
    "AttendanceMark",
    "CalendarEntry",
    "CalendarLink",
    "CoupleMember",
    "CoupleSide",
    "Edition",
    "Enrolment",
    "Evening",
    "EveningTrainer",
    "Extension",
    "FollowUpAnswer",
    "FollowUpMeeting",
    "FollowUpNotice",
    "Group",
    "GroupMembership",
    "Handout",
    "Interest",
    "PracticeCouple",
    "TrackChoice",
    "is_coordinator",
    "teaches_edition",
]
