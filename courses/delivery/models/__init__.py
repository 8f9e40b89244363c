from courses.delivery.models.alone import AloneRequest
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
    AgreedTerms,
    Application,
    CoupleMember,
    CoupleSide,
    Enrolment,
    Extension,
    OtherTrackVisit,
    PracticeCouple,
    TrackChoice,
)
from courses.delivery.models.follow_up import FollowUpAnswer, FollowUpMeeting, FollowUpNotice
from courses.delivery.models.group import Group, GroupMembership
from courses.delivery.models.handout import Handout, evenings_read
from courses.delivery.models.interest import Interest
from courses.delivery.models.room import (
    AttendanceConfirmation,
    GroupPlace,
    GroupSplit,
    RunMark,
)

__all__ = [
    "EDITION_BASES",
    "ENROLMENT_BASES",
    "EVENING_BASES",
    "AbsenceNotice",
    "AgreedTerms",
    "AloneRequest",
    "Application",
    "Attendance",
    "AttendanceConfirmation",
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
    "GroupPlace",
    "GroupSplit",
    "Handout",
    "Interest",
    "OtherTrackVisit",
    "PracticeCouple",
    "RunMark",
    "TrackChoice",
    "evenings_read",
    "is_coordinator",
    "teaches_edition",
]
