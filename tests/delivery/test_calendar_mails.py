"""What people's calendars are sent by mail, read back by a program that is not ours."""

import email
import email.policy
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.core import mail as outbox
from django.db.models import F
from django.utils import timezone

from courses.delivery import signals
from courses.delivery.calendars import uid_of
from courses.delivery.models import AbsenceNotice, CalendarEntry, Edition, EveningTrainer
from courses.delivery.services import (
    choose_track,
    end_enrolment,
    put_before_evening,
    tell_calendar,
    tell_calendars,
)
from courses.delivery.services.calendar import go_on
from lms.jobs import processing as jobs
from lms.jobs.models import Job
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def edition():
    """Evening 1 is over; four weeks from now nothing of it has happened to anybody."""
    edition = make_running_edition()
    publish(edition)
    return edition


def publish(edition):
    Edition.objects.filter(pk=edition.pk).update(published_at=timezone.now())
    edition.refresh_from_db()


def change(edition, *codes, **changes):
    """As a coordinator's form does it: one save, one more in the sequence, one signal."""
    edition.evenings.filter(code__in=codes).update(sequence=F("sequence") + 1, **changes)
    signals.evenings_moved.send(Edition, edition=edition)


def mails_of(user):
    return list(OutgoingMail.objects.filter(recipient=user).order_by("pk"))


def told(user):
    """Per mail the method, and per evening: code, sequence, status."""
    return [(mail.calendar_method, events_of(mail)) for mail in mails_of(user)]


def events_of(mail):
    calendars = [vobject.readOne(text) for text in mail.calendars()]
    assert {calendar.method.value for calendar in calendars} == {mail.calendar_method}
    return [
        (event.summary.value.rsplit(" ", 1)[1], int(event.sequence.value), event.status.value)
        for event in [calendar.vevent for calendar in calendars]
    ]


def track_of(edition, code):
    return edition.evenings.get(code=code).track_key


# who is sent what


def test_who_enrols_is_sent_the_base_part_that_is_still_to_come(edition):
    first, second = enrol_two(edition)

    expected = [("REQUEST", [("2", 0, "CONFIRMED")])]
    assert [told(one.participant) for one in (first, second)] == [expected, expected]


def test_before_the_course_begins_that_is_the_whole_base_part():
    edition = make_running_edition(days=30)
    publish(edition)
    first, _ = enrol_two(edition)

    assert told(first.participant) == [("REQUEST", [("1", 0, "CONFIRMED"), ("2", 0, "CONFIRMED")])]


def test_who_chooses_a_track_is_sent_its_evenings_and_the_partner_nothing(edition):
    first, second = enrol_two(edition)
    choose_track(first, track_of(edition, "3B"))

    assert told(first.participant)[1:] == [
        ("REQUEST", [("3B", 0, "CONFIRMED"), ("4B", 0, "CONFIRMED")])
    ]
    assert len(told(second.participant)) == 1


def test_another_choice_takes_the_old_evenings_out(edition):
    first, _ = enrol_two(edition)
    choose_track(first, track_of(edition, "3A"))
    choose_track(first, track_of(edition, "3B"))

    assert told(first.participant)[2:] == [
        ("REQUEST", [("3B", 0, "CONFIRMED"), ("4B", 0, "CONFIRMED")]),
        ("CANCEL", [("3A", 1, "CANCELLED"), ("4A", 1, "CANCELLED")]),
    ]


def test_back_at_the_first_choice_the_evenings_return_with_a_higher_sequence(edition):
    first, _ = enrol_two(edition)
    for code in ("3A", "3B", "3A"):
        choose_track(first, track_of(edition, code))
    change(edition, "3A", place="Elders")

    sequences = [
        sequence
        for _, events in told(first.participant)
        for code, sequence, _ in events
        if code == "3A"
    ]
    assert sequences == [0, 1, 2, 3]


def test_the_same_choice_again_is_no_news(edition):
    first, _ = enrol_two(edition)
    choose_track(first, track_of(edition, "3A"))
    choose_track(first, track_of(edition, "3A"))

    assert len(told(first.participant)) == 2


def test_a_moved_evening_is_the_same_one_at_another_time(edition):
    first, _ = enrol_two(edition)
    evening = edition.evenings.get(code="2")
    later = evening.starts_at + timedelta(days=7)
    change(edition, "2", starts_at=later, ends_at=later + timedelta(hours=4))

    before, after = (vobject.readOne(mail.calendar).vevent for mail in mails_of(first.participant))
    assert before.uid.value == after.uid.value == uid_of(evening)
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    assert after.dtstart.value == later.replace(microsecond=0)


