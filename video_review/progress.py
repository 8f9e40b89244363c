"""How far somebody is with the homework that this app knows about, read from the facts."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.delivery.models import Enrolment
from courses.learning.cards import CardContent, register_card
from courses.learning.models import State, WaitingOn
from courses.learning.registry import Assignment, Kind, Report, register
from video_review.models import DevelopmentPoint, Observation, Recording, Status
from video_review.services.development import latest_point

DONE = Report(State.DONE, WaitingOn.NOBODY)


def report_recording(enrolment: Enrolment, assignment: Assignment) -> Report:
    """Done while a recording can be played, of a patient or of role play; open again without.

    The way to a recording begins with asking for consent.
    """
    made = Recording.objects.filter(
        Q(assignment_key=assignment.key)
        | Q(assignment_key=None, created_at__gte=assignment.opens_at),
        enrolment=enrolment,
    ).exclude(status=Status.DESTROYED)
    playable = made.playable().first()
    if playable is not None:
        return Report(State.DONE, WaitingOn.NOBODY, url=playable.get_absolute_url())
    latest = made.first()
    if latest is None:
        return Report(url=reverse("video_review:consent_new"))
    if latest.status == Status.RECEIVED:
        return Report(
            State.WAITING, WaitingOn.SYSTEM, _("is being prepared"), latest.get_absolute_url()
        )
    return Report(State.STARTED, url=latest.get_absolute_url())


def report_self_observation(enrolment: Enrolment, assignment: Assignment) -> Report:
    mine = Observation.objects.filter(
        recording__enrolment=enrolment, kind=Observation.Kind.SELF
    ).select_related("recording", "response")
    sent = sent_for(mine, assignment)
    if sent is not None:
        return sent_report(sent, assignment)
    started = mine.filter(
        response__submitted_at=None, recording__in=Recording.objects.playable()
    ).last()
    if started is not None:
        return Report(State.STARTED, url=review_of(started.recording))
    unseen = (
        Recording.objects.playable().filter(enrolment=enrolment).exclude(observations__in=mine)
    ).first()
    return Report(url=review_of(unseen)) if unseen else Report(State.LOCKED)


def report_peer_observation(enrolment: Enrolment, assignment: Assignment) -> Report:
    mine = Observation.objects.filter(
        observer=enrolment.participant_id,
        kind=Observation.Kind.PEER,
        recording__enrolment__edition=enrolment.edition_id,
    ).select_related("recording", "response")
    sent = sent_for(mine, assignment)
    if sent is not None:
        return sent_report(sent, assignment)
    shared = (
        Recording.objects.visible_to(enrolment.participant)
        .playable()
        .filter(enrolment__edition=enrolment.edition_id)
        .exclude(enrolment=enrolment)
    )
    started = mine.filter(recording__in=shared).last()
    if started is not None:
        return Report(State.STARTED, url=review_of(started.recording))
    waiting = shared.exclude(observations__observer=enrolment.participant_id).last()
    if waiting is not None:
        return Report(url=review_of(waiting))
    return Report(State.WAITING, WaitingOn.PARTNER)


def report_development_point(enrolment: Enrolment, assignment: Assignment) -> Report:
    if DevelopmentPoint.objects.filter(enrolment=enrolment).exists():
        return DONE
    watched = (
        Observation.objects.submitted()
        .filter(recording__enrolment=enrolment)
        .select_related("recording")
        .last()
    )
    if watched is None:
        return Report(State.LOCKED)
    return Report(url=reverse("video_review:development_point", args=[watched.recording.public_id]))


def sent_for(mine: QuerySet[Observation], assignment: Assignment) -> Observation | None:
    """The first that was sent for this assignment: since it was given, or about its recording."""
    return (
        mine.filter(
            Q(recording__assignment_key=assignment.key)
            | Q(response__submitted_at__gte=assignment.opens_at),
            response__submitted_at__isnull=False,
        )
        .order_by("response__submitted_at")
        .first()
    )


def sent_report(sent: Observation, assignment: Assignment) -> Report:
    """Late is done as well, and says that it was late."""
    sent_at = sent.response.submitted_at
    is_late = bool(assignment.due_at and sent_at and sent_at > assignment.due_at)
    return Report(State.DONE, WaitingOn.NOBODY, _("sent later") if is_late else "")


def review_of(recording: Recording) -> str:
    return reverse("video_review:review", args=[recording.public_id])


def development_card(enrolment: Enrolment) -> CardContent | None:
    point = latest_point(enrolment)
    return {"point": point} if point else None


def register_all() -> None:
    register(
        Kind("recording", report_recording, gettext_lazy("Recorded consultation"), icon="video")
    )
    label = gettext_lazy("Watching oneself with the observation form")
    register(Kind("self_observation", report_self_observation, label, icon="eye"))
    label = gettext_lazy("Observing a colleague")
    register(Kind("peer_observation", report_peer_observation, label, icon="users-round"))
    label = gettext_lazy("Development point")
    register(Kind("development_point", report_development_point, label, icon="target"))
    register_card(
        "development_point", development_card, "video_review/includes/development_card.html"
    )
