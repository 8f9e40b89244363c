"""How far somebody is with the assignments that the course itself can see."""

from django.urls import reverse

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


SELF_DECLARED_ICONS = {
    "kba_reflection": "chart-no-axes-column",
    "reading": "book-open",
    "own_practice": "stethoscope",
    "organisation_scan": "clipboard-check",
    "plan_case": "notebook-pen",
}


def kind_of(name: str) -> Kind:
    """A kind that no app has registered is declared done by the participant."""
    return KINDS.get(name) or Kind(name, report_declared, is_self_declared=True)


def register_own_kinds() -> None:
    register(Kind("elearning", report_elearning, icon="monitor"))
    for name, icon in SELF_DECLARED_ICONS.items():
        register(Kind(name, report_declared, icon=icon, is_self_declared=True))
