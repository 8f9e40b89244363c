from django.db import transaction

from courses.learning.services import hold, report_progress
from video_review.models import Recording


@transaction.atomic
def tell_progress(recording: Recording) -> None:
    """What was ready may be so no longer, also for the partner who was to watch it."""
    owner = recording.enrolment
    partner = owner.partner()
    if partner is not None:
        hold(owner, partner)
        report_progress(partner, "peer_observation")
    report_progress(owner, "recording")
    report_progress(owner, "self_observation")
