"""Which of several courses somebody looks at: named in the address, so that a link can be shared,
and remembered for the rest of the session."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from courses.delivery.models import Edition, Enrolment
from courses.delivery.services import current_enrolment
from lms.accounts.http import AuthenticatedHttpRequest

NAME = "leergang"
TEAM = "begeleiden"  # not a course of one's own, but those that one teaches or coordinates
REMEMBERED = "chosen_course"


def chosen_course(request: HttpRequest) -> UUID | str | None:
    """The public id of an edition, ``TEAM``, or nothing that was chosen."""
    asked = request.GET.get(NAME, "")
    chosen = readable(asked)
    if chosen is None:
        return readable(request.session.get(REMEMBERED, ""))
    if request.session.get(REMEMBERED) != asked:
        request.session[REMEMBERED] = asked
    return chosen


def readable(word: str) -> UUID | str | None:
    if word == TEAM:
        return word
    try:
        return UUID(word)
    except ValueError:
        return None


def chosen_edition(request: HttpRequest) -> UUID | None:
    chosen = chosen_course(request)
    return chosen if isinstance(chosen, UUID) else None


def chosen_enrolment(request: AuthenticatedHttpRequest) -> Enrolment | None:
    """The course of one's own that was chosen, else the one that was joined last."""
    return current_enrolment(request.user, edition=chosen_edition(request))


def address_in(edition: Edition, address: str) -> str:
    """The same page, of this edition whatever was chosen before."""
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode({NAME: edition.public_id})}"
