import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lms.accounts.http import AuthenticatedHttpRequest
from video_review.deadlines import last_day_of
from video_review.forms.uploads import UploadForm
from video_review.models import Consent, Upload
from video_review.services.uploads import LessonsFirst, upload_hurdle
from video_review.views.tus import sentence_for

ANY_ID = uuid.UUID(int=0)  # in addresses that the script fills in


@login_required
@require_safe
def upload_new(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    consent = get_object_or_404(
        Consent.objects.visible_to(request.user).select_related("enrolment__edition"),
        public_id=public_id,
    )
    if consent.after_at is None and consent.withdrawn_at is None:
        return redirect("video_review:consent_after", public_id=consent.public_id)
    hurdle = upload_hurdle(consent)
    if hurdle is not None:
        context = {
            "sentence": sentence_for(hurdle),
            "is_lessons_first": isinstance(hurdle, LessonsFirst),
        }
        return render(request, "video_review/upload_refused.html", context, status=403)
    return render(request, "video_review/upload_new.html", _sending(consent))


def _sending(consent: Consent, chosen: Upload | None = None) -> dict[str, Any]:
    """Everything the page of sending shows; ``chosen`` is the film somebody came back for."""
    return {
        "consent": consent,
        "form": UploadForm(initial={"title": _proposed_title(consent)}),
        "interrupted": _interrupted(consent),
        "chosen": chosen,
        "max_bytes": settings.MAX_UPLOAD_BYTES,
        "kept_until": last_day_of(consent),
        "upload_address": reverse("video_review:tus", args=[ANY_ID]),
        "received_address": reverse("video_review:upload_page", args=[ANY_ID]),
    }


def _interrupted(consent: Consent) -> QuerySet[Upload]:
    begun = Upload.objects.open().filter(consent=consent, received__gt=0)
    return begun.annotate(percent=F("received") * 100 / F("length"))


def _proposed_title(consent: Consent) -> str:
    seen_on = timezone.localdate(consent.before_at)
    day = date_format(seen_on, pgettext("day in a title, in the date format of Django", "j F"))
    if consent.is_simulated:
        return _("Practice conversation %(day)s") % {"day": day}
    return _("Recording %(day)s") % {"day": day}


@login_required
@require_safe
def upload_page(request: AuthenticatedHttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One film on its way in: the recording it became, or where to go on sending."""
    upload = get_object_or_404(
        Upload.objects.visible_to(request.user).select_related(
            "consent__enrolment__edition", "recording"
        ),
        public_id=public_id,
    )
    if upload.finished_at is not None:
        return redirect("video_review:detail", public_id=upload.recording_ref)
    if not Upload.objects.open().contains(upload) or upload_hurdle(upload.consent) is not None:
        return redirect("video_review:upload_new", public_id=upload.consent.public_id)
    return render(request, "video_review/upload_new.html", _sending(upload.consent, upload))
