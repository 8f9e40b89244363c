import socket
import threading
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from lms.jobs import processing as jobs
from lms.jobs.models import Job, Status
from lms.mail.models import OutgoingMail
from lms.mail.services import queue_mail
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    recipient = UserFactory(email="sanne@example.org")
    return queue_mail(key="share:1", recipient=recipient, template="recording_shared")


@pytest.fixture
def no_mail_server(settings):
    """A port on which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = probe.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def refusing_mail_server(settings):
    """A real server that takes nobody's mail."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def answer():
        connection, _ = server.accept()
        connection.sendall(b"554 no service today\r\n")
        connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    yield
    thread.join()
    server.close()


def work():
    jobs.run(Job.objects.get(kind="mail.send").pk)


def test_a_mail_goes_out_once_with_its_own_message_id(mail, clock):
    work()

    (message,) = outbox.outbox
    assert (message.to, message.subject) == (["sanne@example.org"], mail.subject)
    assert message.message()["Message-ID"] == mail.message_id
    mail.refresh_from_db()
    assert mail.sent_at == clock.now


def test_sent_again_it_stays_one_mail(mail):
    work()
    Job.objects.update(status=Status.WAITING, attempts=0)
    work()

    assert len(outbox.outbox) == 1


def test_a_worker_that_lost_its_lease_sends_nothing(mail, clock):
    job = Job.objects.get()
    Job.objects.claim(job.pk)
    work()

    assert len(outbox.outbox) == 0


def test_a_mail_of_somebody_who_was_erased_is_not_sent(mail):
    mail.recipient.delete()
    work()

    assert len(outbox.outbox) == 0
    assert Job.objects.get().status == Status.DONE


def test_without_a_mail_server_it_is_tried_again_later(mail, no_mail_server, clock):
    work()

    job = Job.objects.get()
    assert (job.status, job.failure) == (Status.WAITING, "Mail server: ConnectionRefusedError")
    assert job.next_attempt_at > clock.now
    assert OutgoingMail.objects.get().sent_at is None


def test_a_mail_server_that_refuses_is_tried_again_later(mail, refusing_mail_server, clock):
    work()

    job = Job.objects.get()
    assert (job.status, job.failure) == (Status.WAITING, "Mail server: SMTPConnectError")


def give_up():
    Job.objects.update(attempts=3)
    jobs.sweep(publish=lambda pk, queue: None)
    return Job.objects.get()


def test_a_long_outage_delays_a_mail_but_does_not_lose_it(mail, clock):
    job = give_up()

    assert (job.status, job.attempts) == (Status.WAITING, 0)
    assert job.next_attempt_at == clock.now + timedelta(minutes=30)


def test_after_two_days_a_mail_comes_too_late(mail, clock, caplog):
    clock.now = timezone.now() + timedelta(days=2, seconds=1)
    job = give_up()

    assert job.status == Status.GAVE_UP
    assert caplog.messages == [f"Mail {mail.pk} was not sent: given up after 2 days, 0:00:00."]
