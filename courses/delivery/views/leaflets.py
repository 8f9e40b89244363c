"""What is printed: the course as a leaflet, and the code that leads to the workshop."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from courses.curriculum.models import CoursePage, WorkshopPage
from courses.delivery.models import Edition
from courses.delivery.public import dates_per_region
from courses.delivery.qr import qr_drawing
from lms.accounts.models import CareGroup


@require_safe
def course_leaflet(request: HttpRequest) -> HttpResponse:
    """Two pages of A4; with ``zorggroep`` the dates of that care group, and its name."""
    course = CoursePage.objects.live().order_by("path").first()
    if course is None:
        raise Http404
    care_groups = care_groups_with_editions(course)
    care_group = care_groups.get(request.GET.get("zorggroep", ""))
    address = address_of(request, course)
    context = course.get_context(request) | {
        "care_group": care_group,
        "care_groups": care_groups,
        "regions": dates_per_region(course, care_group),
        "address": address,
        "qr": qr_drawing(address),
    }
    return render(request, "delivery/course_leaflet.html", context)


def care_groups_with_editions(course: CoursePage) -> dict[str, CareGroup]:
    """By the name as it stands in an address."""
    published = Edition.objects.filter(content__course=course, published_at__isnull=False)
    groups = CareGroup.objects.filter(editions__in=published).distinct().order_by("name")
    return {slugify(group.name): group for group in groups}


@require_safe
def workshop_qr(request: HttpRequest) -> HttpResponse:
    """A sheet to hang up at a workshop."""
    workshop = WorkshopPage.objects.live().order_by("path").first()
    if workshop is None:
        raise Http404
    address = address_of(request, workshop)
    context = {"page": workshop, "address": address, "qr": qr_drawing(address)}
    return render(request, "delivery/workshop_qr.html", context)


def address_of(request: HttpRequest, page: CoursePage | WorkshopPage) -> str:
    """As somebody with a telephone needs it: whole."""
    return request.build_absolute_uri(page.get_url(request))
