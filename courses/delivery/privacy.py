from lms.privacy.registry import (
    ASKED,
    CONTENT,
    PLANNING,
    SECRET,
    STUDY,
    TECHNICAL,
    lines,
    register,
)

register(
    "delivery.edition",
    lines("id public_id", TECHNICAL),
    lines("title content region care_group is_open capacity seats_taken", CONTENT),
    lines("track_choice_days track_minimum published_at cancelled_at cancel_reason", CONTENT),
)
register(
    "delivery.evening",
    lines("id public_id sequence", TECHNICAL),
    lines("edition page_key code number track_key starts_at ends_at cancelled_at", CONTENT),
    lines("place address practical online_url is_online cancel_reason", CONTENT),
)
register(
    "delivery.eveningtrainer",
    lines("id", TECHNICAL),
    lines("evening user role valid_from valid_until", PLANNING),
)
register(
    "delivery.practicecouple",
    lines("id public_id", TECHNICAL),
    lines("edition practice applied_at confirmed_at ended_at seats", PLANNING),
    lines("exception_reason exception_by", PLANNING),
)
register(
    "delivery.couplemember",
    lines("id", TECHNICAL),
    lines("couple user asked_at expires_at accepted_at ended_at terms", PLANNING),
)
register("delivery.agreedterms", lines("id digest text kept_at", CONTENT))
register(
    "delivery.application",
    lines("id is_new_account", TECHNICAL),
    lines("edition applicant first_name last_name profession practice practice_name", ASKED),
    lines("practice_place partner_first_name partner_last_name partner_email", ASKED),
    lines("reason terms made_at couple request", ASKED),
)
register(
    "delivery.alonerequest",
    lines("id public_id", TECHNICAL),
    lines("edition person couple reason terms asked_at", PLANNING),
    lines("state answer answered_by answered_at", PLANNING),
)
register("delivery.coupleside", lines("id profession side", TECHNICAL))
register(
    "delivery.enrolment",
    lines("id", TECHNICAL),
    lines("edition participant couple created_at ended_at", STUDY),
)
register(
    "delivery.trackchoice",
    lines("id", TECHNICAL),
    lines("enrolment track_key chosen_at decided_by reason", STUDY),
)
register(
    "delivery.extension",
    lines("id", TECHNICAL),
    lines("enrolment assignment_key days reason given_by given_at", STUDY),
)
register(
    "delivery.absencenotice",
    lines("id", TECHNICAL),
    lines("enrolment evening told_at catch_up arranged_by", STUDY),
)
register(
    "delivery.othertrackvisit",
    lines("id", TECHNICAL),
    lines("enrolment evening number reason decided_by decided_at", STUDY),
)
register("delivery.group", lines("id", TECHNICAL), lines("edition kind name", PLANNING))
register(
    "delivery.groupmembership",
    lines("id", TECHNICAL),
    lines("group user valid_from valid_until", PLANNING),
)
register(
    "delivery.attendance",
    lines("id", TECHNICAL),
    lines("enrolment evening status minutes confirmed_by confirmed_at", STUDY),
)
register(
    "delivery.attendancemark",
    lines("id key", TECHNICAL),
    lines("evening enrolment part is_present way reason made_at received_at made_by", STUDY),
)
register(
    "delivery.attendanceconfirmation",
    lines("id", TECHNICAL),
    lines("evening confirmed_at confirmed_by", STUDY),
)
register(
    "delivery.runmark",
    lines("id key block", TECHNICAL),
    lines("evening kind has_begun extra leader made_at received_at made_by", PLANNING),
)
register(
    "delivery.groupsplit",
    lines("id seed", TECHNICAL),
    lines("evening partners groups made_at made_by", PLANNING),
)
register(
    "delivery.groupplace",
    lines("id", TECHNICAL),
    lines("split enrolment number", PLANNING),
)
register(
    "delivery.interest",
    lines("id page_key", TECHNICAL),
    lines("region email name profession left_at", ASKED),
)
register(
    "delivery.calendarentry",
    lines("id sequence evening_sequence", TECHNICAL),
    lines("user evening is_on told_at starts_at", PLANNING),
)
register(
    "delivery.calendarlink",
    lines("id", TECHNICAL),
    lines("user made_at", PLANNING),
    lines("key", SECRET),
)
register(
    "delivery.followupmeeting",
    lines("id public_id sequence", TECHNICAL),
    lines("edition kind reach starts_at ends_at published_at cancelled_at", CONTENT),
    lines("place address practical online_url is_online", CONTENT),
)
register(
    "delivery.followupanswer",
    lines("id", TECHNICAL),
    lines("meeting user is_coming answered_at", PLANNING),
)
register(
    "delivery.followupnotice",
    lines("id sequence meeting_sequence", TECHNICAL),
    lines("meeting user is_on told_at", PLANNING),
)
register(
    "delivery.handout",
    lines("id public_id kind size", TECHNICAL),
    lines("evening title file name is_for_afterwards", CONTENT),
    lines("licence content_source rights_holder", CONTENT),
    lines("left_by left_at", PLANNING),
)
