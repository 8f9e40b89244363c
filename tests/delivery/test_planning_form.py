"""Planning an edition with one form: what it makes, what it refuses, and what stays as typed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.forms import CheckboxInput, IntegerField
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.models import EveningPage
from courses.curriculum.services import publish_version
from courses.delivery.forms.edition import PlanForm
from courses.delivery.forms.edition_fields import EditionForm
from courses.delivery.forms.follow_up import SeriesProposalForm, WhereForm
from courses.delivery.forms.participant import MoreDaysForm
from courses.delivery.forms.room_groups import SplitForm
from courses.delivery.models import CalendarEntry, Edition, Enrolment
from courses.delivery.services import apply_as_couple, enrol_couple, is_open_to
from courses.delivery.services.changes import VersionFixed, change_edition
from lms.accounts.models import CareGroup, Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import make_professional

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW = "/planning/nieuw/"
CODES = ["1", "2", "3A", "3B", "4A", "4B"]
FIRST_DAY = "2027-03-02"
DAYS = {
    "1": FIRST_DAY,
    "2": "2027-03-23",
    "3A": "2027-05-11",
    "3B": "2027-05-12",
    "4A": "2027-06-08",
    "4B": "2027-06-09",
}


@pytest.fixture(autouse=True)
def now(clock):
    clock.now = datetime(2027, 1, 11, 12, tzinfo=UTC)


@pytest.fixture
def version():
    return make_version()


@pytest.fixture
def looking(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    sign_in(client, user)
    return client


def typed(version, **changes):
    """What a coordinator fills in; ``avond_2_date`` is of evening 2."""
    said = {
        "content": version.pk,
        "title": "",
        "region": "Twente",
        "care_group": "",
        "is_open": "open",
        "capacity": "16",
        "track_choice_days": "14",
        "track_minimum": "4",
    }
    for code, day in DAYS.items():
        said |= {f"avond-{code}-date": day, f"avond-{code}-begins": "17:30"}
    said["avond-1-place"] = "De Brug"
    return said | {name.replace("_", "-", 2) if name.startswith("avond") else name: value
                   for name, value in changes.items()}  # fmt: skip


def faults(response):
    form = response.context["form"]
    found = {name: errors[0] for name, errors in form.about.errors.items()}
    for evening in form.evenings:
        found |= {f"{evening.page.code}.{name}": text[0] for name, text in evening.errors.items()}
    return found


def made(client, said):
    response = client.post(NEW, said)
    assert response.status_code == 302, faults(response)
    return Edition.objects.get()


# what it makes


def test_one_form_makes_a_draft_with_all_its_evenings(looking, version):
    edition = made(looking, typed(version, avond_3A_same_place="on"))
    evenings = {one.code: one for one in edition.evenings.all()}
    assert sorted(evenings) == CODES
    assert (edition.published_at, edition.title) == (None, "Leergang Twente, voorjaar 2027")
    assert evenings["1"].starts_at == datetime(2027, 3, 2, 17, 30, tzinfo=AMSTERDAM)
    assert evenings["1"].ends_at == datetime(2027, 3, 2, 21, 30, tzinfo=AMSTERDAM)
    assert [evenings[code].place for code in ("1", "2", "3A")] == ["De Brug", "", "De Brug"]
    assert [one.event for one in AuditEvent.objects.filter(event="edition.planned")] == [
        "edition.planned"
    ]
    assert sorted(edition.groups.values_list("kind", flat=True)) == ["edition", "trainers"]


def test_the_end_follows_from_the_programme_and_can_be_different(looking, version):
    edition = made(looking, typed(version, avond_2_ends="21:00"))
    ends = [timezone.localtime(one.ends_at) for one in edition.evenings.filter(number__lt=3)]
    assert [f"{one:%H:%M}" for one in ends] == ["21:30", "21:00"]


def test_a_care_group_gives_its_name_where_no_region_is_typed(looking, version):
    group = CareGroup.objects.create(name="Zorggroep De Linde")
    edition = made(looking, typed(version, region="", care_group=group.pk, is_open="closed"))
    assert (edition.region, edition.care_group, edition.is_open) == (group.name, group, False)


def test_a_region_is_spelt_as_it_was_before(looking, version):
    made(looking, typed(version))
    looking.post(NEW, typed(version, region=" twente "))
    assert set(Edition.objects.values_list("region", flat=True)) == {"Twente"}


def test_without_a_published_version_nothing_can_be_planned(looking):
    response = looking.get(NEW)
    assert (response.status_code, response.context["form"].evenings) == (200, [])


# what it refuses, on the right field


BAD = {
    "past": ({"avond_1_date": "2027-01-04"}, "1.date", "verleden"),
    "the first day there is": (
        {"avond_1_date": "0001-01-01", "avond_1_begins": "00:00"},
        "1.date",
        "verleden",
    ),
    "the last day there is": (
        {"avond_4B_date": "9999-12-31", "avond_4B_begins": "23:30"},
        "4B.date",
        "jaar klopt",
    ),
    "a slip in the year": ({"avond_4B_date": "2072-06-09"}, "4B.date", "jaar klopt"),
    "no date": ({"avond_3B_date": ""}, "3B.date", "Kies de datum"),
    "not a date": ({"avond_2_date": "31-31"}, "2.date", "geen datum"),
    "not a time": ({"avond_2_begins": "half zes"}, "2.begins", "geen tijd"),
    "order": ({"avond_2_date": "2027-03-01"}, "2.date", "komt na avond 1"),
    "order of a track": ({"avond_4A_date": "2027-04-01"}, "4A.date", "komt na avond 3A"),
    "track before base": ({"avond_3B_date": "2027-03-10"}, "3B.date", "komt na avond 2"),
    "overlap": (
        {"avond_2_date": FIRST_DAY, "avond_2_begins": "20:00"},
        "2.begins",
        "Avond 1 is dan nog niet voorbij",
    ),
    "end before begin": ({"avond_1_ends": "17:00"}, "1.ends", "voordat"),
    "online without link": ({"avond_2_is_online": "on"}, "2.online_url", "link"),
    "half a link": ({"avond_2_online_url": "nergens"}, "2.online_url", "hele link"),
    "two places": (
        {"avond_2_same_place": "on", "avond_2_place": "Elders"},
        "2.place",
        "vinkje",
    ),
    "closed without group": ({"is_open": "closed"}, "care_group", "zorggroep"),
    "no region": ({"region": ""}, "region", "regio"),
    "no places": ({"capacity": "0"}, "capacity", "minstens 1"),
    "half a number": ({"capacity": "zestien"}, "capacity", "heel getal"),
    "wrong version": ({"content": "999999"}, "content", "Deze versie"),
    "no number": ({"content": "9" * 5000}, "content", "Deze versie"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_in_words_on_its_own_field(looking, version, name):
    changes, field, words = BAD[name]
    said = typed(version, **changes)
    response = looking.post(NEW, said)
    found = faults(response)
    assert (response.status_code, list(found)) == (422, [field])
    assert words in str(found[field])
    assert Edition.objects.count() == 0
    page = response.content.decode()
    assert str(found[field]).split(".")[0].split("'")[0] in page


def test_what_is_too_long_is_not_cut_off_by_the_browser_but_said_and_kept(looking, version):
    assert "maxlength" not in looking.get(NEW).content.decode()
    response = looking.post(NEW, typed(version, avond_1_place="p" * 400))
    assert list(faults(response).items()) == [
        ("1.place", "Maak dit korter: er passen hooguit 200 tekens, en dit zijn er 400.")
    ]
    assert "p" * 400 in response.content.decode()


@pytest.mark.parametrize(
    "form", [EditionForm, WhereForm, SeriesProposalForm, MoreDaysForm, SplitForm]
)
def test_a_browser_keeps_what_was_typed_where_a_number_was_asked(form):
    numbers = [one for one in form.base_fields.values() if isinstance(one, IntegerField)]
    assert numbers
    assert {one.widget.input_type for one in numbers} == {"text"}
    assert {one.widget.attrs["inputmode"] for one in numbers} == {"numeric"}


def test_nothing_that_was_typed_is_lost(looking, version):
    practical = "Parkeren achter het gebouw.\r\nDeur links."
    said = typed(
        version,
        avond_1_practical=practical,
        avond_2_date="",
        title="Eigen titel",
        capacity="zestien",
    )
    page = looking.post(NEW, said).content.decode()
    assert "Deur links." in page
    assert 'value="Eigen titel"' in page
    assert 'value="zestien"' in page
    assert f'value="{FIRST_DAY}"' in page


def test_evenings_of_two_tracks_may_be_at_the_same_time(looking, version):
    edition = made(looking, typed(version, avond_3B_date=DAYS["3A"]))
    assert edition.evenings.count() == 6


# the night that the clock changes


def december(codes):
    return {f"avond_{code}_date": f"2027-12-{number:02}" for number, code in enumerate(codes, 1)}


@pytest.mark.parametrize(
    ("day", "begins", "words"),
    [
        ("2027-03-28", "02:30", "klok gaat die nacht vooruit"),
        ("2027-10-31", "02:30", "klok gaat die nacht terug"),
    ],
)
def test_a_time_that_is_not_there_or_comes_twice_is_refused(looking, version, day, begins, words):
    days = {"avond_1_date": day, "avond_1_begins": begins}
    days |= {
        f"avond_{code}_date": f"2027-12-{number:02}" for number, code in enumerate(CODES[1:], 1)
    }
    response = looking.post(NEW, typed(version, **days))
    found = faults(response)
    assert (response.status_code, list(found)) == (422, ["1.begins"])
    assert words in str(found["1.begins"])


def test_on_the_evening_before_the_clock_changes_it_lasts_as_long_as_ever(looking, version):
    edition = made(looking, typed(version, avond_2_date="2027-03-27", avond_2_begins="23:00"))
    evening = edition.evenings.get(code="2")
    assert evening.ends_at - evening.starts_at == timedelta(minutes=240)
    assert f"{timezone.localtime(evening.ends_at):%d %H:%M}" == "28 04:00"


@pytest.mark.parametrize(("day", "hour"), [("2027-03-28", 15), ("2027-10-31", 16)])
def test_on_the_day_itself_half_past_five_is_half_past_five(looking, version, day, hour):
    later = {
        f"avond_{code}_date": f"2027-12-{number:02}" for number, code in enumerate(CODES[2:], 1)
    }
    edition = made(looking, typed(version, avond_2_date=day, **later))
    assert edition.evenings.get(code="2").starts_at == datetime.fromisoformat(
        f"{day}T{hour}:30:00+00:00"
    )


# another version, without JavaScript


@pytest.fixture
def later_version(version):
    course = version.course
    page = EveningPage.objects.child_of(course).get(code="2")
    page.code = "2X"
    page.save_revision().publish()
    return publish_version(course)


def test_the_newest_version_comes_first(looking, version, later_version):
    form = looking.get(NEW).context["form"]
    assert [one.pk for one in form.about.fields["content"].queryset] == [
        later_version.pk,
        version.pk,
    ]
    assert [one.page.code for one in form.evenings] == ["1", "2X", "3A", "3B", "4A", "4B"]


def test_another_version_shows_its_evenings_and_keeps_what_was_typed(
    looking, version, later_version
):
    said = typed(version, content=later_version.pk, title="Bijna goed") | {"actie": "kijk"}
    response = looking.post(NEW, said)
    form = response.context["form"]
    assert [one.page.code for one in form.evenings] == ["1", "2X", "3A", "3B", "4A", "4B"]
    assert (response.status_code, form.about.is_bound, Edition.objects.count()) == (200, False, 0)
    page = response.content.decode()
    assert 'value="Bijna goed"' in page
    assert f'value="{DAYS["3A"]}"' in page


def test_what_follows_from_the_dates_is_worked_out(looking, version):
    response = looking.post(NEW, typed(version) | {"actie": "kijk"})
    follows = response.context["follows"]
    assert f"{follows.last_day_to_choose}" == "2027-04-27"
    due = {(one.evening_code, one.title): f"{timezone.localtime(one.at):%Y-%m-%d}"
           for one in follows.homework}  # fmt: skip
    assert due["1", "1 elearning"] == "2027-03-16"


def test_a_draft_takes_another_version_and_keeps_the_evenings_it_shares(
    looking, version, later_version
):
    edition = made(looking, typed(version))
    first = edition.evenings.get(code="1")
    said = typed(version, content=later_version.pk)
    said |= {"avond-2X-date": "2027-03-24", "avond-2X-begins": "17:30"}
    response = looking.post(reverse("delivery:edition_change", args=[edition.public_id]), said)
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.content == later_version
    assert [one.code for one in edition.evenings.all()] == ["1", "2X", "3A", "3B", "4A", "4B"]
    assert edition.evenings.get(code="1").pk == first.pk


@pytest.mark.parametrize("reason", ["published", "taken"])
def test_a_version_stands_once_people_know_the_edition(looking, version, later_version, reason):
    edition = made(looking, typed(version))
    if reason == "published":
        Edition.objects.update(published_at=timezone.now())
    else:
        practice = PracticeFactory()
        enrol_couple(edition, *[make_professional(one, practice) for one in ("huisarts", "poh")])
    said = typed(version, content=later_version.pk)
    response = looking.post(reverse("delivery:edition_change", args=[edition.public_id]), said)
    assert (response.status_code, list(faults(response))) == (422, ["content"])
    assert "staat vast" in str(faults(response)["content"])
    edition.refresh_from_db()
    assert edition.content == version


def test_of_two_coordinators_who_choose_a_version_the_later_one_is_refused(
    looking, version, later_version
):
    edition = made(looking, typed(version))
    said = typed(version, content=later_version.pk)
    said |= {"avond-2X-date": "2027-03-24", "avond-2X-begins": "17:30"}
    form = PlanForm(said, edition=edition)
    assert form.is_valid()
    Edition.objects.update(published_at=timezone.now())
    with pytest.raises(VersionFixed):
        change_edition(edition, form.plan, by=UserFactory())


# places


@pytest.mark.requirement("CRS-09")
def test_sixteen_places_unless_somebody_says_otherwise(looking, version):
    assert looking.get(NEW).context["form"].about["capacity"].value() == 16
    edition = made(looking, typed(version, capacity="2"))
    people = [couple_of() for _ in range(3)]
    Edition.objects.update(published_at=timezone.now())
    couples = [apply_as_couple(edition, *two) for two in people]
    assert [one.confirmed_at is not None for one in couples] == [True, False, False]


def couple_of():
    practice = PracticeFactory()
    return [make_professional(code, practice) for code in ("huisarts", "poh")]


def test_more_places_go_to_who_waits_and_they_hear_of_it(looking, version):
    edition = made(looking, typed(version, capacity="2"))
    Edition.objects.update(published_at=timezone.now())
    couples = [apply_as_couple(edition, *couple_of()) for _ in range(3)]
    for couple in couples:
        couple.members.update(accepted_at=timezone.now())
    said = typed(version, title=edition.title, capacity="5")
    address = reverse("delivery:edition_change", args=[edition.public_id])
    shown = looking.post(address, said)
    assert (shown.status_code, shown.context["preview"].placed) == (200, 1)
    looking.post(address, said | {"actie": "bevestig"})
    edition.refresh_from_db()
    waiting = list(edition.couples.waiting())
    assert (edition.seats_taken, waiting) == (4, [couples[2]])
    told = OutgoingMail.objects.filter(key__startswith="place:").values_list("recipient", flat=True)
    seated = couples[1].members.values_list("user", flat=True)
    assert sorted(told) == sorted(seated)
    assert Enrolment.objects.active().filter(participant__in=seated).count() == 2
    assert CalendarEntry.objects.filter(user__in=seated).count() == 4


def test_fewer_places_than_are_taken_are_refused(looking, version):
    edition = made(looking, typed(version))
    enrol_couple(edition, *couple_of())
    address = reverse("delivery:edition_change", args=[edition.public_id])
    response = looking.post(address, typed(version, capacity="1"))
    found = faults(response)
    assert (response.status_code, list(found)) == (422, ["capacity"])
    assert "2 plekken" in str(found["capacity"])


@pytest.mark.requirement("CRS-08")
def test_a_closed_edition_is_for_the_practices_of_its_care_group(looking, version):
    group = CareGroup.objects.create(name="Zorggroep De Linde")
    edition = made(looking, typed(version, care_group=group.pk, is_open="closed"))
    Edition.objects.update(published_at=timezone.now())
    edition.refresh_from_db()
    inside, outside = PracticeFactory(care_group=group), PracticeFactory()
    assert [is_open_to(edition, one) for one in (inside, outside)] == [True, False]
    address = reverse("delivery:edition_change", args=[edition.public_id])
    said = typed(version, title=edition.title, care_group=group.pk) | {"actie": "bevestig"}
    assert looking.post(address, said).status_code == 302
    edition.refresh_from_db()
    assert [is_open_to(edition, one) for one in (inside, outside)] == [True, True]


def as_sent(bound):
    """As a browser sends what the page shows."""
    if isinstance(bound.field.widget, CheckboxInput):
        return "on" if bound.value() else None
    shown = bound.field.widget.format_value(bound.value())
    return shown[0] if isinstance(shown, list) else shown


def test_the_form_of_an_edition_says_what_it_is(looking, version):
    """Sent back as it was shown, nothing is different."""
    edition = made(looking, typed(version, avond_2_ends="20:15", avond_3A_same_place="on"))
    address = reverse("delivery:edition_change", args=[edition.public_id])
    form = looking.get(address).context["form"]
    said = {"actie": "bevestig"}
    for one in (form.about, *form.evenings):
        said |= {bound.html_name: sent for bound in one if (sent := as_sent(bound))}
    before = list(edition.evenings.values())
    response = looking.post(address, said)
    assert response.status_code == 302, faults(response)
    assert list(edition.evenings.values()) == before
    assert AuditEvent.objects.filter(event="edition.changed").count() == 0


def test_a_trainer_plans_nothing(client, version):
    sign_in(client, UserFactory())
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, typed(version)).status_code == 403
