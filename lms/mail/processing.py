import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from lms.jobs.lease import Lease, TryLater
from lms.jobs.services import enqueue
from lms.mail.models import OutgoingMail

SEND = "mail.send"
REST = timedelta(minutes=30)  # after three attempts in a row
PATIENCE = timedelta(days=2)  # how long an outage of the mail server may last

logger = logging.getLogger(__name__)


def send(ref: str, lease: Lease) -> None:
    mail = OutgoingMail.objects.unsent().select_related("recipient").filter(pk=ref).first()
    if mail is None:
        return
    message = EmailMultiAlternatives(
        mail.subject, mail.body, to=[mail.recipient.email], headers={"Message-ID": mail.message_id}
    )
    add_calendars(message, mail)
    lease.heartbeat()
    try:
        message.send()
    except (SMTPException, OSError) as error:
        raise TryLater(f"Mail server: {type(error).__name__}") from error
    with transaction.atomic():
        lease.hold()
        OutgoingMail.objects.unsent().filter(pk=ref).update(sent_at=timezone.now())


def add_calendars(message: EmailMultiAlternatives, mail: OutgoingMail) -> None:
    """One beside the text, so that a program asks whether it is taken over; of several each as a
    file that can be opened, since programs look at one only."""
    kind, found = f"text/calendar; method={mail.calendar_method}", mail.calendars()
    if len(found) == 1:
        message.attach_alternative(found[0], kind)
        return
    for number, calendar in enumerate(found, start=1):
        message.attach(f"{number}.ics", calendar, kind)


def rest(ref: str) -> None:
    """Three attempts failed: try again later, for as long as somebody may still wait for it."""
    if OutgoingMail.objects.unsent().filter(pk=ref, created_at__gt=timezone.now() - PATIENCE):
        enqueue(SEND, ref, at=timezone.now() + REST)
    else:
        logger.error("Mail %s was not sent: given up after %s.", ref, PATIENCE)


def clear_sent() -> None:
    """What was sent long ago: nobody needs to know any more what it said."""
    before = timezone.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    OutgoingMail.objects.filter(sent_at__lt=before).delete()
