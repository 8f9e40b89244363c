import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from lms.accounts.models import User
from lms.jobs.services import enqueue
from lms.mail.models import OutgoingMail
from lms.mail.processing import SEND

SUBJECT = "Subject: "
LONGEST_SUBJECT = 200  # as the outbox has room for
EMPTY_LINES = re.compile(r"\n{3,}")


class NoSubject(Exception):
    """The first line of a mail's template says its subject."""


@dataclass(frozen=True)
class CalendarPart:
    """What goes with a mail for the calendar of who reads it."""

    method: str
    calendars: Sequence[str]  # of one event each: programs read no further than the first


@transaction.atomic
def queue_mail(
    *,
    key: str,
    recipient: User,
    template: str,
    context: dict[str, Any] | None = None,
    url_name: str | None = None,
    url_args: Sequence[Any] = (),
    url: str = "",
    calendar: CalendarPart | None = None,
) -> OutgoingMail:
    """Have one mail sent once the caller's transaction commits; asked again under the same key,
    it stays that one mail.

    Mails travel and stay around in the open: no name of a recording, no words that somebody wrote,
    only that something waits behind the sign-in.
    """
    if url_name:
        url = settings.SITE_URL + reverse(url_name, args=url_args)
    with translation.override(recipient.language):
        text = render_to_string(
            f"mail/{template}.txt", (context or {}) | {"recipient": recipient, "url": url}
        )
    subject, body = split_subject(text)
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "subject": subject,
            "body": body,
            "calendar": "".join(calendar.calendars) if calendar else "",
            "calendar_method": calendar.method if calendar else "",
            "message_id": message_id(key),
        },
    )
    if is_new:
        enqueue(SEND, str(mail.pk))
    return mail


def split_subject(text: str) -> tuple[str, str]:
    """The subject is one line that can be sent, whatever a name in it holds."""
    first, _, rest = text.strip().partition("\n")
    if not first.startswith(SUBJECT):
        raise NoSubject(first)
    subject = " ".join(first.removeprefix(SUBJECT).split())[:LONGEST_SUBJECT]
    return subject, EMPTY_LINES.sub("\n\n", rest).strip() + "\n"


def message_id(key: str) -> str:
    """The same for every attempt, so that a mail sent twice is shown once."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
