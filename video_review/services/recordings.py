from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

from courses.delivery.models import GroupMembership
from lms.accounts.models import User
from lms.audit.services import record
from lms.jobs.services import enqueue
from video_review.models import Observation, Recording, Share, Status
from video_review.permissions import RETRIED
from video_review.processing import film
from video_review.processing.progress import tell_progress


class NotRetried(Exception):
    """The recording did not fail, or failed by a fault of the file."""


@transaction.atomic
def retry(recording: Recording, *, actor: User) -> Recording:
    this = Recording.objects.filter(pk=recording.pk, failure__in=RETRIED)
    if not this.move(Status.RECEIVED, failure="", percent=0):
        raise NotRetried
    record(
        "recording.retry",
        stream=f"recording:{recording.public_id}",
        actor=actor,
        basis="owner",
        object_type="recording",
        object_ref=str(recording.public_id),
    )
    tell_progress(recording)
    enqueue(film.KIND, str(recording.pk))
    recording.refresh_from_db()
    return recording


def own_recordings(user: User) -> QuerySet[Recording]:
    """Mine, the newest first, each with whom it is shared with now."""
    shares = Share.objects.valid().select_related("person", "group")
    sent = Observation.objects.submitted().filter(recording=OuterRef("pk"))
    return (
        Recording.objects.visible_to(user)
        .filter(enrolment__participant=user)
        .select_related("consent")
        .annotate(
            is_observed_by_me=Exists(sent.filter(observer=user)),
            is_observed_by_others=Exists(sent.exclude(observer=user)),
        )
        .prefetch_related(Prefetch("shares", queryset=shares, to_attr="valid_shares"))
    )


def shared_recordings(user: User) -> QuerySet[Recording]:
    """Of others, what can be played now; what waits for me first, the longest waiting on top."""
    my_groups = GroupMembership.objects.valid().filter(user=user).values("group")
    sent = Observation.objects.submitted().filter(recording=OuterRef("pk"), observer=user)
    with_me = Q(shares__taken_back_at=None) & (
        Q(shares__person=user) | Q(shares__group__in=my_groups)
    )
    return (
        Recording.objects.visible_to(user)
        .playable()
        .exclude(enrolment__participant=user)
        .select_related("enrolment__participant__profession", "enrolment__participant__practice")
        .annotate(
            is_observed_by_me=Exists(sent),
            shared_at=Min("shares__valid_from", filter=with_me),
        )
        .order_by("is_observed_by_me", "shared_at", "pk")
    )
