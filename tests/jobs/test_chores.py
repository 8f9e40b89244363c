"""What is cleared away at night, and what stays."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from lms.celery import app
from lms.jobs import chores
from lms.jobs.models import Job, Status
from lms.jobs.tasks import do_chores
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def session(*, ends_in):
    store = SessionStore()
    store["who"] = "somebody"
    store.set_expiry(timezone.now() + ends_in)
    store.create()
    return store.session_key


def mail(key, **fields):
    return OutgoingMail.objects.create(
        key=key, recipient=UserFactory(), subject="-", body="-", message_id=key, **fields
    )


def test_what_is_over_goes_and_what_is_needed_stays():
    now, day = timezone.now(), timedelta(days=1)
    session(ends_in=-day)
    alive = session(ends_in=day)
    JobFactory(status=Status.DONE, next_attempt_at=now - 8 * day)
    jobs = [
        JobFactory(status=Status.DONE, next_attempt_at=now - 6 * day),
        JobFactory(status=Status.GAVE_UP, next_attempt_at=now - 99 * day),
        JobFactory(next_attempt_at=now - 99 * day),
    ]
    mail("old", sent_at=now - 91 * day)
    mails = [mail("recent", sent_at=now - 89 * day), mail("unsent", created_at=now - 99 * day)]
    for age in (31, 29):
        attempt = AccessAttempt.objects.create(
            username=str(age), ip_address="127.0.0.1", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - age * day)
    chores.do_chores()
    assert list(Session.objects.values_list("session_key", flat=True)) == [alive]
    assert set(Job.objects.all()) == set(jobs)
    assert set(OutgoingMail.objects.all()) == set(mails)
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["29"]


def test_one_chore_that_fails_keeps_no_other_from_its_turn(monkeypatch):
    done = []

    def fail():
        raise RuntimeError("no room")

    monkeypatch.setattr(chores, "CHORES", {"first": fail, "second": lambda: done.append(1)})
    with pytest.raises(ExceptionGroup) as failed:
        chores.do_chores()
    assert done == [1]
    assert [str(one) for one in failed.value.exceptions] == ["no room"]


def test_what_is_done_by_the_clock_is_there_and_the_chores_have_one_turn_every_night():
    app.loader.import_default_modules()
    turns = {one["task"]: one["schedule"] for one in app.conf.beat_schedule.values()}
    assert set(turns) - set(app.tasks) == set()
    night = turns[do_chores.name]
    assert (night.hour, night.minute, len(night.day_of_week)) == ({2}, {17}, 7)
    session(ends_in=-timedelta(days=1))
    do_chores()
    assert Session.objects.count() == 0
