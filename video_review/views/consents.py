import uuid
from dataclasses import dataclass
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.delivery.models import Enrolment
from courses.delivery.views.chosen import chosen_enrolment
from courses.learning.services import may_upload
from lms.accounts.http import AuthenticatedHttpRequest
from video_review.deadlines import CourseIsOver, deletion_days
from video_review.forms.consents import (
    AGREED,
    NOT_AGREED,
    OTHER_PREFIX,
    AfterForm,
    ConsentForm,
    WithdrawalForm,
)
from video_review.models import Consent, Recording, Scope
from video_review.processing.arrival import finish_waiting
from video_review.services.consents import (
    confirm_consent,
    consent_texts,
    make_code,
    record_consent,
    refuse_consent,
)
from video_review.services.destruction import withdraw, withdraw_by_code

SALT = "video_review.consent slip"
SLIP_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Slip:
    """The code of a consent that is about to be recorded. It lives in the form: we keep only its
    hash, and sending the form twice gives one consent and the same code."""

    public_id: uuid.UUID
    code: str

    def sealed(self, enrolment: Enrolment) -> str:
        return signing.dumps([str(self.public_id), self.code, enrolment.pk], salt=SALT)


def new_slip() -> Slip:
    return Slip(uuid.uuid4(), make_code())


def slip_of(sealed: str, enrolment: Enrolment) -> Slip | None:
    """The slip in a form that we made for this participant not long ago."""
    try:
        public_id, code, enrolment_id = signing.loads(sealed, salt=SALT, max_age=SLIP_SECONDS)
    except signing.BadSignature:
        return None
    return Slip(uuid.UUID(public_id), code) if enrolment_id == enrolment.pk else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Before the visit; answers with the slip for the patient, whose code is shown only here."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        raise Http404
    try:
        days = deletion_days(enrolment)
    except CourseIsOver:
        return render(request, "video_review/consent_over.html", status=403)
    is_simulated = "oefengesprek" in request.GET
    texts = consent_texts()
    known = slip_of(request.POST.get("slip", ""), enrolment)
    sealed = (known or new_slip()).sealed(enrolment)
    form = ConsentForm(
        _with_slip(request, sealed) if request.method == "POST" else None,
        days=days,
        others=texts["others_in_view"],
        initial={"slip": sealed},
    )
    if request.method == "POST" and form.is_valid():
        if known is not None:
            consent = _record(form, enrolment, known, is_simulated=is_simulated)
            context = {
                "consent": consent,
                "code": known.code,
                "texts": texts,
                "stop_address": request.get_host() + reverse("patients:stop"),
            }
            return render(request, "video_review/consent_slip.html", context)
        form.add_error(None, _("This page was open for too long. Look it over and send it again."))
    context = {
        "form": form,
        "texts": texts,
        "scopes": _scopes(form),
        "is_simulated": is_simulated,
        "may_upload": may_upload(enrolment),
        "to_confirm": _to_confirm(enrolment),
        "to_send": _to_send(enrolment),
    }
    status = 200 if request.method != "POST" else 422
    return render(request, "video_review/consent_new.html", context, status=status)


def _with_slip(request: HttpRequest, sealed: str) -> QueryDict:
    sent = request.POST.copy()
    sent["slip"] = sealed
    return sent


def _record(form: ConsentForm, enrolment: Enrolment, slip: Slip, *, is_simulated: bool) -> Consent:
    said = form.cleaned_data
    return record_consent(
        enrolment=enrolment,
        public_id=slip.public_id,
        code=slip.code,
        scope=Scope(said["scope"]),
        before_at=said["before_at"],
        delete_by=said["delete_by"],
        patient_decides=said["who_decides"] == "patient",
        is_simulated=is_simulated,
        others=form.others(),
    )


def _scopes(form: ConsentForm) -> list[dict[str, Any]]:
    """The choices of who may look, each with what it means for the patient and the owner."""
    chosen = form["scope"].value()
    return [scope | {"is_chosen": scope["code"] == chosen} for scope in consent_texts()["scopes"]]


def _to_confirm(enrolment: Enrolment) -> list[Consent]:
    waiting = Consent.objects.filter(enrolment=enrolment, withdrawn_at=None)
    return list(waiting.exclude(pk__in=Consent.objects.complete()))


def _to_send(enrolment: Enrolment) -> list[Consent]:
    sent = Recording.objects.filter(enrolment=enrolment).values("consent")
    return list(Consent.objects.complete().filter(enrolment=enrolment).exclude(pk__in=sent))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent_after(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    consent = get_object_or_404(
        Consent.objects.visible_to(request.user).select_related("enrolment__participant"),
        public_id=public_id,
        before_at__isnull=False,
    )
    texts = consent_texts()
    if consent.withdrawn_at is not None:
        return render(request, "video_review/consent_refused.html", {"consent": consent})
    if consent.is_complete():
        return redirect("video_review:upload_new", public_id=consent.public_id)
    form = AfterForm(
        request.POST or None,
        before_at=consent.before_at or consent.created_at,
        others=texts["others_in_view"],
        initial={
            OTHER_PREFIX + person.kind: AGREED if person.has_consented else NOT_AGREED
            for person in consent.others.all()
        },
    )
    if request.method == "POST" and form.is_valid():
        if form.is_refused():
            refuse_consent(consent)
            return redirect("video_review:consent_after", public_id=consent.public_id)
        confirm_consent(
            consent=consent, after_at=form.cleaned_data["after_at"], others=form.others()
        )
        finish_waiting(consent)
        return redirect("video_review:consent_after", public_id=consent.public_id)
    context = {
        "consent": consent,
        "form": form,
        "texts": texts,
        "is_waiting_for_others": consent.after_at is not None,
    }
    status = 200 if request.method != "POST" else 422
    return render(request, "video_review/consent_after.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The patient no longer agrees and has told the professional so."""
    consent = get_object_or_404(
        Consent.objects.visible_to(request.user).select_related("enrolment__participant"),
        public_id=public_id,
    )
    if request.method == "POST":
        withdraw(consent, actor=request.user)
    if request.method == "POST" or consent.withdrawn_at is not None:
        return redirect("video_review:consent_after", public_id=consent.public_id)
    context = {"consent": consent, "key_backup_days": settings.KEY_BACKUP_DAYS}
    return render(request, "video_review/consent_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """For patients: the code of the slip stops the film. Nobody signs in for it."""
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        if not ratelimit.consume(request, action="withdraw_consent"):
            form.add_error("code", _("That was a bit too often. Wait fifteen minutes, or call."))
            status = 429
        elif withdraw_by_code(form.cleaned_data["code"]) is not None:
            return redirect("patients:stopped")
        else:
            form.add_error("code", _("We do not know this code. Look once more, or call."))
    context = {"form": form, "texts": consent_texts()}
    return render(request, "video_review/stop.html", context, status=status)


@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    """Says what happens now; of which film it is not said, so anybody may read it."""
    return render(request, "video_review/stopped.html", {"texts": consent_texts()})
