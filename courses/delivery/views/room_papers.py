"""What is printed for an evening, for when there is no tablet or no network."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from courses.curriculum.reading import outline
from courses.delivery.services.room import room_of
from courses.delivery.views.room import get_evening
from lms.accounts.gate import sign_in_required
from lms.accounts.http import AuthenticatedHttpRequest
from lms.web.pdf import pdf_answer


@require_safe
@sign_in_required
def attendance_list(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """To sign by hand; what was signed is tapped afterwards."""
    evening = get_evening(request, public_id)
    page = outline(evening.edition.content_id).evenings.get(evening.page_key)
    context = {"room": room_of(evening), "title": page.title if page else ""}
    with override("nl"):
        return pdf_answer(
            "paper/attendance_list.html", context, name=f"presentielijst-avond-{evening.code}"
        )
