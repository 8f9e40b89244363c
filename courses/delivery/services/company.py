"""Who comes to an evening."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from courses.delivery.models import AbsenceNotice, Evening, EveningTrainer
from courses.delivery.services.attendance import expected_on
from lms.accounts.models import User


@dataclass(frozen=True)
class Company:
    trainers: list[EveningTrainer]
    participants: list[User]


def company_of(evening: Evening) -> Company:
    """Those whose evening it is and who did not say otherwise, with who catches up here."""
    excused = AbsenceNotice.objects.filter(enrolment=OuterRef("pk"), evening=evening)
    expected = expected_on(evening).filter(~Exists(excused)).order_by()
    people = User.objects.filter(pk__in=expected.values("participant"))
    people = people.select_related("profession", "practice")
    trainers = evening.trainers.valid().select_related("user__profession", "user__practice")
    return Company(
        trainers=list(trainers.order_by("-role", "user__last_name", "pk")),
        participants=list(people.order_by("last_name", "first_name", "pk")),
    )
