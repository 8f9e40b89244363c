"""Signing in again without losing what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from courses.learning.permissions import Reader, reader_of
from lms.accounts.http import AuthenticatedHttpRequest

UNSENT = "unsent_answer"
LONGEST_ANSWER = 20  # the number of a choice; whoever sends it is nobody we know

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Asks to sign in; what was sent meanwhile comes back on the page afterwards."""

    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            answer = request.POST.get("answer", "")[:LONGEST_ANSWER]
            request.session[UNSENT] = {"path": request.path, "answer": answer or None}
            messages.info(
                request,
                _("You were signed out. Sign in, then you are back with your answer."),
            )
        return redirect_to_login(request.path)

    return ask_first


def unsent_answer(request: HttpRequest) -> str | None:
    """The answer that was sent after the session had ended, once."""
    unsent = request.session.get(UNSENT)
    if not unsent or unsent["path"] != request.path:
        return None
    del request.session[UNSENT]
    answer: str | None = unsent["answer"]
    return answer


def get_reader(request: AuthenticatedHttpRequest) -> Reader:
    reader = reader_of(request.user)
    if reader is None:
        raise Http404
    return reader
