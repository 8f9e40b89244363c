"""Filling in the form about a recording: by its owner, and by who watches with him."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from assessments.instruments.models import FormVersion, Item
from assessments.instruments.services import (
    GivenAnswer,
    Saved,
    hold_open,
    save_answers,
    start_response,
    submit_response,
)
from courses.delivery.models import Enrolment, EveningTrainer
from courses.learning.services import hold, report_progress
from lms.accounts.models import User
from lms.audit.services import record
from lms.mail.services import queue_mail
from video_review.models import Moment, Observation, Recording, basis_for
from video_review.services.playback import role_of

FORM = "kijkwijzer"
MOST_MOMENTS = 200
ENROLLED_KINDS = {
    Observation.Kind.SELF: "self_observation",
    Observation.Kind.PEER: "peer_observation",
}


class TooManyMoments(Exception):
    """More moments than anybody can discuss."""


class NotYourMoment(Exception):
    """A moment of that name belongs to another observation."""


@dataclass(frozen=True)
class MomentDetails:
    at_ms: int
    kind: str
    quote: str
    note: str
    items: Sequence[str]  # codes


def observation_of(user: User, recording: Recording) -> Observation | None:
    return (
        Observation.objects.select_related("response", "recording__enrolment__participant")
        .filter(recording=recording, observer=user)
        .first()
    )


def start_observation(*, user: User, recording: Recording) -> Observation:
    """One per person per recording: a double click finds the one that is there."""
    found = observation_of(user, recording)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            observation = Observation.objects.create(
                recording=recording,
                observer=user,
                kind=kind_for(user, recording),
                response=start_response(FORM),
            )
            tell_progress(observation)
    except IntegrityError:
        return Observation.objects.select_related("response").get(
            recording=recording, observer=user
        )
    return observation


def kind_for(user: User, recording: Recording) -> str:
    if recording.enrolment.participant_id == user.pk:
        return Observation.Kind.SELF
    teaches = EveningTrainer.objects.valid().filter(
        user=user, evening__edition=recording.enrolment.edition_id
    )
    return Observation.Kind.TRAINER if teaches.exists() else Observation.Kind.PEER


def tell_progress(observation: Observation) -> None:
    """The observer's own homework, which a trainer has none of, and the owner's next step."""
    owner = observation.recording.enrolment
    kind = ENROLLED_KINDS.get(Observation.Kind(observation.kind))
    mine = Enrolment.objects.active().filter(
        participant=observation.observer, edition=owner.edition_id
    )
    reports = [(enrolment, kind) for enrolment in mine] if kind else []
    reports.append((owner, "development_point"))
    hold(*(enrolment for enrolment, _kind in reports))
    for enrolment, of in reports:
        report_progress(enrolment, of)


def save_observation(
    observation: Observation,
    answers: Mapping[str, GivenAnswer],
    *,
    seen: datetime | None = None,
) -> Saved:
    return save_answers(observation.response, answers, seen=seen)


@transaction.atomic
def submit_observation(observation: Observation) -> bool:
    """Send it: from then on it stays as it is, and others see it. True the first time.

    Never refused for being late: when it was sent is kept, so what is late can be told.
    """
    if not submit_response(observation.response):
        return False
    recording, observer = observation.recording, observation.observer
    record(
        "observation.submit",
        stream=f"recording:{recording.public_id}",
        actor=observer,
        role="trainer" if observation.kind == Observation.Kind.TRAINER else "participant",
        basis=basis_for(observer, recording) or "",
        object_type="observation",
        object_ref=str(observation.public_id),
    )
    tell_progress(observation)
    if observation.kind != Observation.Kind.SELF:
        queue_mail(
            key=f"observation_received:{observation.pk}",
            recipient=recording.enrolment.participant,
            template="observation_received",
            url_name="video_review:results",
            url_args=(str(recording.public_id),),
        )
    return True


def note_reading(reader: User, recording: Any, read: Iterable[Observation]) -> None:
    """What others saw is on record as read: by whom, on what basis, of which observations.

    The recording comes ``with_basis`` of this reader.
    """
    others = sorted(str(one.public_id) for one in read if one.observer_id != reader.pk)
    if not others:
        return
    record(
        "observation.read",
        stream=f"recording:{recording.public_id}",
        actor=reader,
        role=role_of(recording),
        basis=recording.basis,
        object_type="recording",
        object_ref=str(recording.public_id),
        detail={"observations": others},
    )


def form_version_of(observation: Observation | None) -> int:
    """The version this observation is answered in, or would be."""
    if observation is not None:
        return observation.response.version_id
    current = FormVersion.objects.filter(form__code=FORM).latest("number")
    return int(current.pk)


@transaction.atomic
def save_moment(
    observation: Observation, *, public_id: uuid.UUID, details: MomentDetails
) -> Moment:
    """Place a moment, or change the one placed before under this id: asked twice, it is one."""
    hold_open(observation.response)
    changes = {
        "at_ms": details.at_ms,
        "kind": details.kind,
        "quote": details.quote,
        "note": details.note,
    }
    moment = observation.moments.filter(public_id=public_id).first()
    if moment is None:
        moment = place_moment(observation, public_id, changes)
    else:
        Moment.objects.filter(pk=moment.pk).update(**changes)
        moment.refresh_from_db()
    moment.items.set(
        Item.objects.filter(
            section__version=observation.response.version_id, code__in=details.items
        )
    )
    return moment


def place_moment(
    observation: Observation, public_id: uuid.UUID, changes: Mapping[str, object]
) -> Moment:
    if observation.moments.count() >= MOST_MOMENTS:
        raise TooManyMoments
    try:
        with transaction.atomic():
            return Moment.objects.create(observation=observation, public_id=public_id, **changes)
    except IntegrityError as taken:
        raise NotYourMoment from taken


@transaction.atomic
def delete_moment(observation: Observation, *, public_id: uuid.UUID) -> bool:
    hold_open(observation.response)
    deleted, _rows = observation.moments.filter(public_id=public_id).delete()
    return bool(deleted)
