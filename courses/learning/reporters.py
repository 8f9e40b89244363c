"""How far somebody is with the assignments that the course itself can see."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.curriculum.reading import LessonOutline, Outline, outline
from courses.delivery.models import Enrolment
from courses.learning.models import LessonTaken, SelfDeclared, State, WaitingOn
from courses.learning.registry import KINDS, Assignment, Kind, Report, register


def report_declared(enrolment: Enrolment, assignment: Assignment) -> Report:
    declared = SelfDeclared.objects.filter(enrolment=enrolment, assignment_key=assignment.key)
    if declared.exists():
        return Report(State.DONE, WaitingOn.NOBODY)
    return Report(State.OPEN)


def lessons_in_order(course: Outline) -> list[LessonOutline]:
    """Lessons in the order to do them: first the modules that open the door to recording."""
    modules = sorted(course.modules.values(), key=lambda module: not module.unlocks_recording)
    return [lesson for module in modules for lesson in module.lessons]


def report_elearning(enrolment: Enrolment, assignment: Assignment) -> Report:
    lessons = lessons_in_order(outline(enrolment.edition.content_id))
    taken = dict(
        LessonTaken.objects.filter(enrolment=enrolment).values_list("lesson_key", "completed_at")
    )
    undone = [lesson for lesson in lessons if taken.get(lesson.key) is None]
    detail = f"{len(lessons) - len(undone)}/{len(lessons)}"
    if not undone:
        return Report(State.DONE, WaitingOn.NOBODY, detail)
    state = State.STARTED if taken else State.OPEN
    return Report(
        state, WaitingOn.PARTICIPANT, detail, reverse("learning:lesson", args=[undone[0].key])
    )


SELF_DECLARED = {
    "kba_reflection": (_("Looking back with the KBA"), "chart-no-axes-column"),
    "reading": (_("Reading"), "book-open"),
    "own_practice": (_("Trying it in one's own practice"), "stethoscope"),
    "organisation_scan": (_("Scan of the organisation"), "clipboard-check"),
    "plan_case": (_("Practice case with the plan"), "notebook-pen"),
}


def kind_of(name: str) -> Kind:
    """A kind that no app has registered is declared done by the participant."""
    return KINDS.get(name) or Kind(name, report_declared, is_self_declared=True)


def register_own_kinds() -> None:
    register(Kind("elearning", report_elearning, _("E-learning"), icon="monitor"))
    for name, (label, icon) in SELF_DECLARED.items():
        register(Kind(name, report_declared, label, icon=icon, is_self_declared=True))
