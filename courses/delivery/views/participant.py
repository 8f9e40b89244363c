"""One participant of an edition, for coordinators: days, evenings and the other track."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.curriculum.reading import AssignmentOutline, Outline, outline
from courses.delivery.forms.participant import (
    CatchUpForm,
    MoreDaysForm,
    OtherTrackForm,
    TakeBackForm,
)
from courses.delivery.models import Enrolment, Evening, Extension
from courses.delivery.permissions import can_change_participant, can_see_participants
from courses.delivery.services import (
    chosen_track,
    evenings_of,
    give_extension,
    take_back_extension,
)
from courses.delivery.services.absence import NoPlaceToCatchUp, arrange_catch_up, catch_ups
from courses.delivery.services.other_tracks import let_visit, take_back_visit
from courses.delivery.services.presence import presence_of
from lms.accounts.gate import second_factor_required
from lms.accounts.models import User


@dataclass(frozen=True)
class Participant:
    enrolment: Enrolment

    @cached_property
    def course(self) -> Outline:
        return outline(self.enrolment.edition.content_id)

    @cached_property
    def evenings(self) -> list[Evening]:
        return evenings_of(self.enrolment)

    def homework(self) -> list[tuple[AssignmentOutline, Extension | None]]:
        """Of the base part and of their own track, with the days they have more."""
        own = self.course.tracks.get(chosen_track(self.enrolment))  # type: ignore[arg-type]
        theirs = {"", own.code if own else ""}
        extended = {one.assignment_key: one for one in self.enrolment.extensions.all()}
        return [
            (one, extended.get(one.key))
            for one in self.course.assignments.values()
            if one.track_code in theirs and self.is_theirs(one)
        ]

    def is_theirs(self, assignment: AssignmentOutline) -> bool:
        tracks = {page.code: page.track_key for page in self.course.evenings.values()}
        return tracks[assignment.evening_code] in (None, chosen_track(self.enrolment))

    def other_evenings(self) -> list[Evening]:
        own = chosen_track(self.enrolment)
        if own is None:
            return []
        of_tracks = self.enrolment.edition.evenings.exclude(track_key=None)
        return list(of_tracks.exclude(track_key=own).filter(cancelled_at=None))


Made = Callable[[Participant, QueryDict | None], forms.Form]


def more_days_form(found: Participant, sent: QueryDict | None) -> forms.Form:
    homework = [(one.key, one.title) for one, _extension in found.homework()]
    return MoreDaysForm(sent, homework=homework, auto_id="days_%s")


def catch_up_form(found: Participant, sent: QueryDict | None) -> forms.Form:
    places = [(one, catch_ups(found.enrolment, one)) for one in found.evenings]
    return CatchUpForm(sent, places=places, auto_id="catch_up_%s")


def other_track_form(found: Participant, sent: QueryDict | None) -> forms.Form:
    return OtherTrackForm(sent, evenings=found.other_evenings(), auto_id="track_%s")


def give_days(found: Participant, form: forms.Form, by: User) -> str:
    said = form.cleaned_data
    give_extension(
        found.enrolment, said["assignment"], days=said["days"], reason=said["reason"], by=by
    )
    words = {"days": said["days"], "name": found.enrolment.participant}
    return (
        ngettext(
            "%(name)s has %(days)d day more, and a mail about it.",
            "%(name)s has %(days)d days more, and a mail about it.",
            said["days"],
        )
        % words
    )


def find_place(found: Participant, form: forms.Form, by: User) -> str:
    assert isinstance(form, CatchUpForm)  # noqa: S101 -- of the same action; for the type checker
    evening, catch_up = form.meant[form.cleaned_data["place"]]
    try:
        arrange_catch_up(found.enrolment, evening, catch_up=catch_up, by=by)
    except NoPlaceToCatchUp:
        form.add_error("place", form.fields["place"].error_messages["invalid_choice"])
        return ""
    if catch_up is None:
        return _("Kept: this evening is still to be caught up.")
    return _("Kept. The evening stands in the calendar of %(name)s.") % {
        "name": found.enrolment.participant
    }


def let_in(found: Participant, form: forms.Form, by: User) -> str:
    said = form.cleaned_data
    evening = next(one for one in found.other_evenings() if one.public_id == said["evening"])
    let_visit(found.enrolment, evening, by=by, reason=said["reason"])
    return _("Decided. %(name)s is on the list of evening %(code)s now.") % {
        "name": found.enrolment.participant,
        "code": evening.code,
    }


FORMS: dict[str, tuple[Made, Callable[[Participant, Any, User], str]]] = {
    "dagen": (more_days_form, give_days),
    "inhalen": (catch_up_form, find_place),
    "richting": (other_track_form, let_in),
}


def take_back(found: Participant, sent: QueryDict, by: User) -> None:
    form = TakeBackForm(sent)
    if not form.is_valid():
        raise Http404
    if form.cleaned_data["assignment"]:
        take_back_extension(found.enrolment, form.cleaned_data["assignment"], by=by)
    visits = found.enrolment.other_track_visits.select_related("evening", "enrolment__participant")
    visit = visits.filter(pk=form.cleaned_data["visit"]).first()
    if visit is not None:
        take_back_visit(visit, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def participant(request: HttpRequest, public_id: uuid.UUID, enrolment: int) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]  # behind login
    visible = Enrolment.objects.visible_to(user).select_related(
        "edition__content", "participant__practice", "participant__profession", "track_choice"
    )
    found = get_object_or_404(visible, edition__public_id=public_id, pk=enrolment)
    if not can_see_participants(user):
        raise PermissionDenied
    page = Participant(found)
    if request.method != "POST":
        return show(request, page)
    if not can_change_participant(user, found):
        raise PermissionDenied
    return change(request, page, user)


def change(request: HttpRequest, page: Participant, user: User) -> HttpResponse:
    action = request.POST.get("actie", "")
    if action == "terug":
        take_back(page, request.POST, user)
        messages.success(request, _("Taken back."))
    elif action in FORMS:
        make, do = FORMS[action]
        form = make(page, request.POST)
        told = do(page, form, user) if form.is_valid() else ""
        if form.errors:
            return show(request, page, refused={action: form}, status=422)
        messages.success(request, told)
    else:
        raise Http404
    enrolment = page.enrolment
    return redirect("delivery:participant", enrolment.edition.public_id, enrolment.pk)


def show(
    request: HttpRequest,
    page: Participant,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    made = {name: make(page, None) for name, (make, _do) in FORMS.items()}
    presence = presence_of([page.enrolment])[0]
    context = {
        "enrolment": page.enrolment,
        "edition": page.enrolment.edition,
        "track": page.course.tracks.get(chosen_track(page.enrolment)),  # type: ignore[arg-type]
        "presence": presence,
        "homework": [(one, extension) for one, extension in page.homework() if extension],
        "has_tracks": bool(page.course.tracks),
        "forms": made | (refused or {}),
        "can_change": page.enrolment.ended_at is None,
    }
    return render(request, "delivery/participant.html", context, status=status)
