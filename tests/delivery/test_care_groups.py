"""The contact of a care group: its editions as a whole, and nothing of anybody in them."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.delivery.figures import Figure, register_figures
from courses.delivery.models import Attendance, Edition, Enrolment, PracticeCouple, TrackChoice
from courses.delivery.services import care_groups
from courses.delivery.services.shares import Kind, Share
from lms.accounts import invitations
from lms.accounts.models import CareGroup, Invitation, Role, RoleGrant, User
from lms.accounts.permissions import is_contact
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from tests.curriculum.people import sign_in
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import (
    EditionFactory,
    EnrolmentFactory,
    make_running_edition,
)

pytestmark = pytest.mark.django_db

HOME = "/zorggroep/"
CONTACTS = "/zorggroep/contactpersonen/"


@pytest.fixture
def group():
    return CareGroup.objects.create(name="Zorggroep Twente")


@pytest.fixture
def contact(client, group):
    user = UserFactory()
    grant_role(user=user, role=Role.CONTACT, care_group=group)
    return sign_in(client, user)


@pytest.fixture
def coordinator(client):
    user = UserFactory(first_name="Marieke", last_name="Bos")
    grant_role(user=user, role=Role.COORDINATOR)
    return sign_in(client, user)


def running(group, **fields):
    edition = make_running_edition()
    changes = {"care_group": group, "published_at": timezone.now()} | fields
    Edition.objects.filter(pk=edition.pk).update(**changes)
    edition.refresh_from_db()
    return edition


def page_of(client, edition):
    return client.get(reverse("delivery:care_group_edition", args=[edition.public_id]))


def enrol(edition, people, *, practice=None):
    practice = practice or PracticeFactory()
    return [
        EnrolmentFactory(edition=edition, couple__practice=practice) for _number in range(people)
    ]


def attend(edition, enrolments, *, code="1"):
    evening = edition.evenings.get(code=code)
    Attendance.objects.bulk_create(
        Attendance(
            enrolment=one,
            evening=evening,
            status="present",
            minutes=240,
            confirmed_by=UserFactory(),
            confirmed_at=timezone.now(),
        )
        for one in enrolments
    )


def share_at_first_evening(edition):
    with translation.override("en"):
        return dict(care_groups.results_of(edition).shares)["Was at evening 1"]


# what a contact sees


@pytest.mark.requirement("CRS-10")
def test_a_contact_sees_the_editions_of_their_own_care_group_once_published(client, contact, group):
    other = CareGroup.objects.create(name="Zorggroep Salland")
    ours = EditionFactory(care_group=group, published_at=timezone.now())
    draft = EditionFactory(care_group=group)
    theirs = EditionFactory(care_group=other, published_at=timezone.now())
    of_nobody = EditionFactory(published_at=timezone.now())

    listed = list(client.get(HOME).context["editions"])
    statuses = [page_of(client, one).status_code for one in (ours, draft, theirs, of_nobody)]

    assert listed == [ours]
    assert statuses == [200, 404, 404, 404]


@pytest.mark.requirement("CRS-10")
def test_practices_of_the_care_group_have_a_name_and_people_have_none(client, contact, group):
    edition = running(group)
    own = PracticeFactory(name="Praktijk De Linde", care_group=group)
    elsewhere = PracticeFactory(name="Praktijk Elders")
    waiting = PracticeFactory(name="Praktijk Wachtend", care_group=group)
    people = enrol(edition, 2, practice=own) + enrol(edition, 2, practice=elsewhere)
    PracticeCouple.objects.create(edition=edition, practice=waiting)

    response = page_of(client, edition)
    page = response.content.decode()

    enrolled = response.context["enrolled"]
    assert (enrolled.practices, enrolled.elsewhere, enrolled.waiting) == ([own], 1, 1)
    assert "Praktijk De Linde" in page
    names = [one.participant.last_name for one in people] + ["Elders", "Wachtend"]
    assert [name for name in names if name in page] == []


def test_a_contact_without_editions_reads_what_will_come(client, contact):
    assert 'class="empty"' in client.get(HOME).content.decode()


@pytest.mark.requirement("CRS-10")
def test_attendance_is_told_in_bounds_that_hold_for_several_people(client, contact, group):
    """One absent, two or none: the page reads the same."""
    edition = running(group)
    people = enrol(edition, 12)
    attend(edition, people[:10])
    with_two_absent = page_of(client, edition).context["results"].shares
    attend(edition, people[10:11])
    with_one_absent = page_of(client, edition).context["results"].shares

    assert with_one_absent == with_two_absent
    assert share_at_first_evening(edition) == Share(Kind.AT_LEAST, 65)


@pytest.mark.requirement("CRS-10")
def test_of_few_people_no_part_is_told(client, contact, group):
    edition = running(group)
    people = enrol(edition, 9)
    attend(edition, people[:5])

    shares = [share for _label, share in page_of(client, edition).context["results"].shares]
    assert {share.kind for share in shares} == {Kind.HIDDEN}
    enrol(edition, 1)
    assert share_at_first_evening(edition) == Share(Kind.ABOUT, 50)


@pytest.mark.requirement("CRS-10")
def test_tracks_are_counted_only_when_nobody_stands_alone_in_one(client, contact, group):
    edition = running(group)
    people = enrol(edition, 11)
    keys = {code: edition.evenings.get(code=code).track_key for code in ("3A", "3B")}
    choices = [
        TrackChoice(enrolment=one, track_key=keys["3A" if number < 6 else "3B"])
        for number, one in enumerate(people[:10])
    ]
    TrackChoice.objects.bulk_create(choices)
    assert care_groups.results_of(edition).tracks is None  # four chose B, and one nothing

    TrackChoice.objects.create(enrolment=people[10], track_key=keys["3B"])
    told = care_groups.results_of(edition).tracks
    assert [count for _track, count in told] == [6, 5]


def test_who_stopped_counts_no_more(group):
    edition = running(group)
    people = enrol(edition, 11)
    attend(edition, people[:6])
    Enrolment.objects.filter(pk=people[0].pk).update(ended_at=timezone.now())

    assert share_at_first_evening(edition) == Share(Kind.ABOUT, 50)


def test_an_evening_that_is_not_over_is_not_counted(group):
    edition = running(group)
    enrol(edition, 12)

    with translation.override("en"):
        labels = [label for label, _share in care_groups.results_of(edition).shares]
    assert labels == ["Was at evening 1", "Had everything ready for evening 1"]


def test_an_app_above_adds_a_figure_and_small_groups_stay_hidden_in_it_too(group, monkeypatch):
    monkeypatch.setattr("courses.delivery.figures.FIGURES", {})
    edition = running(group)
    people = enrol(edition, 12)
    stranger = EnrolmentFactory()

    def count(edition, enrolments):
        yield Figure("All", frozenset(one.pk for one in enrolments) | {stranger.pk})
        yield Figure("One", frozenset([people[0].pk]))

    register_figures("test", count)

    shares = dict(care_groups.results_of(edition).shares)
    assert shares == {"All": Share(Kind.AT_LEAST, 65), "One": Share(Kind.AT_MOST, 35)}


def test_the_page_asks_no_more_for_many_people(
    client, contact, group, django_assert_max_num_queries
):
    edition = running(group)
    enrol(edition, 12)
    with django_assert_max_num_queries(24):
        page_of(client, edition)
    enrol(edition, 12)
    with django_assert_max_num_queries(24):
        page_of(client, edition)


# who is one


@pytest.mark.requirement("CRS-10")
def test_the_role_begins_with_a_yes_and_ends_at_once(client, coordinator, group):
    said = {
        "care_group": group.pk,
        "first_name": "Anne",
        "last_name": "Visser",
        "email": "Anne@example.org",
    }
    assert client.post(CONTACTS, said).status_code == 302
    person = User.objects.get(email="anne@example.org")
    invitation = Invitation.objects.get(user=person)
    assert not is_contact(person)

    address = reverse("delivery:contact_answer", args=[invitations.token_of(invitation)])
    assert client.get(address).status_code == 200
    assert not is_contact(person)
    assert "password/reset/key" in client.post(address)["Location"]
    grant = RoleGrant.objects.get(user=person)
    assert (grant.role, grant.care_group) == (Role.CONTACT, group)
    assert client.get(address).status_code == 410

    client.post(f"{CONTACTS}stoppen/", {"care_group": group.pk, "person": person.pk})
    assert not is_contact(person)
    events = AuditEvent.objects.filter(stream__name=f"account:{person.pk}").order_by("sequence")
    assert list(events.values_list("event", flat=True)) == [
        "care_group.contact_invited",
        "account.role_granted",
        "account.role_ended",
    ]


def test_an_invitation_that_was_taken_back_opens_nothing(client, coordinator, group):
    invitation = care_groups.invite_contact(
        group, email="a@example.org", first_name="A", last_name="B", by=coordinator
    )
    client.post(f"{CONTACTS}stoppen/", {"care_group": group.pk, "person": invitation.user.pk})

    address = reverse("delivery:contact_answer", args=[invitations.token_of(invitation)])
    assert client.post(address).status_code == 410
    assert not is_contact(invitation.user)


def test_the_role_of_one_care_group_says_nothing_of_another(group):
    other = CareGroup.objects.create(name="Zorggroep Salland")
    user = UserFactory()
    for one in (group, other):
        grant_role(user=user, role=Role.CONTACT, care_group=one)
    care_groups.end_contact(group, user, by=UserFactory())

    editions = [
        EditionFactory(care_group=one, published_at=timezone.now()) for one in (group, other)
    ]
    assert list(Edition.objects.for_contact(user)) == editions[1:]


def test_what_was_typed_wrong_stays_and_says_what_to_do(client, coordinator, group):
    response = client.post(
        CONTACTS, {"care_group": group.pk, "first_name": "Anne", "email": "anne"}
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"last_name", "email"}
    assert 'value="anne"' in response.content.decode()
    assert Invitation.objects.count() == 0


def test_who_is_a_contact_already_is_not_asked_again(client, coordinator, group):
    user = UserFactory()
    grant_role(user=user, role=Role.CONTACT, care_group=group)
    said = {"care_group": group.pk, "first_name": "A", "last_name": "B", "email": user.email}
    response = client.post(CONTACTS, said)

    assert (response.status_code, Invitation.objects.count()) == (422, 0)


def test_without_a_second_factor_a_contact_goes_to_make_one_first(client, group):
    user = UserFactory()
    grant_role(user=user, role=Role.CONTACT, care_group=group)
    client.force_login(user)

    assert "extra-controle" in client.get(HOME)["Location"]
