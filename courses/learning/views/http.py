"""Signing in again without losing what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from courses.delivery.views.chosen import chosen_edition
from courses.learning.permissions import Reader, reader_of
from lms.accounts.http import AuthenticatedHttpRequest

UNSENT = "unsent_answer"
LONGEST_ANSWER = 4000  # characters of all fields; whoever sends it is nobody we know
OURS = ("answer", "declared")  # how the fields of an answer are called

Fields = dict[str, list[str]]

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Asks to sign in; what was sent meanwhile comes back on the page afterwards."""

    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            request.session[UNSENT] = {"path": request.path, "fields": answer_in(request)}
            messages.info(
                request,
                _("You were signed out. Sign in, then you are back with your answer."),
            )
        return redirect_to_login(request.path)

    return ask_first


def answer_in(request: HttpRequest) -> Fields:
    """What somebody chose or typed; nothing of what is longer than an answer can be."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name.startswith(OURS)}
    length = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    return fields if length <= LONGEST_ANSWER else {}


def unsent_answer(request: HttpRequest) -> Fields | None:
    """The answer that was sent after the session had ended, once."""
    unsent = request.session.get(UNSENT)
    if not unsent or unsent["path"] != request.path:
        return None
    del request.session[UNSENT]
    fields: Fields = unsent["fields"]
    return fields


def get_reader(request: AuthenticatedHttpRequest, key: UUID | None = None) -> Reader:
    reader = reader_of(request.user, edition=chosen_edition(request), key=key)
    if reader is None:
        raise Http404
    return reader
