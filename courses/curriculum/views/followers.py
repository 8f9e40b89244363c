"""Who hears by mail of every new version of a course: editors say so, inside the CMS."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.curriculum.forms import FollowerForm
from courses.curriculum.models import CoursePage, VersionFollower
from courses.curriculum.views.versions import for_editors
from lms.accounts.http import AuthenticatedHttpRequest


@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def follower_list(request: AuthenticatedHttpRequest, course_id: int) -> HttpResponse:
    course = get_object_or_404(CoursePage, pk=course_id)
    form = FollowerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        follower, is_new = course.followers.get_or_create(user=form.cleaned_data["email"])
        said = _("%(person)s now follows this course.")
        if not is_new:
            said = _("%(person)s follows this course already.")
        messages.success(request, said % {"person": follower.user})
        return redirect("curriculum_versions:followers", course_id=course_id)
    followers = course.followers.select_related("user").order_by("user__email")
    context = {"course": course, "form": form, "followers": followers}
    status = 422 if request.method == "POST" else 200
    return render(request, "curriculum/cms/version_followers.html", context, status=status)


@for_editors
@require_POST
def follower_remove(request: AuthenticatedHttpRequest, course_id: int, pk: int) -> HttpResponse:
    """Somebody whom a colleague has removed already is simply not there any more."""
    follower = VersionFollower.objects.select_related("user").filter(course=course_id, pk=pk)
    for one in follower:
        one.delete()
        messages.success(
            request, _("%(person)s no longer follows this course.") % {"person": one.user}
        )
    return redirect("curriculum_versions:followers", course_id=course_id)
