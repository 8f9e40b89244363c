from courses.learning.services import report_progress
from video_review.models import Recording


def tell_progress(recording: Recording) -> None:
    """What was ready may be so no longer, also for the partner who was to watch it."""
    report_progress(recording.enrolment, "recording")
    report_progress(recording.enrolment, "self_observation")
    partner = recording.enrolment.partner()
    if partner is not None:
        report_progress(partner, "peer_observation")
