from urllib.parse import urlencode

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from courses.delivery.forms.common import point_at_first_error
from courses.delivery.forms.interest import InterestForm
from courses.delivery.models import Interest
from courses.delivery.permissions import can_see_interest
from courses.delivery.services import (
    interest_of_token,
    interest_per_region,
    interest_token,
    leave_interest,
)
from lms.accounts.gate import second_factor_required

PROOF = "bewijs"


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Anybody, without signing in. The forms on public pages are sent here too."""
    form = InterestForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        said = form.cleaned_data
        if ratelimit.consume(request, action="leave_interest", key=said["email"].lower()):
            interest = leave_interest(
                region=said["region"],
                email=said["email"],
                name=said["name"],
                profession=said["profession"],
                page_key=said["page"],
            )
            proof = urlencode({PROOF: interest_token(interest)})
            return redirect(f"{reverse('delivery:interest_left')}?{proof}")
        form.add_error(None, _("That was a bit too often. Wait an hour and send it once more."))
        status = 429
    point_at_first_error(form)
    return render(request, "delivery/interest.html", {"form": form}, status=status)


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """Who has just left an interest brings the proof of it; others read a plain thank you."""
    token = request.GET.get(PROOF, "")
    interest = known_interest(token)
    context = {"interest": interest, "token": token if interest else ""}
    return render(request, "delivery/interest_left.html", context)


def known_interest(token: str) -> Interest | None:
    try:
        return interest_of_token(token)
    except BadSignature:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    try:
        interest = interest_of_token(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        if interest is not None:
            interest.delete()
        return redirect("delivery:interest_take_back", token)
    return render(request, "delivery/interest_take_back.html", {"interest": interest})


@require_safe
@second_factor_required
def interest_list(request: HttpRequest) -> HttpResponse:
    if not can_see_interest(request.user):  # type: ignore[arg-type]  # behind login
        raise PermissionDenied
    regions = interest_per_region()
    pages = {one.page_key for _region, people in regions for one in people if one.page_key}
    titles = dict(
        Page.objects.filter(translation_key__in=pages).values_list("translation_key", "title")
    )
    shown = [
        (region, [(one, titles.get(one.page_key, ""), interest_token(one)) for one in people])
        for region, people in regions
    ]
    return render(request, "delivery/interest_list.html", {"regions": shown})
