"""Acting on a recording. Whether somebody may see it at all is ``Recording.objects.visible_to``."""

from lms.accounts.models import User
from video_review.models import Failure, Recording, Scope, Status

# Trying again only helps where the fault was ours.
RETRIED = {Failure.GAVE_UP}


def is_owner(user: User, recording: Recording) -> bool:
    return recording.enrolment.participant_id == user.pk


def can_share(user: User, recording: Recording) -> bool:
    """Only the owner, only what can be played, only where the patient agreed to others at all."""
    return (
        is_owner(user, recording)
        and recording.consent.scope != Scope.SELF
        and recording.is_playable()
    )


def can_take_back(user: User, recording: Recording) -> bool:
    return is_owner(user, recording)


def can_destroy(user: User, recording: Recording) -> bool:
    return is_owner(user, recording) and recording.status != Status.DESTROYED


def can_retry(user: User, recording: Recording) -> bool:
    return (
        is_owner(user, recording)
        and recording.status == Status.FAILED
        and recording.failure in RETRIED
    )


def can_review(user: User, recording: Recording) -> bool:
    """Fill in the form: the owner about himself, others while it can be played."""
    return Recording.objects.visible_to(user).playable().filter(pk=recording.pk).exists()


def can_read_viewings(user: User, recording: Recording) -> bool:
    return is_owner(user, recording)
