"""The room before and after its evening: what is still to do, and confirming the list."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import Attendance, AttendanceConfirmation, AttendanceMark
from courses.delivery.services import put_before_evening
from courses.delivery.services.attendance import Mark, NotExpected, check_in, take_marks
from courses.delivery.services.cancelling import cancel_evening
from courses.delivery.services.confirmation import NotOver, confirm_attendance
from courses.delivery.services.room import room_of, to_prepare
from courses.delivery.services.run import Said, blocks_of, take_run_marks
from courses.learning.overview import room_step
from lms.audit.models import AuditEvent
from tests.delivery.programmes import make_planned_edition
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_planned_edition(days=-11)  # the second evening was yesterday


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def couple(edition):
    return enrol_two(edition)


@pytest.fixture
def trainer(evening):
    user = UserFactory()
    put_before_evening(evening, user)
    return user


def mark(evening, trainer, enrolment, *, after=timedelta(0), part=1):
    made_at = evening.starts_at + after
    tapped = Mark(enrolment.pk, part, True, made_at, key=uuid.uuid4())
    return take_marks(evening, [tapped], by=trainer)


def page(evening, name="room"):
    return reverse(f"delivery:{name}", args=[evening.public_id])


def test_the_room_says_that_its_evening_is_cancelled_and_asks_nothing(client, evening, trainer):
    evening.starts_at, evening.ends_at = (timezone.now() + timedelta(days=one) for one in (2, 3))
    evening.save(update_fields=["starts_at", "ends_at"])
    client.force_login(trainer)
    cancel_evening(evening, by=trainer, reason="Storm op de dijk")
    words = client.get(page(evening)).content.decode()
    assert "Storm op de dijk" in words
    assert page(evening, "room_code") not in words
    assert 'id="before"' not in words


def test_of_whom_nothing_was_marked_was_absent_once_the_list_is_confirmed(evening, couple, trainer):
    first, second = couple
    mark(evening, trainer, first)
    assert confirm_attendance(evening, by=trainer)
    found = dict(Attendance.objects.values_list("enrolment", "status"))
    assert found == {first.pk: "partial", second.pk: "absent"}
    assert AuditEvent.objects.get(event="attendance.confirmed").detail == {"absent": 1}


def test_a_list_is_confirmed_once(evening, couple, trainer):
    assert [confirm_attendance(evening, by=trainer) for _ in range(2)] == [True, False]
    assert AttendanceConfirmation.objects.count() == 1


def test_a_list_is_not_confirmed_while_the_evening_goes_on(evening, trainer):
    with time_machine.travel(evening.ends_at - timedelta(minutes=1)), pytest.raises(NotOver):
        confirm_attendance(evening, by=trainer)
    assert not AttendanceConfirmation.objects.exists()


def test_after_confirming_a_tap_changes_nothing_and_says_who_corrects(
    client, evening, couple, trainer
):
    confirm_attendance(evening, by=trainer)
    client.force_login(trainer)
    sent = {"enrolment": couple[0].pk, "part": 1, "is_present": "yes", "way": "name"}
    answer = client.post(page(evening, "room_mark"), sent)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["De lijst is bevestigd. Vanaf nu corrigeert een coördinator hem."]
    assert Attendance.objects.get(enrolment=couple[0]).status == "absent"


def test_what_a_tablet_tapped_before_counts_though_it_comes_after_confirming(
    evening, couple, trainer
):
    confirm_attendance(evening, by=trainer)
    assert mark(evening, trainer, couple[0]) == 1
    assert Attendance.objects.get(enrolment=couple[0]).status == "partial"


def test_nobody_scans_themselves_in_after_confirming(evening, couple, trainer):
    confirm_attendance(evening, by=trainer)
    with pytest.raises(NotExpected):
        check_in(evening, couple[0].participant)


def test_a_tablet_hears_that_the_list_was_confirmed(client, evening, trainer):
    confirm_attendance(evening, by=trainer)
    client.force_login(trainer)
    body = {"now": timezone.now().isoformat(), "marks": []}
    answer = client.post(page(evening, "room_sync"), body, content_type="application/json")
    assert answer.json()["is_confirmed"] is True


def test_the_page_names_who_was_forgotten_and_confirms(client, evening, couple, trainer):
    first, second = couple
    mark(evening, trainer, first)
    client.force_login(trainer)
    room = client.get(page(evening)).context["room"]
    assert [one.enrolment for one in room.unmarked] == [second]
    client.post(page(evening, "room_confirm"))
    text = client.get(page(evening)).content.decode()
    assert "De lijst is bevestigd door" in text
    assert "data-mark" not in text


def test_what_was_signed_on_paper_is_taken_over_as_such(client, evening, couple, trainer):
    client.force_login(trainer)
    assert 'name="way" value="paper"' in client.get(f"{page(evening)}?papier").content.decode()
    now = timezone.now().isoformat()
    tapped = {"enrolment": couple[0].pk, "part": 1, "is_present": True, "way": "paper"}
    tapped |= {"made_at": now, "key": str(uuid.uuid4())}
    body = {"now": now, "marks": [tapped]}
    client.post(page(evening, "room_sync"), body, content_type="application/json")
    sent = {"enrolment": couple[1].pk, "part": 1, "is_present": "yes", "way": "paper"}
    answer = client.post(page(evening, "room_mark"), sent)
    assert "?papier#" in answer.url
    assert set(AttendanceMark.objects.values_list("way", flat=True)) == {"paper"}


@pytest.mark.parametrize("way", ["qr", "made-up"])
def test_a_screen_cannot_say_that_somebody_scanned(client, evening, couple, trainer, way):
    client.force_login(trainer)
    now = timezone.now().isoformat()
    tapped = {"enrolment": couple[0].pk, "part": 1, "is_present": True, "way": way}
    tapped |= {"made_at": now, "key": str(uuid.uuid4())}
    body = {"now": now, "marks": [tapped]}
    answer = client.post(page(evening, "room_sync"), body, content_type="application/json")
    assert (answer.status_code, AttendanceMark.objects.count()) == (400, 0)


def test_days_before_the_room_tells_what_is_still_to_do():
    edition = make_planned_edition(days=-7)  # the second evening is in three days
    evening = edition.evenings.get(code="2")
    first, _second = enrol_two(edition)
    first.progress.update(state="done")
    trainers = [UserFactory(), UserFactory()]
    assert len(to_prepare(room_of(evening))) == 4  # no place, no couple, not divided, not ready
    for user in trainers:
        put_before_evening(evening, user)
    evening.place = "Praktijk Boomgaard"
    block = blocks_of(evening)[0]
    said = Said(block.key, "leader", trainers[0].pk, timezone.now())
    take_run_marks(evening, [said], by=trainers[0])
    assert to_prepare(room_of(evening)) == ["1 persoon heeft nog niet alles gedaan."]


@pytest.mark.parametrize(
    ("days", "confirmed", "step"),
    [
        (-11, False, ("2", "confirm")),
        (-11, True, None),
        (-10, False, ("2", "run")),
        (-5, False, ("2", "prepare")),
        (-30, False, None),  # twenty days ago: the coordinator takes over
    ],
)
def test_a_trainer_is_led_to_the_room_in_the_days_around_the_evening(days, confirmed, step):
    edition = make_planned_edition(days=days)
    if confirmed:
        for evening in edition.evenings.filter(starts_at__lt=timezone.now()):
            AttendanceConfirmation.objects.create(evening=evening, confirmed_by=UserFactory())
    evenings = [one for one in edition.evenings.all() if one.code != "1"]
    found = room_step(evenings)
    assert (found and (found.evening.code, found.kind)) == step
