"""A lesson as participants get it, for its editor: of nobody, and nothing is kept."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.learning import lessons
from courses.learning.forms import DeclarationForm
from courses.learning.lessons import Screen
from courses.learning.questions import KINDS, Remark


def show_as_participant(request: HttpRequest, page: Any) -> HttpResponse:
    """All screens below each other, and what is said back to who has it right."""
    screens = lessons.screens_of(page.body)
    context = {"page": page, "shown": [shown(screen) for screen in screens]}
    return render(request, "learning/lesson_preview.html", context)


def shown(screen: Screen) -> dict[str, Any]:
    form: Form | None = None
    remarks: list[Remark] = []
    if screen.is_question:
        kind = KINDS[screen.kind]
        form = kind.form(value=screen.value, initial={"attempt": 1})
        remarks = kind.remarks(screen.value, kind.right(screen.value))
    elif screen.kind == lessons.DECLARATION:
        form = DeclarationForm(screen=screen)
    return {"screen": screen, "form": form, "remarks": remarks}
