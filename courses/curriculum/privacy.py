from lms.privacy.registry import CONTENT, lines, register

register("curriculum.homepage", lines("page_ptr lead promises how_it_works", CONTENT))
register("curriculum.textpage", lines("page_ptr body", CONTENT))
register(
    "curriculum.coursepage",
    lines("page_ptr subtitle lead story outcomes audience practical clip faq", CONTENT),
)
register("curriculum.trackpage", lines("page_ptr code lead story for_whom", CONTENT))
register(
    "curriculum.eveningpage",
    lines("page_ptr code number subtitle goals programme trainer_notes", CONTENT),
)
register(
    "curriculum.assignmentpage",
    lines("page_ptr kind text due_days_before minutes is_required track_code", CONTENT),
)
register("curriculum.modulepage", lines("page_ptr code lead unlocks_recording", CONTENT))
register("curriculum.lessonpage", lines("page_ptr minutes body", CONTENT))
register("curriculum.contentversion", lines("id course number published_at", CONTENT))
register(
    "curriculum.contentpin",
    lines("id version page revision page_key parent_key kind position title data", CONTENT),
)
register("curriculum.loadedpage", lines("id key page revision source_hash", CONTENT))