def test_two_evenings_moved_in_one_save_are_one_mail(edition):
    first, _ = enrol_two(edition)
    choose_track(first, track_of(edition, "3A"))
    change(edition, "2", "3A", "3B", place="Elders")

    assert told(first.participant)[2:] == [
        ("REQUEST", [("2", 1, "CONFIRMED"), ("3A", 1, "CONFIRMED")])
    ]


def test_the_same_news_told_twice_is_one_mail(edition):
    first, _ = enrol_two(edition)
    change(edition, "2", place="Elders")
    tell_calendars(edition)
    signals.evenings_moved.send(Edition, edition=edition)

    assert len(told(first.participant)) == 2


def test_of_two_who_tell_it_at_once_one_does(edition):
    first, _ = enrol_two(edition)
    entry = CalendarEntry.objects.get(user=first.participant)
    the_same = CalendarEntry.objects.get(user=first.participant)
    evening = edition.evenings.get(code="2")
    evening.sequence = 1

    assert go_on(entry, evening, is_on=True) is not None
    assert go_on(the_same, evening, is_on=True) is None


def test_an_evening_that_turns_online_has_its_link_in_the_calendar(edition):
    first, _ = enrol_two(edition)
    change(edition, "2", is_online=True, online_url="https://video.example/avond")

    mail = mails_of(first.participant)[1]
    assert vobject.readOne(mail.calendar).vevent.location.value == "https://video.example/avond"


def test_a_cancelled_evening_is_taken_out_of_everybodys_calendar(edition):
    first, _ = enrol_two(edition)
    trainer = UserFactory()
    put_before_evening(edition.evenings.get(code="2"), trainer)
    change(edition, "2", cancelled_at=timezone.now())

    for user in (first.participant, trainer):
        assert told(user)[1:] == [("CANCEL", [("2", 1, "CANCELLED")])]


def test_a_cancelled_edition_takes_all_its_evenings_out(edition):
    first, _ = enrol_two(edition)
    Edition.objects.filter(pk=edition.pk).update(cancelled_at=timezone.now())
    tell_calendars(edition)

    assert told(first.participant)[1:] == [("CANCEL", [("2", 1, "CANCELLED")])]


def test_an_evening_that_does_go_through_after_all_returns(edition):
    first, _ = enrol_two(edition)
    change(edition, "2", cancelled_at=timezone.now())
    change(edition, "2", cancelled_at=None)

    assert told(first.participant)[2:] == [("REQUEST", [("2", 2, "CONFIRMED")])]


def test_who_stops_has_the_evenings_taken_out_and_hears_nothing_more(edition):
    first, second = enrol_two(edition)
    choose_track(first, track_of(edition, "3A"))
    end_enrolment(first)
    taken_out = ("CANCEL", [("2", 1, "CANCELLED"), ("3A", 1, "CANCELLED"), ("4A", 1, "CANCELLED")])
    assert told(first.participant)[2:] == [taken_out]

    change(edition, "2", place="Elders")
    assert told(first.participant)[2:] == [taken_out]
    assert len(told(second.participant)) == 2


def test_a_trainer_is_sent_the_evenings_that_are_theirs(edition):
    trainer = UserFactory()
    put_before_evening(edition.evenings.get(code="3A"), trainer)
    change(edition, "3A", "3B", place="Elders")

    assert told(trainer) == [
        ("REQUEST", [("3A", 0, "CONFIRMED")]),
        ("REQUEST", [("3A", 1, "CONFIRMED")]),
    ]


def test_a_trainer_who_hands_over_has_the_evening_taken_out(edition):
    trainer = UserFactory()
    put_before_evening(edition.evenings.get(code="3A"), trainer)
    EveningTrainer.objects.update(valid_until=timezone.now())
    tell_calendars(edition)

    assert told(trainer)[1:] == [("CANCEL", [("3A", 1, "CANCELLED")])]


def test_who_cannot_come_has_the_evening_of_another_edition_instead(edition):
    first, _ = enrol_two(edition)
    elsewhere = make_running_edition(days=3)
    publish(elsewhere)
    AbsenceNotice.objects.create(
        enrolment=first,
        evening=edition.evenings.get(code="2"),
        catch_up=elsewhere.evenings.get(code="2"),
    )
    tell_calendars(edition)
    tell_calendars(elsewhere)

    assert told(first.participant)[1:] == [
        ("CANCEL", [("2", 1, "CANCELLED")]),
        ("REQUEST", [("2", 0, "CONFIRMED")]),
    ]


