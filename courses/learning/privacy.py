from lms.privacy.registry import STUDY, TECHNICAL, lines, register

register(
    "learning.progress",
    lines("id", TECHNICAL),
    lines(
        "enrolment assignment_key kind position evening_number state waiting_on detail opens_at"
        " due_at is_required url",
        STUDY,
    ),
)
register(
    "learning.lessontaken",
    lines("id", TECHNICAL),
    lines(
        "enrolment lesson_key module_key started_at completed_at seconds screens_read",
        STUDY,
    ),
)
register(
    "learning.quizattempt",
    lines("id", TECHNICAL),
    lines("enrolment lesson_key question number given is_correct answered_at", STUDY),
)
register(
    "learning.selfdeclared",
    lines("id", TECHNICAL),
    lines("enrolment assignment_key declared_at", STUDY),
)
register(
    "learning.continuationpoint",
    lines("id", TECHNICAL),
    lines("enrolment number what with_whom planned_on done_at", STUDY),
)
