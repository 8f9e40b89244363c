from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.delivery.models import Enrolment
from courses.delivery.services.follow_up import follow_up_of
from courses.delivery.views.chosen import chosen_edition
from courses.learning import continuation
from courses.learning.forms import ContinuationPointForm
from courses.learning.models import ContinuationPoint
from courses.learning.permissions import can_make_plan
from courses.learning.views.http import Fields, signed_in, unsent_answer
from lms.accounts.http import AuthenticatedHttpRequest

Forms = dict[int, ContinuationPointForm]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What somebody goes on with: three points at most, to change and to tick off."""
    enrolment = continuation.enrolment_of_plan(request.user, edition=chosen_edition(request))
    if enrolment is None:
        raise Http404
    if request.method != "POST":
        return show(request, enrolment, forms_of(enrolment, unsent_answer(request)))
    is_open = continuation.is_plan_open(continuation.plan_opens_at(enrolment))
    if not can_make_plan(request.user, enrolment, is_open=is_open):
        return show(request, enrolment, forms_of(enrolment), status=403)
    forms = forms_of(enrolment, dict(request.POST.lists()))
    if not all(form.is_valid() for form in forms.values() if form.is_bound):
        return show(request, enrolment, forms, status=422)
    sent = {number: form for number, form in forms.items() if f"{form.prefix}-what" in request.POST}
    continuation.keep_plan(
        enrolment,
        {number: form.cleaned_data if form.is_bound else None for number, form in sent.items()},
    )
    messages.success(request, _("Your plan is kept. Only you see it."))
    return redirect("learning:plan")


def forms_of(enrolment: Enrolment, sent: Fields | None = None) -> Forms:
    """A form per point; what was sent blank is a form to begin anew."""
    kept = {point.number: point for point in enrolment.continuation_plan.all()}
    fields = {name: values[-1] for name, values in (sent or {}).items() if values}
    forms = {}
    for number in range(1, ContinuationPoint.MOST + 1):
        prefix = f"answer{number}"  # comes back after signing in again
        form = ContinuationPointForm(prefix=prefix, instance=kept.get(number))
        if f"{prefix}-what" in fields:
            form = ContinuationPointForm(fields, prefix=prefix, instance=kept.get(number))
            if form.is_blank:
                form = ContinuationPointForm(prefix=prefix)
        forms[number] = form
    return forms


def show(
    request: AuthenticatedHttpRequest, enrolment: Enrolment, forms: Forms, *, status: int = 200
) -> HttpResponse:
    opens_at = continuation.plan_opens_at(enrolment)
    context = {
        "forms": forms,
        "points": list(enrolment.continuation_plan.all()),
        "opens_at": opens_at,
        "is_open": continuation.is_plan_open(opens_at),
        "follow_up": follow_up_of(request.user),
        "has_errors": status == 422,
    }
    return render(request, "learning/plan.html", context, status=status)


@signed_in
@require_POST
def tick(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The participant did what the plan says, or takes that back."""
    point = get_object_or_404(ContinuationPoint.objects.visible_to(request.user), pk=pk)
    if "terug" in request.POST:
        continuation.take_back_tick(point)
    else:
        continuation.tick_off(point)
        messages.success(request, _("Done: “%(title)s”. Well done.") % {"title": point.what})
    return redirect("learning:plan")
