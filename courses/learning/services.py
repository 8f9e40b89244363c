"""Progress: computed from the facts, stored for whoever asks what is next."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.reading import AssignmentOutline, Outline, outline
from courses.delivery.models import Edition, Enrolment
from courses.delivery.services import chosen_track, extra_days, next_evening
from courses.learning.models import LessonTaken, Progress, SelfDeclared, State
from courses.learning.registry import Assignment
from courses.learning.reporters import kind_of

STORED = [
    "kind",
    "position",
    "evening_number",
    "state",
    "waiting_on",
    "detail",
    "opens_at",
    "due_at",
    "is_required",
    "url",
]


class NotSelfDeclared(Exception):
    """The platform sees for itself whether this is done."""


class NotOpen(Exception):
    """The evening that gives this has not ended."""


def is_for(assignment: AssignmentOutline, course: Outline, track: uuid.UUID | None) -> bool:
    if not assignment.track_code:
        return True
    return track is not None and course.tracks[track].code == assignment.track_code


def assignments_of(enrolment: Enrolment, course: Outline | None = None) -> list[Assignment]:
    """The homework of one participant, in the order to do it."""
    course = course or outline(enrolment.edition.content_id)
    evenings = list(enrolment.edition.evenings.all())
    track = chosen_track(enrolment)
    extra = extra_days(enrolment)
    found = []
    for evening in evenings:
        page = course.evenings.get(evening.page_key)
        if page is None or (evening.track_key and evening.track_key != track):
            continue
        following = next_evening(evening, evenings, track)
        for item in page.assignments:
            if not is_for(item, course, track):
                continue
            found.append(
                Assignment(
                    key=item.key,
                    kind=item.kind,
                    title=item.title,
                    position=item.position,
                    evening_number=following.number if following else evening.number + 1,
                    opens_at=evening.ends_at,
                    due_at=following.starts_at
                    + timedelta(days=extra.get(item.key, 0) - item.due_days_before)
                    if following
                    else None,
                    minutes=item.minutes,
                    text=item.text,
                    is_required=item.is_required,
                )
            )
    return sorted(found, key=lambda assignment: assignment.position)


def computed_progress(enrolment: Enrolment, assignment: Assignment) -> Progress:
    report = kind_of(assignment.kind).report(enrolment, assignment)
    return Progress(
        enrolment=enrolment,
        assignment_key=assignment.key,
        kind=assignment.kind,
        position=assignment.position,
        evening_number=assignment.evening_number,
        state=report.state,
        waiting_on=report.waiting_on,
        detail=report.detail,
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        is_required=assignment.is_required,
        url=report.url or reverse("learning:assignment", args=[assignment.key]),
    )


def hold(*enrolments: Enrolment) -> None:
    """Of two facts that arrive at once, the second reports after the first is there to be seen.

    A fact that is reported of several people holds all of them first, at once: two partners whose
    facts arrive together would otherwise wait for each other.
    """
    wanted = Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in enrolments])
    list(wanted.select_for_update().order_by("pk").values_list("pk"))


def store(rows: list[Progress]) -> None:
    Progress.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "assignment_key"],
        update_fields=STORED,
    )


@transaction.atomic
def report_progress(enrolment: Enrolment, kind: str) -> None:
    """Compute the rows of this kind again. Call it in the transaction of the fact."""
    hold(enrolment)
    mine = [found for found in assignments_of(enrolment) if found.kind == kind]
    store([computed_progress(enrolment, assignment) for assignment in mine])


@transaction.atomic
def rebuild_progress(enrolment: Enrolment) -> None:
    """All rows of one participant, made anew from the facts."""
    hold(enrolment)
    mine = assignments_of(enrolment)
    Progress.objects.filter(enrolment=enrolment).exclude(
        assignment_key__in=[assignment.key for assignment in mine]
    ).delete()
    store([computed_progress(enrolment, assignment) for assignment in mine])


def rebuild_edition(edition: Edition) -> None:
    enrolments = edition.enrolments.active().select_related("edition", "track_choice")
    for enrolment in enrolments:
        rebuild_progress(enrolment)


def first_step(rows: list[Progress]) -> Progress | None:
    """Of these rows, in order, the one thing to do now: what is required goes first."""
    mine = [row for row in rows if row.is_mine]
    required = [row for row in mine if row.is_required]
    return next(iter(required or mine), None)


def rows_of(enrolments: Sequence[Enrolment]) -> dict[int, list[Progress]]:
    rows: dict[int, list[Progress]] = {one.pk: [] for one in enrolments}
    for row in Progress.objects.filter(enrolment__in=rows):
        rows[row.enrolment_id].append(row)
    return rows


def steps_of(
    enrolments: Sequence[Enrolment], rows: dict[int, list[Progress]]
) -> list[tuple[Enrolment, Progress]]:
    """Per course of one person the one thing to do now, what is due first on top."""
    found = [(one, step) for one in enrolments if (step := first_step(rows[one.pk])) is not None]
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda pair: pair[1].due_at or latest)


def next_step(enrolment: Enrolment) -> Progress | None:
    return first_step(list(enrolment.progress.all()))


def is_ready(rows: list[Progress], evening_number: int) -> bool:
    """Everything asked before this evening is done."""
    return all(
        row.state == State.DONE
        for row in rows
        if row.is_required and row.evening_number == evening_number
    )


def may_upload(enrolment: Enrolment) -> bool:
    """Whether every module that must come before the first recording is done."""
    course = outline(enrolment.edition.content_id)
    needed = {
        lesson.key
        for module in course.modules.values()
        if module.unlocks_recording
        for lesson in module.lessons
    }
    done = LessonTaken.objects.filter(
        enrolment=enrolment, lesson_key__in=needed, completed_at__isnull=False
    )
    return done.count() == len(needed)


@transaction.atomic
def declare_done(enrolment: Enrolment, assignment: Assignment) -> None:
    """The participant says it is done; saying it twice changes nothing."""
    if not kind_of(assignment.kind).is_self_declared:
        raise NotSelfDeclared
    if timezone.now() < assignment.opens_at:
        raise NotOpen
    SelfDeclared.objects.get_or_create(enrolment=enrolment, assignment_key=assignment.key)
    report_progress(enrolment, assignment.kind)


@transaction.atomic
def take_back_declaration(enrolment: Enrolment, assignment: Assignment) -> None:
    SelfDeclared.objects.filter(enrolment=enrolment, assignment_key=assignment.key).delete()
    report_progress(enrolment, assignment.kind)