def test_of_an_edition_that_is_not_published_nobody_hears_until_it_is():
    edition = make_running_edition()
    first, _ = enrol_two(edition)
    trainer = UserFactory()
    put_before_evening(edition.evenings.get(code="2"), trainer)
    change(edition, "2", place="Elders")
    assert OutgoingMail.objects.count() == 0

    publish(edition)
    tell_calendars(edition)
    expected = [("REQUEST", [("2", 1, "CONFIRMED")])]
    assert [told(user) for user in (first.participant, trainer)] == [expected, expected]


def test_evenings_that_are_over_are_left_in_peace(edition):
    first, _ = enrol_two(edition)
    change(edition, "1", place="Elders")
    tell_calendar(edition, first.participant)

    assert len(told(first.participant)) == 1


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31)])
def test_on_the_day_the_clock_changes_the_evening_begins_at_half_past_five(edition, clock, day):
    begin = datetime(*day, 17, 30, tzinfo=AMSTERDAM)
    clock.now = begin - timedelta(days=30)
    publish(edition)
    edition.evenings.filter(code="2").update(starts_at=begin, ends_at=begin + timedelta(hours=4))
    first, _ = enrol_two(edition)

    (mail,) = mails_of(first.participant)
    events = [vobject.readOne(text).vevent for text in mail.calendars()]
    begins = [event.dtstart.value for event in events if event.summary.value.endswith("avond 2")]
    assert begins == [begin]
    assert "17.30 – 21.30" in mail.body


# the mail itself


def test_who_enrols_after_a_change_is_told_of_evenings_and_not_of_a_change(edition):
    change(edition, "2", place="Elders")
    first, _ = enrol_two(edition)
    change(edition, "2", place="Weer elders")

    assert [mail.subject for mail in mails_of(first.participant)] == [
        "Je avonden van Leergang",
        "Gewijzigd: avonden van Leergang",
    ]


def test_the_mail_goes_out_with_one_calendar_that_is_read_back_whole(edition):
    practical = "Deur links; bel, dan komt er iemand 😀\n" * 60
    edition.evenings.filter(code="2").update(practical=practical, place="De Esch")
    first, _ = enrol_two(edition)
    (mail,) = mails_of(first.participant)
    jobs.run(Job.objects.get(kind="mail.send", ref=str(mail.pk)).pk)

    (message,) = outbox.outbox
    parsed = email.message_from_bytes(
        message.message().as_bytes(linesep="\r\n"), policy=email.policy.SMTP
    )
    plain, calendar = parsed.iter_parts()
    assert parsed.get_content_type() == "multipart/alternative"
    assert plain.get_content_type() == "text/plain"
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_content_type() == "text/calendar"
    event = vobject.readOne(calendar.get_content()).vevent
    assert event.description.value.startswith(practical)
    assert [one.value for one in event.attendee_list] == [f"mailto:{first.participant.email}"]


def test_of_several_evenings_each_is_a_file_that_can_be_opened(edition):
    first, _ = enrol_two(edition)
    choose_track(first, track_of(edition, "3B"))
    mail = mails_of(first.participant)[-1]
    jobs.run(Job.objects.get(kind="mail.send", ref=str(mail.pk)).pk)

    (message,) = outbox.outbox
    parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.SMTP)
    plain, *files = parsed.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert [one.get_filename() for one in files] == ["1.ics", "2.ics"]
    assert {one["Content-Type"].params["method"] for one in files} == {"REQUEST"}
    held = [vobject.readOne(one.get_content()).vevent_list for one in files]
    assert [len(events) for events in held] == [1, 1]
    codes = [events[0].summary.value.rsplit(" ", 1)[1] for events in held]
    assert codes == ["3B", "4B"]


def test_a_mail_says_when_and_where_and_nobodys_name(edition):
    edition.evenings.update(place="De Esch", address="Marktplein 3, Borne")
    put_before_evening(edition.evenings.get(code="2"), UserFactory(last_name="Esdoorn"))
    first, second = enrol_two(edition)
    (mail,) = mails_of(first.participant)

    assert mail.subject == "Je avonden van Leergang"
    assert "De Esch, Marktplein 3, Borne" in mail.body
    text = mail.subject + mail.body + mail.calendar.replace("\r\n ", "")
    others = ["Esdoorn", second.participant.last_name, second.participant.email]
    assert [name for name in others if name in text] == []


def test_a_title_as_long_as_it_may_be_fits_the_subject(edition):
    Edition.objects.filter(pk=edition.pk).update(title="L" * 200)
    edition.refresh_from_db()
    first, _ = enrol_two(edition)

    (mail,) = mails_of(first.participant)
    assert len(mail.subject) <= 200
    assert "L" * 200 in mail.calendar.replace("\r\n ", "")
