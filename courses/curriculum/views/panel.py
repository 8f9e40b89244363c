"""Pages for who reads a draft version, and for who wants to know what changed."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.curriculum.differences import compare
from courses.curriculum.forms import RemarkForm
from courses.curriculum.models import ContentVersion, PanelMember
from courses.curriculum.parts import parts_of
from courses.curriculum.permissions import can_see_changes
from courses.curriculum.services import PanelRefused, make_remark, version_before
from lms.accounts.http import AuthenticatedHttpRequest


def get_member(request: AuthenticatedHttpRequest, pk: int) -> PanelMember:
    members = PanelMember.objects.select_related("version__course")
    return get_object_or_404(members, version=pk, user=request.user)


@require_safe
@login_required
def panel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The pages of a draft, and on which of them one has said something."""
    member = get_member(request, pk)
    said = dict(member.remarks.values_list("page_key").annotate(number=Count("pk")).order_by())
    pins = member.version.pins.only("page_key", "title", "kind", "position", "version")
    context = {
        "version": member.version,
        "rows": [(pin, said.get(pin.page_key, 0)) for pin in pins],
    }
    return render(request, "curriculum/panel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def panel_page(request: AuthenticatedHttpRequest, pk: int, key: UUID) -> HttpResponse:
    """One page of a draft, with room for a remark at every block."""
    member = get_member(request, pk)
    pins = member.version.pins.select_related("revision__content_type", "page__content_type")
    pin = get_object_or_404(pins, page_key=key)
    sent = RemarkForm(request.POST or None)
    if request.method == "POST" and sent.is_valid():
        block_id = sent.cleaned_data["block_id"]
        try:
            make_remark(member, page_key=key, block_id=block_id, text=sent.cleaned_data["text"])
        except PanelRefused:
            messages.error(request, _("This version is published, so nothing can be added."))
        else:
            messages.success(request, _("Thank you. Your remark goes to the editors."))
        here = reverse("curriculum:panel_page", args=[pk, key])
        return redirect(f"{here}#part-{block_id}")
    remarks = list(member.remarks.filter(page_key=key))
    is_wrong = request.method == "POST"
    rows = [
        (
            part,
            sent
            if is_wrong and request.POST.get("block_id", "") == part.block_id
            else RemarkForm(initial={"block_id": part.block_id}, auto_id=f"id_{place}_%s"),
            [remark for remark in remarks if remark.block_id == part.block_id],
        )
        for place, part in enumerate(parts_of(pin.pinned_page()))
    ]
    context = {"version": member.version, "pin": pin, "rows": rows}
    return render(request, "curriculum/panel_page.html", context, status=422 if is_wrong else 200)


@require_safe
@login_required
def changes(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What a version has that the one before had not."""
    version = get_object_or_404(ContentVersion.objects.select_related("course"), pk=pk)
    if not can_see_changes(request.user, version):
        raise Http404
    before = version_before(version)
    context = {"version": version, "before": before, "found": compare(before, version)}
    return render(request, "curriculum/changes.html", context)
