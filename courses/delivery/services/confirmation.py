"""After an evening its list is looked at once more and confirmed. Until then it can be tapped; from
then on a change has a reason."""

from django.db import transaction
from django.utils import timezone

from courses.delivery.models import Attendance, AttendanceConfirmation, Evening
from courses.delivery.services.attendance import expected_on
from lms.accounts.models import User
from lms.audit.services import record


class NotOver(Exception):
    """An evening is confirmed once it is over."""


def confirmation_of(evening: Evening) -> AttendanceConfirmation | None:
    confirmed = AttendanceConfirmation.objects.filter(evening=evening)
    return confirmed.select_related("confirmed_by").first()


@transaction.atomic
def confirm_attendance(evening: Evening, *, by: User) -> bool:
    """Of whom nothing was marked was not there; whether it had not been confirmed before."""
    if evening.ends_at > timezone.now():
        raise NotOver
    found, is_new = AttendanceConfirmation.objects.get_or_create(
        evening=evening, defaults={"confirmed_by": by}
    )
    if not is_new:
        return False
    marked = Attendance.objects.filter(evening=evening).values("enrolment")
    missing = list(expected_on(evening).exclude(pk__in=marked))
    Attendance.objects.bulk_create(
        (
            Attendance(
                enrolment=one,
                evening=evening,
                status=Attendance.Status.ABSENT,
                confirmed_by=by,
                confirmed_at=found.confirmed_at,
            )
            for one in missing
        ),
        ignore_conflicts=True,
    )
    record(
        "attendance.confirmed",
        stream=f"evening:{evening.public_id}",
        actor=by,
        object_type="evening",
        object_ref=str(evening.public_id),
        detail={"absent": len(missing)},
    )
    return True
