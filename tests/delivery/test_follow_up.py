"""What comes after the course: planned with the edition, told by calendar, answered by people."""

from datetime import date, timedelta

import pytest
import vobject
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.delivery.forms.edition import PlanForm
from courses.delivery.models import Edition, FollowUpAnswer, FollowUpMeeting
from courses.delivery.services import (
    calendar_token,
    end_enrolment,
    make_calendar_link,
    move_evenings,
    put_before_evening,
)
from courses.delivery.services.follow_up import (
    Span,
    answer_meeting,
    cancel_meeting,
    change_meeting,
    plan_meetings,
    proposed_return,
    publish_meetings,
)
from courses.delivery.services.publication import check_edition
from courses.delivery.services.watching import editions_with_faults
from lms.accounts.models import CareGroup, Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

Kind, Reach = FollowUpMeeting.Kind, FollowUpMeeting.Reach
LAST_EVENING = 91  # days from now, of an edition that runs
WHERE = {"place": "De Schuur", "address": "Kerkstraat 1, Borne", "practical": "", "online_url": ""}


@pytest.fixture
def edition():
    return published(make_running_edition())


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def published(edition, **fields):
    changes = {"published_at": timezone.now()} | fields
    Edition.objects.filter(pk=edition.pk).update(**changes)
    edition.refresh_from_db()
    return edition


def span(days, *, hours=2):
    starts_at = timezone.now() + timedelta(days=days)
    return Span(starts_at, starts_at + timedelta(hours=hours))


def planned(edition, *days, kind=Kind.RETURN, reach=Reach.EDITION):
    by = UserFactory()
    spans = [span(day) for day in days]
    return plan_meetings(edition, spans, kind=kind, reach=reach, by=by, **WHERE)


def invited(edition, *days, **fields):
    meetings = planned(edition, *days, **fields)
    publish_meetings(edition, by=UserFactory())
    return meetings


def told(user):
    """Per mail about meetings its method, and per meeting its status."""
    mails = OutgoingMail.objects.filter(recipient=user, key__startswith="follow-up:").order_by("pk")
    return [
        (mail.calendar_method, [event.status.value for event in events_in(mail.calendar)])
        for mail in mails
    ]


def events_in(calendar):
    return getattr(vobject.readOne(calendar), "vevent_list", [])


def page_of(edition):
    return reverse("delivery:follow_up", args=[edition.public_id])


def typed(prefix, day, **changes):
    fields = {"day": day.isoformat(), "starts": "19:30", "minutes": 120, "place": "De Schuur"}
    return {f"{prefix}-{name}": value for name, value in (fields | changes).items()} | {
        "wat": prefix
    }


def day_after(days):
    return timezone.localdate() + timedelta(days=days)


# planning


@pytest.mark.requirement("FUP-01")
def test_who_moves_an_evening_past_a_meeting_is_warned_before_it_is_done(
    client, coordinator, edition
):
    edition.evenings.update(place="De Brug")
    near, _far = planned(edition, LAST_EVENING + 7, LAST_EVENING + 200)
    form = PlanForm(edition=edition)
    said = form.values() | {"title": "Andere naam"}
    where = reverse("delivery:edition_change", args=[edition.public_id])
    assert client.post(where, said).context["preview"].overtaken == []
    last = timezone.localdate(near.starts_at) + timedelta(days=1)
    said |= {"avond-4A-date": last.isoformat(), "avond-4B-date": last.isoformat()}
    response = client.post(where, said)
    assert response.context["preview"].overtaken == [near]
    assert "zou dan vóór het einde van de laatste avond zijn" in response.content.decode()


