"""The card for somebody whose practice partner has stopped."""

from courses.delivery.models import Enrolment
from courses.delivery.services import last_request
from courses.learning.cards import CardContent


def couple_card(enrolment: Enrolment) -> CardContent | None:
    if not enrolment.couple.lacks_partner():
        return None
    return {"request_made": last_request(enrolment.edition, enrolment.participant)}
