from lms.privacy.registry import STUDY, TECHNICAL, lines, register

register(
    "trainers.trainer",
    lines("id", TECHNICAL),
    lines("user background status is_supervisor", STUDY),
)
