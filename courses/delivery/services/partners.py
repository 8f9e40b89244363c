"""Somebody whose partner stopped asks another colleague of the practice."""

from django.db import transaction

from courses.delivery.models import CoupleMember
from courses.delivery.services.applying import Colleague
from courses.delivery.services.couples import (
    NothingAsked,
    NotOpen,
    OnePerson,
    ask,
    held_couple,
    refuse_elsewhere,
    refuse_second_place,
    takes_applications,
)
from courses.delivery.services.enrolments import check_couple
from courses.delivery.services.places import claim_seats
from lms.accounts.services import account_of


@transaction.atomic
def ask_another(member: CoupleMember, colleague: Colleague) -> CoupleMember:
    """A place is held for the new partner too, or ``EditionFull``; who waits was served first."""
    couple = held_couple(member.couple)
    if not couple.lacks_partner():
        raise NothingAsked
    if not takes_applications(couple.edition):
        raise NotOpen
    person, _is_new = account_of(
        colleague.email,
        first_name=colleague.first_name,
        last_name=colleague.last_name,
        practice=couple.practice,
        language=member.user.language,
    )
    if person.pk == member.user_id:
        raise OnePerson
    if person.profession_id is not None and person.practice_id is not None:
        check_couple(member.user, person)
    refuse_second_place(couple.edition, [person])
    refuse_elsewhere(couple.edition, [person])
    claim_seats(couple.edition, 1)
    couple.seats = 2
    couple.save(update_fields=["seats"])
    asked = CoupleMember.objects.create(couple=couple, user=person)
    ask(asked, by=member.user)
    return asked
