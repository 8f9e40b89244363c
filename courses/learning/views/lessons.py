from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Field, MultipleChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.curriculum.reading import Term, lesson_body
from courses.learning import lessons
from courses.learning.forms import DeclarationForm, ScreenForm, StudyTimeForm
from courses.learning.lessons import Screen, Standing
from courses.learning.models import LessonTaken
from courses.learning.permissions import Reader, can_take_lessons, elearning_opens_at
from courses.learning.questions import KINDS, QuestionForm
from courses.learning.terms import mark_terms
from courses.learning.views.http import Fields, get_reader, signed_in, unsent_answer
from lms.accounts.http import AuthenticatedHttpRequest


@signed_in
@require_safe
def module(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    reader = get_reader(request, key)
    page = reader.course.modules.get(key)
    if page is None:
        raise Http404
    taken = {
        row.lesson_key: row
        for row in LessonTaken.objects.filter(enrolment=reader.enrolment, module_key=key)
    }
    rows = [(lesson, taken.get(lesson.key)) for lesson in page.lessons]
    done = sum(1 for _lesson, row in rows if row and row.completed_at)
    undone = [lesson for lesson, row in rows if not (row and row.completed_at)]
    opens_at = elearning_opens_at(reader)
    context = {
        "module": page,
        "rows": rows,
        "done": done,
        "next_lesson": undone[0] if undone else None,
        "is_open": can_take_lessons(opens_at),
        "opens_at": opens_at,
        "is_preview": reader.enrolment is None,
    }
    return render(request, "learning/module.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """One lesson, one screen at a time, in the version of the reader's edition."""
    reader = get_reader(request, key)
    found = reader.course.lessons.get(key)
    body = lesson_body(reader.edition.content_id, key) if found else None
    if found is None or body is None:
        raise Http404
    opens_at = elearning_opens_at(reader)
    if not can_take_lessons(opens_at):
        context = {"lesson": found, "opens_at": opens_at}
        return render(request, "learning/lesson_locked.html", context, status=403)
    screens = lessons.screens_of(body)
    if request.method == "POST":
        return take_step(request, reader, key, screens)
    if reader.enrolment is None:
        standing = Standing(screens, 0, {})
    else:
        taken = lessons.begin(reader.enrolment, found)
        standing = lessons.standing_of(reader.enrolment, key, screens, taken)
    asked = ScreenForm({"screen": request.GET.get("scherm", standing.resume_at)})
    number = asked.cleaned_data["screen"] if asked.is_valid() else standing.resume_at
    screen = screens[min(number, len(screens)) - 1]
    form = make_form(screen, standing, unsent_answer(request))
    return show_screen(request, reader, key, standing, screen, form)


def take_step(
    request: AuthenticatedHttpRequest, reader: Reader, key: UUID, screens: list[Screen]
) -> HttpResponse:
    asked = ScreenForm(request.POST)
    if not asked.is_valid() or asked.cleaned_data["screen"] > len(screens):
        raise Http404
    found = reader.course.lessons[key]
    screen = screens[asked.cleaned_data["screen"] - 1]
    here = f"{request.path}?scherm={screen.number}"
    if screen.kind == lessons.READING:
        if reader.enrolment:
            lessons.read_screen(reader.enrolment, found, screens, screen.number)
        return redirect(after(request, reader, key, screens, screen))
    standing = (
        lessons.standing_of(reader.enrolment, key, screens)
        if reader.enrolment
        else Standing(screens, 0, {})
    )
    form = make_form(screen, standing, data=request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return show_screen(request, reader, key, standing, screen, form, status=422)
    if reader.enrolment is None:
        messages.info(request, _("You look along: nothing is kept of what you answer."))
        return redirect(after(request, reader, key, screens, screen))
    if isinstance(form, QuestionForm):
        lessons.answer_question(
            reader.enrolment,
            found,
            screens,
            screen=screen,
            given=form.given(),
            attempt=form.cleaned_data["attempt"],
        )
        return redirect(f"{here}#antwoord")
    lessons.declare_in_lesson(reader.enrolment, found, screens, screen=screen)
    return redirect(after(request, reader, key, screens, screen))


def after(
    request: AuthenticatedHttpRequest,
    reader: Reader,
    key: UUID,
    screens: list[Screen],
    screen: Screen,
) -> str:
    """Where one goes from a screen: the next one, or the end of the lesson."""
    if screen.number < len(screens):
        return f"{request.path}?scherm={screen.number + 1}"
    return reverse("learning:lesson_done", args=[key])


def make_form(
    screen: Screen, standing: Standing, unsent: Fields | None = None, data: Any = None
) -> QuestionForm | DeclarationForm | None:
    if screen.is_question:
        initial: dict[str, Any] = {"attempt": len(standing.answers.get(screen.key, [])) + 1}
        form = KINDS[screen.kind].form(data, value=screen.value, initial=initial)
        for name, values in (unsent or {}).items():
            if name in form.fields:
                form.initial[name] = values if is_many(form.fields[name]) else values[0]
        return form
    if screen.kind == lessons.DECLARATION:
        return DeclarationForm(
            data, screen=screen, initial={"declared": standing.has_passed(screen)}
        )
    return None


def is_many(field: Field) -> bool:
    return isinstance(field, MultipleChoiceField)


def reading_of(screen: Screen, reader: Reader) -> tuple[str, list[Term]]:
    """What there is to read on a screen, with the words of the glossary that occur in it."""
    if screen.kind != lessons.READING:
        return "", []
    return mark_terms("".join(block.render() for block in screen.blocks), reader.course.terms)


def show_screen(
    request: AuthenticatedHttpRequest,
    reader: Reader,
    key: UUID,
    standing: Standing,
    screen: Screen,
    form: QuestionForm | DeclarationForm | None,
    status: int = 200,
) -> HttpResponse:
    found = reader.course.lessons[key]
    attempts = standing.answers.get(screen.key, [])
    is_answering_again = "opnieuw" in request.GET or status != 200
    answered = attempts[-1] if attempts and screen.is_question else None
    if is_answering_again:
        answered = None
    last = screen.number == len(standing.screens)
    reading, terms = reading_of(screen, reader)
    context = {
        "lesson": found,
        "module": reader.course.modules[found.module_key],
        "screen": screen,
        "screens": standing.screens,
        "form": form,
        "reading": reading,
        "terms": terms,
        "answered": answered,
        "remarks": KINDS[screen.kind].remarks(screen.value, answered.given) if answered else [],
        "next_url": after(request, reader, key, standing.screens, screen),
        "previous": screen.number - 1,
        "is_last": last,
        "is_passed": standing.has_passed(screen),
        "is_preview": reader.enrolment is None,
        "beat_url": reverse("learning:study_time", args=[key]) if reader.enrolment else "",
    }
    return render(request, "learning/lesson.html", context, status=status)


@signed_in
@require_safe
def lesson_done(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """The end of a lesson, and the way to the next one."""
    reader = get_reader(request, key)
    found = reader.course.lessons.get(key)
    if found is None:
        raise Http404
    taken = LessonTaken.objects.filter(enrolment=reader.enrolment, lesson_key=key).first()
    if reader.enrolment and not (taken and taken.completed_at):
        messages.info(request, _("This part is not finished yet. You go on where you were."))
        return redirect("learning:lesson", key=key)
    page = reader.course.modules[found.module_key]
    done = LessonTaken.objects.filter(
        enrolment=reader.enrolment, module_key=page.key, completed_at__isnull=False
    ).count()
    context = {
        "lesson": found,
        "module": page,
        "done": done,
        "total": len(page.lessons),
        "next_lesson": reader.course.next_lesson(key),
        "is_preview": reader.enrolment is None,
    }
    return render(request, "learning/lesson_done.html", context)


@signed_in
@require_POST
def study_time(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """Sent by the page while it is on the screen."""
    reader = get_reader(request, key)
    form = StudyTimeForm(request.POST)
    if reader.enrolment is None or key not in reader.course.lessons or not form.is_valid():
        raise Http404
    lessons.add_study_time(reader.enrolment, key, form.cleaned_data["seconds"])
    return HttpResponse(status=204)
