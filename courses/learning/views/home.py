from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.curriculum.reading import Outline, follow_ups
from courses.delivery.models import Edition, Enrolment, Evening, EveningTrainer
from courses.delivery.permissions import can_see_planning
from courses.delivery.services import (
    choosing_time,
    chosen_track,
    enrolments_of,
    extra_days,
    standings_of,
)
from courses.delivery.views.chosen import (
    NAME,
    TEAM,
    address_in,
    chosen_course,
    chosen_edition,
)
from courses.learning import overview, services
from courses.learning.cards import filled_cards
from courses.learning.models import LessonTaken, Progress
from courses.learning.permissions import can_take_lessons, elearning_opens_at
from courses.learning.reporters import kind_of, lessons_in_order
from courses.learning.views.http import get_reader, signed_in
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import Role, RoleGrant, User

EDITIONS_PER_PAGE = 10  # of who leads them


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
    chosen = chosen_course(request)
    mine = enrolments_of(request.user, edition=chosen_edition(request))
    prefetch_related_objects([one.edition for one in mine], "evenings")  # much here reads them
    leads = leads_something(request.user)
    is_team = shows_team(chosen, mine, leads=leads)
    context["switch"] = switch_of(mine, leads=leads, is_team=is_team)
    rows = services.rows_of(mine)
    steps = services.steps_of(mine, rows)
    if is_team:
        context |= staff_context(request) | step_context(steps)
        return render(request, "learning/home_staff.html", context)
    context |= participant_context(mine[0], rows[mine[0].pk], steps)
    return render(request, "learning/home.html", context)


def shows_team(chosen: UUID | str | None, mine: list[Enrolment], *, leads: bool) -> bool:
    """Whose course is still on sees that first; who led others since, sees those."""
    if not mine or not leads:
        return not mine
    if chosen is not None:
        return chosen == TEAM or chosen not in [one.edition.public_id for one in mine]
    return all(one.ends_at <= timezone.now() for one in mine[0].edition.evenings.all())


def switch_of(mine: list[Enrolment], *, leads: bool, is_team: bool) -> list[dict[str, Any]]:
    """Between the courses of one's own and those one leads; nothing where there is one."""
    editions = sorted((one.edition for one in mine), key=lambda edition: -edition.pk)
    places = [
        {
            "title": edition.title,
            "note": edition.region,
            "url": address_in(edition, reverse("learning:home")),
            "is_current": not is_team and edition == mine[0].edition,
        }
        for edition in editions
    ]
    if leads:
        url = f"{reverse('learning:home')}?{NAME}={TEAM}"
        title = _("What you teach or coordinate")
        places.append({"title": title, "note": "", "url": url, "is_current": is_team})
    return places if len(places) > 1 else []


def step_context(
    steps: list[tuple[Enrolment, Progress]],
    shown: Enrolment | None = None,
    course: Outline | None = None,
) -> dict[str, Any]:
    """The one step to take now, of all courses of one's own: what is due first."""
    if not steps:
        return {"next_step": None}
    enrolment, row = steps[0]
    is_elsewhere = enrolment != shown
    if course is None or is_elsewhere:
        course = overview.course_of(enrolment.edition)
    about = reverse("learning:assignment", args=[row.assignment_key])
    addresses = [row.url, about]
    if is_elsewhere or len(steps) > 1:
        addresses = [address_in(enrolment.edition, one) for one in addresses]
    return {
        "next_step": overview.described(row, course),
        "next_step_url": addresses[0],
        "next_step_about": addresses[1],
        "next_step_edition": enrolment.edition if is_elsewhere else None,
    }


def participant_context(
    enrolment: Enrolment, rows: list[Progress], steps: list[tuple[Enrolment, Progress]]
) -> dict[str, Any]:
    course = overview.course_of(enrolment.edition)
    evenings = list(enrolment.edition.evenings.all())
    way = overview.way_of(enrolment, course, evenings, rows)
    chosen = course.tracks.get(chosen_track(enrolment))  # type: ignore[arg-type]  # none: no track
    return {
        "track": chosen,
        "choosing": choosing_time(enrolment.edition, evenings),
        "edition": enrolment.edition,
        "steps": way.steps,
        "next_evening": way.next_evening,
        "next_evening_page": way.next_page,
        "is_away": way.is_away,
        "homework": [
            overview.described(row, course) for row in rows if row.evening_number == way.number
        ],
        "follow_ups": [] if way.next_evening else follow_ups(enrolment.edition.content_id),
        "cards": filled_cards(enrolment),
        **step_context(steps, enrolment, course),
    }


def leads_something(user: User) -> bool:
    """Teaches, coordinates, or writes the course."""
    roles = RoleGrant.objects.valid().filter(user=user, role__in=[Role.COORDINATOR, Role.EDITOR])
    teaches = EveningTrainer.objects.valid().filter(user=user)
    return roles.values("pk").union(teaches.values("pk")).exists()


def staff_context(request: AuthenticatedHttpRequest) -> dict[str, Any]:
    user = request.user
    editions = overview.by_what_comes_first(Edition.objects.led_by(user))
    page = Paginator(editions, EDITIONS_PER_PAGE).get_page(request.GET.get("page"))
    overviews = overview.edition_overviews(page.object_list)  # type: ignore[arg-type]  # a slice
    shown = Evening.objects.filter(edition__in=[one.edition for one in overviews])
    return {
        "page": page,
        "overviews": overviews,
        "reachable": set(shown.visible_to(user).values_list("pk", flat=True)),
        "standings": standings_of(user),
        "plans": can_see_planning(user),
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
    reader = get_reader(request, key)
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
        "extra_days": extra_days(enrolment).get(key, 0),
    }
    return render(request, "learning/assignment.html", context)


@signed_in
@require_POST
def declare(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """The participant says something is done, or takes that back."""
    row = get_progress(get_reader(request, key).enrolment, key)
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
