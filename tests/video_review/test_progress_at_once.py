"""Two partners whose facts arrive at the same moment do not wait for each other for ever."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from courses.delivery.models import Enrolment
from tests.factories.instruments import publish_small_form
from tests.factories.video_review import RecordingFactory
from tests.video_review.watchers import share_with_partner
from video_review.processing.progress import tell_progress
from video_review.services.observations import start_observation, submit_observation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recording(tmp_path):
    publish_small_form(tmp_path)
    return RecordingFactory()


@pytest.fixture
def partner(recording):
    return share_with_partner(recording)


@pytest.mark.parametrize("fact", ["film", "observation"])
def test_whoever_waits_for_one_partner_does_not_keep_the_other(recording, partner, fact):
    """Both facts are told of both partners. While we hold the first one, nobody has the second
    in hand already: that is how two facts would wait for each other."""
    first, second = Enrolment.objects.order_by("pk")
    assert second.participant == partner
    of_partner = RecordingFactory(enrolment=second)
    observation = start_observation(user=partner, recording=recording)
    tell = {
        "film": transaction.atomic(lambda: tell_progress(of_partner)),
        "observation": lambda: submit_observation(observation),
    }[fact]
    telling = threading.Thread(target=lambda: (tell(), connections.close_all()))
    with transaction.atomic():
        take(first)
        telling.start()
        wait_until_somebody_waits()
        take(second)
    telling.join()


def take(enrolment):
    Enrolment.objects.select_for_update(nowait=True).get(pk=enrolment.pk)


def wait_until_somebody_waits():
    question = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        with connection.cursor() as cursor:
            cursor.execute(question)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError("nobody waits")
