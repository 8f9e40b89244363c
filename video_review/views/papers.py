"""Forms to fill in by hand: they say nothing about anybody."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from assessments.instruments.models import Form
from lms.accounts.http import AuthenticatedHttpRequest
from lms.web.pdf import pdf_answer
from video_review.services.consents import consent_texts
from video_review.services.observations import FORM


@require_safe
@login_required
def observation_form(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The version that holds now, empty."""
    form = Form.objects.filter(code=FORM).first()
    if form is None:
        raise Http404
    version = form.current()
    sections = version.sections.prefetch_related("items")
    context = {"form": form, "version": version, "sections": sections}
    with override("nl"):
        return pdf_answer("paper/observation_form.html", context, name=FORM, names_nobody=True)


@require_safe
@login_required
def consent_form(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the pages about consent say, to sign in the practice."""
    address = request.get_host() + reverse("patients:stop")
    context = {"texts": consent_texts(), "stop_address": address}
    with override("nl"):
        return pdf_answer(
            "paper/consent_form.html", context, name="toestemmingsformulier", names_nobody=True
        )
