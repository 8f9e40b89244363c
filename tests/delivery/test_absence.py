"""Saying beforehand that one cannot come, and catching up with another group."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from courses.delivery.models import AbsenceNotice, Edition, Enrolment
from courses.delivery.services import attendance, choose_track, company_of, enrolments_of
from courses.delivery.services.absence import (
    CHAIRS_FOR_GUESTS,
    NoPlaceToCatchUp,
    NotTheirEvening,
    arrange_catch_up,
    catch_ups,
    take_back_absence,
    tell_absence,
)
from courses.delivery.services.cancelling import cancel_evening
from courses.delivery.services.presence import looking_in
from courses.delivery.services.room import room_of
from lms.accounts.models import CareGroup, Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.delivery.crowds import ROUNDS, ask_at_once, several_writers
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_running_edition
from tests.factories.video_review import RecordingFactory, ShareFactory
from tests.permissions.world import signed_in
from video_review.models import Recording

pytestmark = pytest.mark.django_db

CROWD = 8


@pytest.fixture
def content():
    return make_version()


@pytest.fixture
def edition(content):
    return make_running_edition(content=content)


@pytest.fixture
def elsewhere(content):
    return make_running_edition(content=content, days=14)


@pytest.fixture
def published(edition, elsewhere):
    Edition.objects.update(published_at=timezone.now())


@pytest.fixture
def enrolment(edition, published):
    first, _second = enrol_two(edition)
    return enrolments_of(first.participant)[0]


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def other(elsewhere):
    return elsewhere.evenings.get(code="2")


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def address(evening):
    return reverse("delivery:absence", args=[evening.public_id])


def tell(client, enrolment, evening, choice):
    client.force_login(enrolment.participant)
    return client.post(address(evening), {"catch_up": choice})


def places(enrolment, evening):
    return [one.evening for one in catch_ups(enrolment, evening)]


def test_only_the_same_evening_of_a_published_edition_that_lies_ahead_is_offered(
    content, edition, enrolment, evening, other
):
    assert places(enrolment, evening) == [other]
    # of the base part of another course, over, cancelled, a draft: none of these
    make_running_edition(days=20)
    make_running_edition(content=content, days=-40)
    Edition.objects.filter(published_at=None).exclude(content=content).update(
        published_at=timezone.now()
    )
    make_running_edition(content=content, days=21)  # a draft
    assert places(enrolment, evening) == [other]
    type(other).objects.filter(pk=other.pk).update(cancelled_at=timezone.now())
    assert places(enrolment, evening) == []


def test_an_evening_of_a_track_is_caught_up_in_that_track(edition, elsewhere, enrolment):
    choose_track(enrolment, edition.evenings.get(code="3A").track_key)
    assert places(enrolment, edition.evenings.get(code="3A")) == [elsewhere.evenings.get(code="3A")]


def test_a_closed_edition_is_for_practices_of_its_care_group(elsewhere, enrolment, evening, other):
    group = CareGroup.objects.create(name="Zorggroep Voorbeeld")
    Edition.objects.filter(pk=elsewhere.pk).update(is_open=False, care_group=group)
    assert places(enrolment, evening) == []
    enrolment.participant.practice.care_group = group
    assert places(enrolment, evening) == [other]


def test_a_guest_takes_a_chair_left_free_or_one_of_two_beside_the_table(
    edition, elsewhere, enrolment, evening, other
):
    inhabitants = enrol_two(elsewhere)
    Edition.objects.filter(pk=elsewhere.pk).update(capacity=2)
    for _number in range(CHAIRS_FOR_GUESTS // 2):
        for guest in enrol_two(edition):
            tell_absence(guest, evening, catch_up=other)
    with pytest.raises(NoPlaceToCatchUp):
        tell_absence(enrolment, evening, catch_up=other)
    assert not enrolment.absences.exists()
    tell_absence(inhabitants[0], other)
    tell_absence(enrolment, evening, catch_up=other)
    assert enrolment.absences.get().catch_up == other


@several_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_eight_who_want_the_last_chair_at_once_one_gets_it(_round):
    content = make_version()
    edition, elsewhere = (
        make_running_edition(content=content),
        make_running_edition(content=content),
    )
    Edition.objects.update(published_at=timezone.now())
    Edition.objects.filter(pk=elsewhere.pk).update(seats_taken=F("capacity"))
    evening, other = (one.evenings.get(code="2") for one in (edition, elsewhere))
    people = [one for _couple in range(CROWD // 2 + 1) for one in enrol_two(edition)]
    before, guests = people[: CHAIRS_FOR_GUESTS - 1], people[-CROWD:]
    for guest in before:
        tell_absence(guest, evening, catch_up=other)
    won = ask_at_once(
        lambda guest: tell_absence(guest, evening, catch_up=other),
        guests,
        refused=NoPlaceToCatchUp,
    )
    assert (won, AbsenceNotice.objects.filter(catch_up=other).count()) == (1, CHAIRS_FOR_GUESTS)


def test_a_participant_tells_it_and_everybody_who_has_to_know_knows(
    client, enrolment, evening, other
):
    assert tell(client, enrolment, evening, str(other.public_id)).status_code == 302
    notice = AbsenceNotice.objects.get()
    assert (notice.enrolment, notice.evening, notice.catch_up) == (enrolment, evening, other)
    assert notice.arranged_by is None
    person = enrolment.participant
    assert person not in company_of(evening).participants
    assert person in company_of(other).participants
    here = {one.enrolment: one.is_excused for one in room_of(evening).people}
    there = {one.enrolment: one.is_guest for one in room_of(other).people}
    assert (here[enrolment], there[enrolment]) == (True, True)
    mails = OutgoingMail.objects.filter(recipient=person).exclude(calendar="")
    methods = list(mails.order_by("pk").values_list("calendar_method", flat=True))
    assert methods[-1] == "REQUEST"
    assert AuditEvent.objects.get(event="absence.told").detail == {"catch_up": str(other.public_id)}


def test_the_calendar_loses_the_own_evening_and_gets_the_other(
    django_capture_on_commit_callbacks, enrolment, evening, other
):
    person = enrolment.participant
    before = set(person.calendar_entries.filter(is_on=True).values_list("evening", flat=True))
    tell_absence(enrolment, evening, catch_up=other)
    after = set(person.calendar_entries.filter(is_on=True).values_list("evening", flat=True))
    assert (before - after, after - before) == ({evening.pk} & before, {other.pk})
    take_back_absence(enrolment, evening)
    last = set(person.calendar_entries.filter(is_on=True).values_list("evening", flat=True))
    assert last == before | {evening.pk}


def test_without_a_place_the_coordinator_is_asked_and_finds_one(
    client, coordinator, edition, enrolment, evening, other
):
    assert tell(client, enrolment, evening, "vraag").status_code == 302
    mail = OutgoingMail.objects.get(recipient=coordinator)
    assert enrolment.participant.last_name not in mail.subject + mail.body
    client.cookies = signed_in(coordinator).cookies
    overview = reverse("delivery:attendance", args=[edition.public_id])
    assert [one.enrolment for one in client.get(overview).context["looking"]] == [enrolment]
    where = reverse("delivery:participant", args=[edition.public_id, enrolment.pk])
    sent = {"actie": "inhalen", "place": f"{evening.public_id}/{other.public_id}"}
    assert client.post(where, sent).status_code == 302
    notice = AbsenceNotice.objects.get()
    assert (notice.catch_up, notice.arranged_by) == (other, coordinator)
    assert not client.get(overview).context["looking"]


@pytest.mark.parametrize(("status", "is_looking"), [
    ("present", False), ("partial", False), ("absent", True),
])  # fmt: skip
def test_who_came_after_all_looks_for_no_place_any_more(
    edition, enrolment, evening, status, is_looking
):
    notice = tell_absence(enrolment, evening)
    enrolment.attendances.create(evening=edition.evenings.get(code="1"), status="present")
    enrolment.attendances.create(evening=evening, status=status)
    assert list(looking_in(edition)) == ([notice] if is_looking else [])


def test_nobody_looks_for_a_place_of_an_evening_that_was_cancelled(edition, enrolment, evening):
    notice = tell_absence(enrolment, evening)
    assert list(looking_in(edition)) == [notice]
    cancel_evening(evening, by=UserFactory(), reason="Storm")
    assert not looking_in(edition)


def test_who_came_to_the_other_track_looks_for_no_place_any_more(edition, enrolment):
    own, other = (edition.evenings.get(code=code) for code in ("3A", "3B"))
    choose_track(enrolment, own.track_key)
    notice = tell_absence(enrolment, own)
    assert list(looking_in(edition)) == [notice]
    enrolment.attendances.create(evening=other, status="present")
    assert list(looking_in(edition)) == []


def test_what_is_not_there_to_choose_is_refused_with_words(client, enrolment, evening):
    for choice in ("", "geen", str(evening.public_id)):
        response = tell(client, enrolment, evening, choice)
        assert response.status_code == 422
        assert "coördinator" in response.content.decode()
    assert not AbsenceNotice.objects.exists()


def test_it_can_change_until_the_evening_begins_and_not_after(
    client, clock, enrolment, evening, other
):
    tell_absence(enrolment, evening, catch_up=other)
    clock.now = evening.starts_at
    assert tell(client, enrolment, evening, "vraag").status_code == 403
    assert client.post(address(evening), {"terug": "1"}).status_code == 403
    with pytest.raises(NotTheirEvening):
        take_back_absence(enrolment, evening)
    assert AbsenceNotice.objects.get().catch_up == other


def test_who_caught_up_already_does_not_come_after_all(clock, content, enrolment, evening):
    sooner = make_running_edition(content=content, days=-5)
    Edition.objects.filter(pk=sooner.pk).update(published_at=timezone.now())
    caught_up = sooner.evenings.get(code="2")
    tell_absence(enrolment, evening, catch_up=caught_up)
    clock.now = caught_up.starts_at + timedelta(hours=1)
    with pytest.raises(NotTheirEvening):
        take_back_absence(enrolment, evening)


def test_coming_after_all_gives_the_chair_back(client, enrolment, evening, other):
    tell_absence(enrolment, evening, catch_up=other)
    client.force_login(enrolment.participant)
    assert client.post(address(evening), {"terug": "1"}).status_code == 302
    assert not AbsenceNotice.objects.exists()
    assert enrolment not in attendance.expected_on(other)
    assert AuditEvent.objects.filter(event="absence.taken_back").count() == 1


def test_a_guest_sees_the_evening_and_nothing_else_of_the_other_group(
    client, elsewhere, enrolment, evening, other
):
    host, _partner = enrol_two(elsewhere)
    recording = RecordingFactory(enrolment=host)
    ShareFactory(recording=recording, group=elsewhere.groups.get(kind="edition"), person=None)
    person = enrolment.participant
    tell_absence(enrolment, evening, catch_up=other)
    client.force_login(person)
    assert client.get(reverse("delivery:evening", args=[other.public_id])).status_code == 200
    rest = elsewhere.evenings.exclude(pk=other.pk)
    for one in rest:
        assert client.get(reverse("delivery:evening", args=[one.public_id])).status_code == 404
    assert elsewhere not in Edition.objects.visible_to(person)
    assert not Recording.objects.visible_to(person).filter(pk=recording.pk).exists()
    assert recording in Recording.objects.visible_to(host.participant)
    assert not Enrolment.objects.visible_to(person).filter(edition=elsewhere).exists()


def test_a_guest_tells_nothing_about_the_evening_of_the_other_group(
    client, enrolment, evening, other
):
    tell_absence(enrolment, evening, catch_up=other)
    assert tell(client, enrolment, other, "vraag").status_code == 404


def test_after_the_evening_a_coordinator_still_finds_a_place(
    clock, coordinator, enrolment, evening, other
):
    clock.now = evening.ends_at + timedelta(days=1)
    with pytest.raises(NotTheirEvening):
        tell_absence(enrolment, evening, catch_up=other)
    arrange_catch_up(enrolment, evening, catch_up=other, by=coordinator)
    assert enrolment in attendance.expected_on(other)