@pytest.mark.requirement("FUP-01")
def test_a_meeting_that_the_course_overtook_is_told_until_it_is_moved(edition, coordinator):
    near, gone = planned(edition, LAST_EVENING + 7, LAST_EVENING + 6)
    cancel_meeting(gone, by=coordinator)
    assert overtaken_said(edition) == []
    move_evenings(edition, {"4B": near.starts_at + timedelta(days=1)})
    (said,) = overtaken_said(edition)
    assert date_format(timezone.localtime(near.starts_at), "j F") in said
    assert "delivery:follow_up" in [
        one.mend for found, faults in editions_with_faults() if found == edition for one in faults
    ]
    starts_at = near.starts_at + timedelta(days=9)
    moved = WHERE | {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    change_meeting(near, by=coordinator, is_online=False, **moved)
    assert overtaken_said(edition) == []


def overtaken_said(edition):
    found = check_edition(Edition.objects.get(pk=edition.pk))
    return [str(one) for one in found if one.mend == "delivery:follow_up"]


@pytest.mark.requirement("FUP-01")
def test_a_coordinator_plans_a_return_meeting_and_a_series_with_the_edition(
    client, coordinator, edition
):
    page = page_of(edition)
    proposal = client.get(page).context["meeting_form"].initial["day"]
    assert proposal == timezone.localtime(proposed_return(edition)).date()
    assert client.post(page, typed("terugkom", proposal)).status_code == 302

    first = proposal + timedelta(weeks=10)
    asked = client.get(page, {"first": first.isoformat(), "meetings": 3, "weeks": 8})
    days = {
        name: value
        for name, value in asked.context["series_form"].initial.items()
        if name.startswith("day_")
    }
    assert list(days.values()) == [first + timedelta(weeks=8 * number) for number in range(3)]
    days["day_2"] += timedelta(days=1)  # each can be changed
    fields = typed("reeks", first, reach=Reach.REGION)
    fields |= {f"reeks-{name}": day.isoformat() for name, day in days.items()}
    assert client.post(page, fields).status_code == 302

    rows = [
        (one.kind, one.reach, timezone.localtime(one.starts_at).date(), one.published_at)
        for one in edition.follow_up.all()
    ]
    assert rows == [
        (Kind.RETURN, Reach.EDITION, proposal, None),
        *((Kind.SERIES, Reach.REGION, day, None) for day in days.values()),
    ]
    events = AuditEvent.objects.filter(event="follow_up.planned")
    assert [event.detail for event in events] == [{"meetings": 1}, {"meetings": 3}]


@pytest.mark.requirement("FUP-01")
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "verleden"),
        (LAST_EVENING - 5, "laatste avond"),
        (LAST_EVENING + 100, "dezelfde mensen"),
    ],
)
def test_a_day_that_cannot_be_says_why_and_keeps_what_was_typed(
    client, coordinator, edition, days, words
):
    taken = day_after(LAST_EVENING + 100)
    client.post(page_of(edition), typed("terugkom", taken))
    response = client.post(page_of(edition), typed("terugkom", day_after(days), place="Elders"))

    assert response.status_code == 422
    [fault] = response.context["meeting_form"].errors["day"]
    assert words in fault
    assert 'value="Elders"' in response.content.decode()
    assert edition.follow_up.count() == 1


def test_of_a_series_the_day_that_is_wrong_is_pointed_at_and_none_is_planned(
    client, coordinator, edition
):
    good = day_after(LAST_EVENING + 100)
    fields = typed("reeks", good, reach=Reach.REGION)
    fields |= {"reeks-day_1": good.isoformat(), "reeks-day_2": good.isoformat()}
    response = client.post(page_of(edition), fields)

    assert response.status_code == 422
    assert set(response.context["series_form"].errors) == {"day_2"}
    assert edition.follow_up.count() == 0


def test_a_number_of_meetings_out_of_reach_is_refused_in_words(client, coordinator, edition):
    response = client.get(page_of(edition), {"first": "2030-01-01", "meetings": 400, "weeks": 1})

    assert response.status_code == 422
    assert "twaalf" in str(response.context["proposal_form"].errors["meetings"])


