import re

import pytest
from django.core.mail import EmailMessage
from django.db import transaction

from lms.jobs.models import Job
from lms.mail.models import OutgoingMail
from lms.mail.services import NoSubject, queue_mail, split_subject
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

TEMPLATES = [
    "consent_withdrawn",
    "content_version",
    "evenings_cancelled",
    "evenings_planned",
    "observation_received",
    "panel_invited",
    "password_reset",
    "recording_expires",
    "recording_failed",
    "recording_shared",
    "security_change",
]
SECRETS = {
    "title": "Wat-de-patient-niet-wil",
    "patient": "Mevrouw-Jansen",
    "text": "Je-keek-naar-je-scherm",
    "note": "Je-keek-naar-je-scherm",
    "sharer": "Dokter-Bram",
}


def queue(**changes):
    details = {"key": "share:1", "recipient": UserFactory(), "template": "recording_shared"}
    context = {"changed": 2} | changes.pop("context", {})
    return queue_mail(**details | changes, context=context)


def test_a_mail_is_one_row_and_one_job():
    mail = queue()

    assert (mail.sent_at, mail.recipient.mails.count()) == (None, 1)
    assert list(Job.objects.values_list("kind", "ref")) == [("mail.send", str(mail.pk))]


def test_the_same_key_twice_is_one_mail():
    first = queue()
    second = queue(recipient=first.recipient, template="observation_received")

    assert second == first
    assert (OutgoingMail.objects.count(), Job.objects.count()) == (1, 1)
    assert second.subject == first.subject


def test_a_fact_that_did_not_happen_sends_nothing():
    @transaction.atomic
    def share_and_fail():
        queue()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        share_and_fail()

    assert (OutgoingMail.objects.count(), Job.objects.count()) == (0, 0)


def test_the_link_goes_to_the_address_of_the_site(settings):
    settings.SITE_URL = "https://leergang.example"
    mail = queue(url_name="account_reset_password_from_key", url_args=["1", "a"])

    assert re.findall(r"\S+//\S+", mail.body) == [
        "https://leergang.example/account/password/reset/key/1-a/"
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_mail_says_what_a_recording_is_or_what_somebody_wrote(template):
    mail = queue(template=template, context=SECRETS)

    text = f"{mail.subject}\n{mail.body}"
    assert [secret for secret in SECRETS.values() if secret in text] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_mail_is_in_the_language_of_its_reader(template):
    dutch = queue(template=template, key="nl", recipient=UserFactory(first_name="Sanne"))
    english = queue(template=template, key="en", recipient=UserFactory(language="en"))

    assert dutch.body.splitlines()[0] == "Hallo Sanne,"
    assert english.body.splitlines()[0] == "Hello Sanne,"
    assert dutch.subject != english.subject


def test_signs_in_a_name_arrive_as_they_are():
    mail = queue(recipient=UserFactory(first_name="D'Anne & Co", language="en"))

    assert mail.body.splitlines()[0] == "Hello D'Anne & Co,"


@pytest.mark.parametrize("name", ["Eva\r\nBcc: x@y.example", "Eva\x0bBcc: x@y.example", "E" * 300])
def test_a_subject_is_one_line_that_fits_whatever_a_name_in_it_holds(name):
    mail = queue(template="couple_invited", context={"by": name, "edition": "Twente", "days": 14})

    assert mail.subject == " ".join(mail.subject.split())
    assert len(mail.subject) <= OutgoingMail._meta.get_field("subject").max_length
    EmailMessage(mail.subject, mail.body, to=[mail.recipient.email]).message()


def test_a_template_without_a_subject_is_refused():
    with pytest.raises(NoSubject):
        split_subject("Dear all,\n\nhello")


def test_message_ids_are_stable_and_differ_per_mail(settings):
    settings.DEFAULT_FROM_EMAIL = "Leergang <post@leergang.example>"
    first, other = queue(key="a"), queue(key="b")
    first.delete()

    assert queue(key="a").message_id == first.message_id
    assert first.message_id != other.message_id
    assert re.fullmatch(r"<[0-9a-f]{32}@leergang\.example>", first.message_id)
