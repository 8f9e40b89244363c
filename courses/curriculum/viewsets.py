from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.documents.views import multiple
from wagtail.documents.views.documents import DeleteView

from courses.curriculum.models import CourseDocument
from courses.curriculum.publishing import reason_not_to_publish, reasons_not_to_delete_documents


class ApproveView(WorkflowActionView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approving publishes: of what cannot be published it says why, and it stays unapproved."""
        answer: HttpResponse
        try:
            answer = super().post(request, *args, **kwargs)
        except ValidationError:
            messages.error(request, reason_not_to_publish(self.object))
            answer = redirect(self.redirect_url)
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                closed = {"step": "success", "redirect": self.redirect_url}
                answer = self.render_modal_json(request, closed)
        return answer


class OurPages(PageViewSet):
    """For every kind of page, in the place of Wagtail's own."""

    workflow_action_view_class = ApproveView


class DocumentDeleteView(DeleteView):  # type: ignore[misc]  # Wagtail has no types
    """In the place of Wagtail's own: of what a version hands out it says why it stays."""

    def run_before_hook(self) -> HttpResponse | None:
        for reason in reasons_not_to_delete_documents([self.object]):
            messages.error(self.request, reason)
            return redirect("wagtaildocs:edit", self.object.pk)
        return None


class UploadedDeleteView(multiple.DeleteView):  # type: ignore[misc]  # Wagtail has no types
    """The same among those just uploaded, where the sentence is read on the next screen."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = get_object_or_404(CourseDocument, pk=kwargs["doc_id"])
        reasons = reasons_not_to_delete_documents([document])
        for reason in reasons:
            messages.error(request, reason)
        answer: HttpResponse = (
            JsonResponse({"success": False, "doc_id": document.pk})
            if reasons
            else super().post(request, *args, **kwargs)
        )
        return answer
