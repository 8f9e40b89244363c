from courses.delivery.models import Enrolment, EveningTrainer
from lms.accounts.arrivals import register_arrival
from lms.accounts.models import User
from lms.accounts.permissions import is_contact


def takes_part(user: User) -> bool:
    return Enrolment.objects.active().filter(participant=user).exists()


def teaches(user: User) -> bool:
    return EveningTrainer.objects.valid().filter(user=user).exists()


register_arrival("participant", place=10, is_for=takes_part, url_name="learning:home")
register_arrival("trainer", place=20, is_for=teaches, url_name="video_review:list")
register_arrival("contact", place=50, is_for=is_contact, url_name="delivery:care_group")
