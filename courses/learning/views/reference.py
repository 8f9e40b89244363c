"""Looking something up: words, lessons that speak of something, a module on paper."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from courses.curriculum import reading
from courses.learning import lessons
from courses.learning.forms import SearchForm
from courses.learning.permissions import can_take_lessons, elearning_opens_at
from courses.learning.views.http import get_reader, signed_in
from lms.accounts.http import AuthenticatedHttpRequest


@signed_in
@require_safe
def glossary(request: AuthenticatedHttpRequest) -> HttpResponse:
    terms = sorted(get_reader(request).course.terms, key=lambda term: term.term.casefold())
    return render(request, "learning/glossary.html", {"terms": terms})


@signed_in
@require_safe
def search(request: AuthenticatedHttpRequest) -> HttpResponse:
    reader = get_reader(request)
    form = SearchForm(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "question": question,
        "found": reading.search(reader.course, reader.edition.content_id, question),
        "is_open": can_take_lessons(elearning_opens_at(reader)),
    }
    return render(request, "learning/search.html", context)


@signed_in
@require_safe
def module_print(request: AuthenticatedHttpRequest, key: UUID) -> HttpResponse:
    """All that can be read in a module, on paper; answers are given on the screen."""
    reader = get_reader(request, key)
    page = reader.course.modules.get(key)
    if page is None:
        raise Http404
    if not can_take_lessons(elearning_opens_at(reader)):
        return redirect("learning:module", key)
    bodies = reading.lesson_bodies(reader.edition.content_id, key)
    context = {
        "module": page,
        "lessons": [
            (lesson, lessons.screens_of(bodies.get(lesson.key, []))) for lesson in page.lessons
        ],
    }
    return render(request, "learning/module_print.html", context)
