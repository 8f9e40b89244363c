"""Who comes to an evening."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from courses.delivery.models import AbsenceNotice, Enrolment, Evening, EveningTrainer
from lms.accounts.models import User


@dataclass(frozen=True)
class Company:
    trainers: list[EveningTrainer]
    participants: list[User]


def company_of(evening: Evening) -> Company:
    """Those whose evening it is and who did not say otherwise, with who catches up here."""
    excused = AbsenceNotice.objects.filter(enrolment=OuterRef("pk"), evening=evening)
    catches_up = AbsenceNotice.objects.filter(enrolment=OuterRef("pk"), catch_up=evening)
    is_theirs = Q(edition=evening.edition_id)
    if evening.track_key is not None:
        is_theirs &= Q(track_choice__track_key=evening.track_key)
    expected = Enrolment.objects.active().filter(
        (is_theirs & ~Exists(excused)) | Q(Exists(catches_up))
    )
    people = User.objects.filter(pk__in=expected.values("participant"))
    people = people.select_related("profession", "practice")
    trainers = evening.trainers.valid().select_related("user__profession", "user__practice")
    return Company(
        trainers=list(trainers.order_by("role", "user__last_name", "pk")),
        participants=list(people.order_by("last_name", "first_name", "pk")),
    )