@pytest.mark.parametrize("first", ["9999-12-31", "2072-01-04", "0001-01-01"])
def test_a_day_in_a_year_that_cannot_be_meant_is_refused_in_words(
    client, coordinator, edition, first
):
    series = client.get(page_of(edition), {"first": first, "meetings": 4, "weeks": 52})
    meeting = client.post(page_of(edition), typed("terugkom", date.fromisoformat(first)))

    assert (series.status_code, meeting.status_code) == (422, 422)
    words = "verleden" if first.startswith("0") else "jaar klopt"
    assert words in series.context["proposal_form"].errors["first"][0]
    assert words in meeting.context["meeting_form"].errors["day"][0]
    assert edition.follow_up.count() == 0


def test_nobody_is_invited_to_a_meeting_without_a_place(client, coordinator, edition):
    client.post(page_of(edition), typed("terugkom", day_after(LAST_EVENING + 90), place=""))
    response = client.post(page_of(edition), {"wat": "publiceren"})

    assert response.status_code == 422
    assert edition.follow_up.get().published_at is None


# who is invited


@pytest.mark.requirement("FUP-01")
def test_everybody_of_the_edition_is_invited_by_calendar_once_it_is_published(edition):
    first, second = enrol_two(edition)
    trainer, stopped, stranger = UserFactory(), enrol_two(edition)[0], UserFactory()
    put_before_evening(edition.evenings.get(code="2"), trainer)
    end_enrolment(stopped)
    planned(edition, LAST_EVENING + 60)
    assert told(first.participant) == []

    publish_meetings(edition, by=UserFactory())
    publish_meetings(edition, by=UserFactory())

    people = [first.participant, second.participant, trainer, stopped.participant, stranger]
    once = [("REQUEST", ["CONFIRMED"])]
    assert [told(user) for user in people] == [once, once, once, [], []]


@pytest.mark.requirement("FUP-01")
def test_a_series_in_the_region_reaches_who_has_finished_the_course_by_then(edition):
    """Of an earlier edition everybody; of one that ends after the meeting nobody; of another
    region nobody."""
    earlier = published(make_running_edition(content=edition.content, days=-400))
    later = published(make_running_edition(content=edition.content, days=200))
    elsewhere = published(
        make_running_edition(content=edition.content, days=-400), region="Zeeland"
    )
    people = [enrol_two(one)[0].participant for one in (edition, earlier, later, elsewhere)]
    invited(edition, LAST_EVENING + 60, kind=Kind.SERIES, reach=Reach.REGION)

    assert [len(told(user)) for user in people] == [1, 1, 0, 0]


def test_a_series_of_a_closed_edition_stays_within_its_care_group(edition):
    group = CareGroup.objects.create(name="Zorggroep Twente")
    published(edition, care_group=group, is_open=False)
    same = published(
        make_running_edition(content=edition.content, days=-400), care_group=group, is_open=False
    )
    other = published(make_running_edition(content=edition.content, days=-400))
    people = [enrol_two(one)[0].participant for one in (same, other)]
    invited(edition, LAST_EVENING + 60, kind=Kind.SERIES, reach=Reach.REGION)

    assert [len(told(user)) for user in people] == [1, 0]


def test_who_enrols_later_hears_of_it_and_who_stops_has_it_taken_out(edition):
    invited(edition, LAST_EVENING + 60)
    first, _second = enrol_two(edition)
    end_enrolment(first)

    assert told(first.participant) == [("REQUEST", ["CONFIRMED"]), ("CANCEL", ["CANCELLED"])]


# changing, cancelling, answering


@pytest.mark.requirement("FUP-01")
def test_a_change_moves_calendars_along_and_cancelling_takes_it_out(client, coordinator, edition):
    first, _second = enrol_two(edition)
    [meeting] = invited(edition, LAST_EVENING + 60)
    page = reverse("delivery:follow_up_change", args=[meeting.public_id])
    fields = {"day": day_after(LAST_EVENING + 70), "starts": "20:00", "minutes": 90}
    assert client.post(page, fields | {"place": "De Hoeve"}).status_code == 302
    assert client.post(page, fields | {"place": "De Hoeve"}).status_code == 302  # nothing new

    assert told(first.participant) == [("REQUEST", ["CONFIRMED"])] * 2
    assert client.post(page, {"afgelasten": "1"}).status_code == 302
    assert told(first.participant)[2:] == [("CANCEL", ["CANCELLED"])]
    meeting.refresh_from_db()
    assert meeting.sequence == 2


