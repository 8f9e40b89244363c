from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.curriculum.reading import Outline, follow_ups
from courses.delivery.models import Edition, Enrolment, Evening
from courses.delivery.services import (
    choosing_time,
    chosen_track,
    current_enrolment,
    extra_days,
    standings_of,
)
from courses.learning import overview, services
from courses.learning.cards import filled_cards
from courses.learning.models import LessonTaken, Progress
from courses.learning.permissions import can_take_lessons, elearning_opens_at
from courses.learning.reporters import kind_of, lessons_in_order
from courses.learning.views.http import get_reader, signed_in
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User


def greeting(now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if 5 <= hour < 12:
        return _("Good morning")
    if 12 <= hour < 18:
        return _("Good afternoon")
    return _("Good evening")


@signed_in
@require_safe
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """ "Mijn leergang": one next step, the way there, and what is asked before the next evening."""
    context: dict[str, Any] = {"greeting": greeting(timezone.now())}
    enrolment = current_enrolment(request.user)
    if enrolment is None:
        return render(request, "learning/home_staff.html", context | staff_context(request.user))
    context |= participant_context(enrolment)
    return render(request, "learning/home.html", context)


def participant_context(enrolment: Enrolment) -> dict[str, Any]:
    course = overview.course_of(enrolment.edition)
    rows = list(enrolment.progress.all())
    evenings = list(enrolment.edition.evenings.all())
    way = overview.way_of(enrolment, course, evenings, rows)
    step = services.first_step(rows)
    chosen = course.tracks.get(chosen_track(enrolment))  # type: ignore[arg-type]  # none: no track
    return {
        "track": chosen,
        "choosing": choosing_time(enrolment.edition, evenings),
        "edition": enrolment.edition,
        "steps": way.steps,
        "next_evening": way.next_evening,
        "next_evening_page": way.next_page,
        "next_step": overview.described(step, course) if step else None,
        "homework": [
            overview.described(row, course) for row in rows if row.evening_number == way.number
        ],
        "follow_ups": follow_ups(enrolment.edition.content_id),
        "cards": filled_cards(enrolment),
    }


def staff_context(user: User) -> dict[str, Any]:
    editions = Edition.objects.visible_to(user).order_by("-pk")
    return {
        "overviews": overview.edition_overviews(editions),
        "reachable": set(Evening.objects.visible_to(user).values_list("pk", flat=True)),
        "standings": standings_of(user),
        "is_editor": user.has_perm("wagtailadmin.access_admin"),
    }


def get_progress(enrolment: Enrolment | None, key: UUID) -> Progress:
    row = enrolment.progress.filter(assignment_key=key).first() if enrolment else None
    if row is None:
        raise Http404
    return row


def modules_of(course: Outline, enrolment: Enrolment) -> list[tuple[Any, int, int]]:
    """Every module with how many of its lessons are done, in the order to do them."""
    done = set(
        LessonTaken.objects.filter(enrolment=enrolment, completed_at__isnull=False).values_list(
            "lesson_key", flat=True
        )
    )
    keys = dict.fromkeys(lesson.module_key for lesson in lessons_in_order(course))
    modules = [course.modules[key] for key in keys]
    return [
        (module, sum(lesson.key in done for lesson in module.lessons), len(module.lessons))
        for module in modules
    ]


@signed_in
@require_safe
def assignment(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    reader = get_reader(request)
    row = get_progress(reader.enrolment, key)
    enrolment = row.enrolment
    found = reader.course.assignments[key]
    kind = kind_of(row.kind)
    opens_at = elearning_opens_at(reader)
    context = {
        "assignment": found,
        "row": row,
        "kind": kind,
        "goes_elsewhere": row.url != request.path,
        "modules": modules_of(reader.course, enrolment) if row.kind == "elearning" else [],
        "is_open": can_take_lessons(opens_at),
        "opens_at": opens_at,
        "has_extension": key in extra_days(enrolment),
    }
    return render(request, "learning/assignment.html", context)


@signed_in
@require_POST
def declare(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """The participant says something is done, or takes that back."""
    enrolment = current_enrolment(request.user)
    row = get_progress(enrolment, key)
    found = next((item for item in services.assignments_of(row.enrolment) if item.key == key), None)
    if found is None:
        raise Http404
    if "terug" in request.POST:
        services.take_back_declaration(row.enrolment, found)
        messages.info(request, _("Put back. It is on your list again."))
        return redirect("learning:assignment", key=key)
    try:
        services.declare_done(row.enrolment, found)
    except services.NotSelfDeclared:
        messages.warning(request, _("The platform sees for itself when this is done."))
        return redirect("learning:assignment", key=key)
    except services.NotOpen:
        messages.warning(request, _("This opens after the evening. Nothing was changed."))
        return redirect("learning:assignment", key=key)
    messages.success(
        request, _("Done: “%(title)s”. You can still take that back.") % {"title": found.title}
    )
    return redirect("learning:assignment", key=key)
