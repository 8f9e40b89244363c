"""What is ours in the screens of the editors: versions, and what is refused or advised there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.utils import type_to_delete_confirmation
from wagtail.models import Page

from courses.curriculum import films
from courses.curriculum.advice import advice_on
from courses.curriculum.models import CourseDocument
from courses.curriculum.permissions import can_manage_versions, can_see_documents
from courses.curriculum.publishing import (
    reasons_not_to_delete,
    reasons_not_to_delete_documents,
    reasons_not_to_publish,
)
from courses.curriculum.services import let_go_of
from courses.curriculum.views import followers, versions
from courses.curriculum.viewsets import DocumentDeleteView, OurPages, UploadedDeleteView

urlpatterns = [
    path("", versions.version_list, name="list"),
    path("concept/<int:course_id>/", versions.draft_make, name="make_draft"),
    path("<int:pk>/verschillen/", versions.version_differences, name="differences"),
    path("<int:pk>/publiceren/", versions.version_publish, name="publish"),
    path("<int:pk>/correcties/", versions.version_correct, name="correct"),
    path("<int:pk>/panel/", versions.version_panel, name="panel"),
    path("opmerking/<int:pk>/", versions.remark_handle, name="handle_remark"),
    path("volgers/<int:course_id>/", followers.follower_list, name="followers"),
    path(
        "volgers/<int:course_id>/<int:pk>/weg/", followers.follower_remove, name="remove_follower"
    ),
]


@hooks.register("register_admin_urls")  # before those of Wagtail, two of which it replaces
def our_urls() -> list[URLResolver]:
    return [
        path("versies/", include((urlpatterns, "curriculum_versions"))),
        path("documents/delete/<int:document_id>/", DocumentDeleteView.as_view()),
        path("documents/multiple/<int:doc_id>/delete/", UploadedDeleteView.as_view()),
    ]


class VersionsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_manage_versions(request.user)


@hooks.register("register_admin_menu_item")
def version_item() -> MenuItem:
    return VersionsItem(
        _("Versions"), reverse("curriculum_versions:list"), icon_name="history", order=250
    )


@hooks.register("register_admin_viewset", order=1)  # after Wagtail's own, which it replaces
def page_viewset() -> OurPages:
    return OurPages()


@hooks.register("before_bulk_action")
def refuse_many(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Of many at once it is said which cannot be published or deleted, and none is."""
    reasons = []
    if action.model is CourseDocument and action_type == "delete":
        reasons = reasons_not_to_delete_documents(objects)
    elif action.model is not Page:
        return None
    elif action_type == "publish":
        with_below = action.cleaned_form.cleaned_data["include_descendants"]
        reasons = reasons_not_to_publish(objects, with_below=with_below)
    elif action_type == "delete":
        reasons = reasons_not_to_delete(objects)
        if not reasons:
            let_go_of(objects)
    for reason in reasons:
        messages.error(request, reason)
    return redirect(action.next_url) if reasons else None


@hooks.register("before_delete_page")
def refuse_deleting(request: HttpRequest, page: Page) -> HttpResponse | None:
    for reason in reasons_not_to_delete([page]):
        messages.error(request, reason)
        return redirect("wagtailadmin_pages:edit", page.pk)
    if request.method == "POST" and type_to_delete_confirmation(request):
        let_go_of([page])
    return None


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def give_advice(request: HttpRequest, page: Page) -> None:
    for sentence in advice_on(page):
        messages.warning(request, sentence)


@hooks.register("before_serve_document")
def keep_inside(document: CourseDocument, request: HttpRequest) -> None:
    """Films are for everybody; what is handed out with an evening is read there, by who may."""
    if document.file_extension in films.TYPES or can_see_documents(request.user):
        return
    raise Http404