def test_to_move_it_onto_another_meeting_is_refused(client, coordinator, edition):
    meeting, _other = invited(edition, LAST_EVENING + 60, LAST_EVENING + 80)
    begins = timezone.localtime(_other.starts_at)
    page = reverse("delivery:follow_up_change", args=[meeting.public_id])
    fields = {"day": begins.date(), "starts": begins.time().replace(hour=12), "minutes": 480}
    FollowUpMeeting.objects.filter(pk=_other.pk).update(
        starts_at=begins.replace(hour=13), ends_at=begins.replace(hour=15)
    )
    response = client.post(page, fields | {"place": "De Hoeve"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"day"}


@pytest.mark.requirement("FUP-01")
def test_somebody_says_whether_they_come_and_may_change_it(client, edition):
    first, _second = enrol_two(edition)
    [meeting] = invited(edition, LAST_EVENING + 60)
    page = reverse("delivery:meeting", args=[meeting.public_id])
    client.force_login(first.participant)
    for said in ("ja", "nee", "ja"):
        assert client.post(page, {"komt": said}).status_code == 302

    assert FollowUpAnswer.objects.get(user=first.participant).is_coming
    assert told(first.participant) == [
        ("REQUEST", ["CONFIRMED"]),
        ("CANCEL", ["CANCELLED"]),
        ("REQUEST", ["CONFIRMED"]),
    ]


def test_to_a_cancelled_meeting_nobody_says_yes_any_more(client, edition):
    first, _second = enrol_two(edition)
    [meeting] = invited(edition, LAST_EVENING + 60)
    cancel_meeting(meeting, by=UserFactory())
    client.force_login(first.participant)
    client.post(reverse("delivery:meeting", args=[meeting.public_id]), {"komt": "ja"})

    assert FollowUpAnswer.objects.count() == 0


@pytest.mark.requirement("FUP-01")
def test_it_stands_in_the_feed_on_the_plan_and_with_the_evening_long_after_the_course(client):
    """All evenings were a year ago; the meeting is still to come."""
    edition = published(make_running_edition(days=-400))
    first, _second = enrol_two(edition)
    [meeting] = invited(edition, 30)
    link = make_calendar_link(first.participant)
    feed = client.get(reverse("delivery:feed", args=[calendar_token(link)])).content.decode()
    assert f"{meeting.public_id}@" in feed

    client.force_login(first.participant)
    address = reverse("delivery:meeting", args=[meeting.public_id])
    evening = edition.evenings.get(code="1")
    for page in (
        reverse("learning:plan"),
        reverse("delivery:evening", args=[evening.public_id]),
        reverse("delivery:calendar"),
    ):
        assert address in client.get(page).content.decode()
    answer_meeting(meeting, first.participant, is_coming=False)
    feed = client.get(reverse("delivery:feed", args=[calendar_token(link)])).content.decode()
    assert f"{meeting.public_id}@" not in feed


@pytest.mark.requirement("FUP-01")
def test_a_meeting_is_there_for_who_is_invited_and_a_draft_for_coordinators_alone(
    client, coordinator, edition
):
    first, _second = enrol_two(edition)
    stranger = UserFactory()
    [meeting] = planned(edition, LAST_EVENING + 60)
    page = reverse("delivery:meeting", args=[meeting.public_id])
    assert client.get(page).status_code == 200

    def statuses():
        found = []
        for user in (first.participant, stranger):
            client.force_login(user)
            found.append(client.get(page).status_code)
        return found

    assert statuses() == [404, 404]
    publish_meetings(edition, by=UserFactory())
    assert statuses() == [200, 404]
