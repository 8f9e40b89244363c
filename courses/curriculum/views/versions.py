"""What editors do with versions, inside the CMS."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.curriculum.differences import compare
from courses.curriculum.forms import CorrectionForm, InviteForm, OutcomeForm, PublishForm
from courses.curriculum.models import ContentVersion, CoursePage, PanelRemark
from courses.curriculum.permissions import can_manage_versions
from courses.curriculum.services import (
    CorrectionRefused,
    DraftRefused,
    PanelRefused,
    correct_pages,
    handle_remark,
    invite_to_panel,
    make_draft,
    publish_draft,
    stale_pins,
    version_before,
)
from lms.accounts.http import AuthenticatedHttpRequest

View = Callable[..., HttpResponse]


def for_editors(view: View) -> View:
    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_manage_versions(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return ask_first


def get_version(pk: int) -> ContentVersion:
    return get_object_or_404(ContentVersion.objects.select_related("course"), pk=pk)


def get_draft(pk: int) -> ContentVersion:
    return get_object_or_404(
        ContentVersion.objects.select_related("course"), pk=pk, published_at=None
    )


@for_editors
@require_safe
def version_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    remarks = PanelRemark.objects.filter(member__version=OuterRef("pk"), handled_at=None)
    versions = ContentVersion.objects.annotate(
        number_of_editions=Count("editions"), has_open_remarks=Exists(remarks)
    )
    courses = CoursePage.objects.order_by("path").prefetch_related(
        Prefetch("versions", versions.order_by("-number"))
    )
    context = {"courses": [(course, course.versions.all()) for course in courses]}
    return render(request, "curriculum/cms/version_list.html", context)


@for_editors
@require_POST
def draft_make(request: AuthenticatedHttpRequest, course_id: int) -> HttpResponse:
    course = get_object_or_404(CoursePage, pk=course_id)
    try:
        version = make_draft(course, actor=request.user)
    except DraftRefused:
        messages.error(request, _("The draft was published just now. Make the next one."))
    else:
        messages.success(
            request,
            _("Draft %(number)d now holds every page as it was last saved.")
            % {"number": version.number},
        )
    return redirect("curriculum_versions:list")


@for_editors
@require_safe
def version_differences(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """With another version of the same course; the one before, unless another was asked for."""
    version = get_version(pk)
    others = version.course.versions.exclude(pk=pk).order_by("-number")
    wanted = request.GET.get("met", "")
    before = version_before(version)
    if wanted:
        before = get_object_or_404(others, pk=wanted) if wanted.isdecimal() else None
        if before is None:
            raise Http404
    context = {
        "version": version,
        "before": before,
        "others": others,
        "found": compare(before, version),
    }
    return render(request, "curriculum/cms/version_differences.html", context)


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def version_publish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    version = get_draft(pk)
    form = PublishForm(request.POST or None, initial={"note": version.note})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                publish_draft(version, actor=request.user, note=form.cleaned_data["note"])
            except DraftRefused as refused:
                form.add_error(None, said_of(refused))
            else:
                messages.success(request, _("Published. New editions use this version."))
                return redirect("curriculum_versions:list")
    found = compare(version_before(version), version)
    context = {"version": version, "form": form, "found": found}
    return render(request, "curriculum/cms/version_publish.html", context, status=status)


def said_of(refused: DraftRefused) -> str:
    if refused.remarks:
        return ngettext(
            "%(number)d remark of the panel still waits for an outcome.",
            "%(number)d remarks of the panel still wait for an outcome.",
            refused.remarks,
        ) % {"number": refused.remarks}
    if refused.page:
        message = _(
            "“%(page)s” cannot be published yet: %(errors)s"
            " Change the page, then refresh the draft."
        )
        return message % {"page": refused.page, "errors": " ".join(refused.errors)}
    return _("This version is published already.")


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def version_correct(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Give running editions the text that is live now, page by page."""
    published = ContentVersion.objects.published().select_related("course")
    version = get_object_or_404(published, pk=pk)
    form = CorrectionForm(request.POST or None, pins=stale_pins(version))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            pages = [pin.page for pin in form.cleaned_data["pins"]]
            reason = form.cleaned_data["reason"]
            try:
                made = correct_pages(version, pages, actor=request.user, reason=reason)
            except CorrectionRefused:
                form.add_error(None, _("A page changed meanwhile. Look again and tick it again."))
            else:
                messages.success(
                    request,
                    ngettext(
                        "%(number)d page corrected in running editions.",
                        "%(number)d pages corrected in running editions.",
                        len(made),
                    )
                    % {"number": len(made)},
                )
                return redirect("curriculum_versions:correct", pk=pk)
    context = {
        "version": version,
        "form": form,
        "number_of_editions": version.editions.count(),
        "has_stale": stale_pins(version).exists(),
        "corrections": version.corrections.select_related("page", "made_by"),
    }
    return render(request, "curriculum/cms/version_correct.html", context, status=status)


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def version_panel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Who reads along, and what they said."""
    version = get_version(pk)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_to_panel(version, form.cleaned_data["email"])
        except PanelRefused:
            form.add_error(None, _("This version is published already."))
        else:
            messages.success(request, _("Asked to read along, by mail."))
            return redirect("curriculum_versions:panel", pk=pk)
    return panel_page(request, version, form)


def panel_page(
    request: AuthenticatedHttpRequest,
    version: ContentVersion,
    form: InviteForm,
    wrong: PanelRemark | None = None,
    wrong_form: OutcomeForm | None = None,
) -> HttpResponse:
    titles = dict(version.pins.values_list("page_key", "title"))
    remarks = PanelRemark.objects.filter(member__version=version)
    rows = [
        {
            "remark": remark,
            "page_title": titles.get(remark.page_key, ""),
            "form": wrong_form if remark == wrong else OutcomeForm(auto_id=f"id_{remark.pk}_%s"),
        }
        for remark in remarks.select_related("member__user", "handled_by")
    ]
    members = version.panel_members.select_related("user").annotate(
        number_of_remarks=Count("remarks"),
        number_open=Count("remarks", filter=Q(remarks__handled_at=None)),
    )
    context = {"version": version, "form": form, "members": members, "rows": rows}
    is_wrong = request.method == "POST"
    return render(
        request, "curriculum/cms/version_panel.html", context, status=422 if is_wrong else 200
    )


@for_editors
@require_POST
def remark_handle(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    remarks = PanelRemark.objects.select_related("member__version__course")
    remark = get_object_or_404(remarks, pk=pk)
    form = OutcomeForm(request.POST, auto_id=f"id_{pk}_%s")
    version = remark.member.version
    if not form.is_valid():
        return panel_page(request, version, InviteForm(), remark, form)
    try:
        handle_remark(remark, actor=request.user, outcome=form.cleaned_data["outcome"])
    except PanelRefused:
        messages.warning(request, _("A colleague has handled this remark already."))
    else:
        messages.success(request, _("Kept what was done with it."))
    return redirect("curriculum_versions:panel", pk=version.pk)
