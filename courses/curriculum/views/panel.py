"""Pages for who reads a draft version, and for who wants to know what changed."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.curriculum.differences import compare
from courses.curriculum.forms import RemarkForm
from courses.curriculum.models import ContentPin, ContentVersion, PanelMember, PanelRemark
from courses.curriculum.parts import Part, parts_of
from courses.curriculum.permissions import can_see_changes
from courses.curriculum.services import PanelRefused, PartGone, make_remark, version_before
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest


def get_member(request: AuthenticatedHttpRequest, pk: int) -> PanelMember:
    members = PanelMember.objects.select_related("version__course")
    return get_object_or_404(members, version__pk=pk, user=request.user)


@require_safe
@sign_in_required
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
@sign_in_required
def panel_page(request: AuthenticatedHttpRequest, pk: int, key: UUID) -> HttpResponse:
    """One page of a draft, with room for a remark at every block."""
    member = get_member(request, pk)
    pins = member.version.pins.select_related("revision__content_type", "page__content_type")
    pin = get_object_or_404(pins, page_key=key)
    sent = RemarkForm(request.POST or None)
    unsent = ""
    if request.method == "POST" and sent.is_valid():
        block_id, text = sent.cleaned_data["block_id"], sent.cleaned_data["text"]
        try:
            make_remark(member, page_key=key, block_id=block_id, text=text)
        except PartGone:
            sent = moved_to_page(text)
        except PanelRefused:
            unsent = text
            member.version.refresh_from_db()
        else:
            messages.success(request, _("Thank you. Your remark goes to the editors."))
            here = reverse("curriculum:panel_page", args=[pk, key])
            return redirect(f"{here}#part-{block_id}")
    is_wrong = request.method == "POST"
    context = {
        "version": member.version,
        "pin": pin,
        "rows": rows_of(member, pin, sent if is_wrong else None),
        "unsent": unsent,
    }
    return render(request, "curriculum/panel_page.html", context, status=422 if is_wrong else 200)


def moved_to_page(text: str) -> RemarkForm:
    """What was typed about a part that is gone, ready to be sent about the page as a whole."""
    form = RemarkForm({"block_id": "", "text": text})
    form.add_error(
        "text",
        _(
            "The editors changed this page while you were writing, and the part you wrote about is"
            " gone. Nothing was sent yet: send it about the page as a whole if it still holds."
        ),
    )
    return form


def rows_of(
    member: PanelMember, pin: ContentPin, wrong: RemarkForm | None
) -> list[tuple[Part, RemarkForm, list[PanelRemark]]]:
    """Every part with its form and one's own remarks; ``wrong`` comes back where it belongs."""
    remarks = list(member.remarks.filter(page_key=pin.page_key))
    return [
        (
            part,
            wrong
            if wrong and wrong["block_id"].value() == part.block_id
            else RemarkForm(initial={"block_id": part.block_id}, auto_id=f"id_{place}_%s"),
            [remark for remark in remarks if remark.block_id == part.block_id],
        )
        for place, part in enumerate(parts_of(pin.pinned_page()))
    ]


@require_safe
@sign_in_required
def changes(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What a version has that the one before had not."""
    version = get_object_or_404(ContentVersion.objects.select_related("course"), pk=pk)
    if not can_see_changes(request.user, version):
        raise Http404
    before = version_before(version)
    context = {"version": version, "before": before, "found": compare(before, version)}
    return render(request, "curriculum/changes.html", context)
