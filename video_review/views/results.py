"""What came out of watching: one's own view beside that of others, and what to do with it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.instruments.engine import with_items
from assessments.instruments.models import Answer, Item, Section
from assessments.instruments.scores import Comparison, comparison
from lms.accounts.gate import step_before_others
from lms.accounts.http import AuthenticatedHttpRequest
from video_review.forms.observations import DevelopmentPointForm
from video_review.models import Moment, Observation, Recording
from video_review.permissions import can_review, is_owner
from video_review.services import observations, playback
from video_review.services.development import development_point_of, save_development_point
from video_review.views.recordings import own_or_404, visible_or_404


@dataclass(frozen=True)
class Remark:
    """What one observer left at one item."""

    observation: Observation
    answer: Answer | None
    moments: list[Moment]


@dataclass(frozen=True)
class ItemResult:
    item: Item
    remarks: list[Remark]


@dataclass(frozen=True)
class SectionResult:
    section: Section
    comparison: Comparison
    items: list[ItemResult]


@require_safe
@login_required
def results(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = visible_or_404(request, public_id)
    if not is_owner(request.user, recording):
        step = step_before_others(request)
        if step:
            return redirect(step)
    sent = sent_observations(request, recording)
    if not is_owner(request.user, recording) and not any(
        one.observer_id == request.user.pk for one in sent
    ):
        messages.info(request, _("You see what others saw once you have sent your own view."))
        return redirect("video_review:review", public_id)
    observations.note_reading(request.user, recording, sent)
    moments = moments_of(sent)
    can_watch = can_review(request.user, recording)
    has_film = can_watch and playback.has_something_to_watch(recording)
    context = {
        "recording": recording,
        "owner": recording.enrolment.participant,
        "is_owner": is_owner(request.user, recording),
        "sent": sent,
        "others": [one for one in sent if one.kind != Observation.Kind.SELF],
        "has_own": any(one.kind == Observation.Kind.SELF for one in sent),
        "can_watch": can_watch,
        "sections": section_results(sent, moments),
        "moments": moments,
        "point": development_point_of(recording) if is_owner(request.user, recording) else None,
        "player": playback.player_for(request.user, recording) if has_film else None,
    }
    return render(request, "video_review/results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def development_point(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    recording = own_or_404(request, public_id)
    point = development_point_of(recording)
    initial = {"text": point.text, "first_step": point.first_step} if point else {}
    form = DevelopmentPointForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        save_development_point(recording, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Kept. You find it on your course page from now on."))
        return redirect("learning:home")
    context = {"recording": recording, "form": form, "point": point}
    code = 422 if form.is_bound else 200
    return render(request, "video_review/results_point.html", context, status=code)


def sent_observations(request: AuthenticatedHttpRequest, recording: Recording) -> list[Observation]:
    """What this reader may see of what was sent, the owner's own first."""
    seen = (
        Observation.objects.visible_to(request.user)
        .submitted()
        .filter(recording=recording)
        .select_related("observer", "response")
        .prefetch_related("response__answers__item")
    )
    return sorted(seen, key=lambda one: (one.kind != Observation.Kind.SELF, one.pk))


def moments_of(sent: list[Observation]) -> list[Moment]:
    return list(
        Moment.objects.filter(observation__in=sent)
        .select_related("observation__observer")
        .prefetch_related("items")
    )


def section_results(sent: list[Observation], moments: list[Moment]) -> list[SectionResult]:
    """Per phase of the version that was answered last; answers meet by the code of their item."""
    if not sent:
        return []
    version = with_items(max(one.response.version_id for one in sent))
    highest = max(step["value"] or 0 for step in version.scale)
    answers = {one.pk: {a.item.code: a for a in one.response.answers.all()} for one in sent}
    own = [one for one in sent if one.kind == Observation.Kind.SELF]
    others = [one for one in sent if one.kind != Observation.Kind.SELF]

    def values(one: Observation) -> dict[str, int | None]:
        return {code: answer.value for code, answer in answers[one.pk].items()}

    def result(section: Section) -> SectionResult:
        items = list(section.items.all())
        return SectionResult(
            section=section,
            comparison=comparison(
                values(own[0]) if own else None,
                [values(one) for one in others],
                [item.code for item in items],
                highest=highest,
            ),
            items=[ItemResult(item, remarks_on(item, sent, answers, moments)) for item in items],
        )

    return [result(section) for section in version.sections.all()]


def remarks_on(
    item: Item,
    sent: list[Observation],
    answers: dict[int, dict[str, Answer]],
    moments: list[Moment],
) -> list[Remark]:
    remarks = []
    for one in sent:
        answer = answers[one.pk].get(item.code)
        linked = [
            moment
            for moment in moments
            if moment.observation_id == one.pk
            and any(link.code == item.code for link in moment.items.all())
        ]
        if linked or has_content(answer):
            remarks.append(Remark(one, answer, linked))
    return remarks


def has_content(answer: Answer | None) -> bool:
    return answer is not None and bool(
        answer.value is not None
        or answer.is_not_applicable
        or answer.quote
        or answer.note
        or answer.chosen
    )
