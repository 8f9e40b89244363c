"""Visitors without an account leave word that they would like dates in their region."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from courses.delivery.forms.interest import InterestForm
from courses.delivery.models import Interest
from courses.delivery.permissions import can_see_interest
from courses.delivery.services import interest_per_region, interest_token, leave_interest
from lms.accounts.models import CareGroup, Profession, Role
from lms.accounts.services import grant_role
from lms.jobs import chores
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course_page
from tests.factories.delivery import EditionFactory
from tests.factories.public_pages import make_home, make_public_course, make_workshop
from tests.permissions.world import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

FORM = "/belangstelling/"
SAID = {"region": "Twente", "email": "anne@praktijk.example"}


@pytest.fixture(autouse=True)
def nobody_sent_anything_yet():
    cache.clear()


def rows():
    return list(Interest.objects.order_by("pk").values_list("region", "email", "name"))


def removal_of(response):
    return parse_qs(urlsplit(response.url).query)["bewijs"][0]


# leaving it


@pytest.mark.requirement("INT-02")
@pytest.mark.parametrize("path", ["/workshop/", "/leergang/", FORM])
def test_every_public_page_has_the_form(client, path):
    home = make_home()
    make_workshop(home)
    make_public_course(home)
    page = client.get(path).content.decode()
    assert page.count(f'<form class="stack interest" method="post" action="{FORM}"') == 1


@pytest.mark.requirement("INT-02")
def test_a_visitor_leaves_it_without_an_account_and_no_mail_is_sent(client):
    page = make_workshop(make_home())
    profession = Profession.objects.create(code="poh", name="Praktijkondersteuner")
    form = client.get("/workshop/").context["interest_form"]
    said = SAID | {"name": "Anne", "profession": profession.pk, "page": form["page"].value()}
    response = client.post(FORM, said)
    interest = Interest.objects.get()
    assert urlsplit(response.url).path == "/belangstelling/dank/"
    assert client.get(response.url).context["interest"] == interest
    assert (interest.region, interest.email, interest.name) == (*SAID.values(), "Anne")
    assert (interest.profession, interest.page_key) == (profession, page.translation_key)
    assert (OutgoingMail.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("page", ["", "no key", "6f1cb0a8-9dd8-4ea3-b7ab-09a02e5d2f1c"])
def test_of_a_page_that_is_not_there_nothing_is_kept(client, page):
    client.post(FORM, SAID | {"page": page})
    assert Interest.objects.get().page_key is None


def test_an_unpublished_page_is_not_there(client):
    page = make_course_page(live=False)
    client.post(FORM, SAID | {"page": str(page.translation_key)})
    assert Interest.objects.get().page_key is None


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"region": ""}, ["region"]),
        ({"region": "  "}, ["region"]),
        ({"region": "x" * 101}, ["region"]),
        ({"region": "a\0b"}, ["region"]),
        ({"email": ""}, ["email"]),
        ({"email": "anne@praktijk"}, ["email"]),
        ({"email": "x" * 250 + "@praktijk.example"}, ["email"]),
        ({"name": "x" * 101}, ["name"]),
        ({"profession": "999999"}, ["profession"]),
        ({"website": "https://spam.example"}, ["__all__"]),
        ({"region": "", "email": "anne"}, ["region", "email"]),
    ],
)
def test_what_is_wrong_comes_back_with_everything_that_was_typed(client, change, wrong):
    said = SAID | {"name": "Anne"} | change
    response = client.post(FORM, said)
    form = response.context["form"]
    assert (response.status_code, list(form.errors), rows()) == (422, wrong, [])
    assert {name: form[name].value() for name in said if name != "website"} == {
        name: value for name, value in said.items() if name != "website"
    }
    page = response.content.decode()
    assert page.count(" autofocus") == (0 if wrong == ["__all__"] else 1)
    assert "spam.example" not in page


def test_every_error_is_in_our_own_words():
    form = InterestForm({"region": "", "email": "anne"})
    ours = [
        InterestForm.base_fields[name].error_messages[code]
        for name, code in (("region", "required"), ("email", "invalid"))
    ]
    assert [str(error) for errors in form.errors.values() for error in errors] == ours


@pytest.mark.requirement("INT-02")
def test_the_same_address_for_one_region_stays_one_row(client):
    client.post(FORM, SAID | {"name": "Anne"})
    client.post(FORM, {"region": " twente ", "email": "Anne@Praktijk.example", "name": "Anne Bos"})
    client.post(FORM, SAID | {"region": "Achterhoek"})
    assert rows() == [
        ("Twente", "Anne@Praktijk.example", "Anne Bos"),
        ("Achterhoek", "anne@praktijk.example", ""),
    ]


def test_a_region_is_written_as_whoever_planned_an_edition_wrote_it():
    EditionFactory(region="Noord-Holland Noord")
    leave_interest(region="noord-holland noord", email="a@praktijk.example")
    leave_interest(region="zeeland", email="a@praktijk.example")
    leave_interest(region="Zeeland", email="b@praktijk.example")
    assert [(region, len(people)) for region, people in interest_per_region()] == [
        ("Noord-Holland Noord", 1),
        ("zeeland", 2),
    ]


def test_a_region_of_a_draft_or_that_a_stranger_typed_is_suggested_to_nobody(client):
    EditionFactory(region="Twente", published_at=timezone.now())
    EditionFactory(region="Achterhoek")
    leave_interest(region="Onzin", email="a@praktijk.example")
    assert client.get(FORM).context["form"].regions == ["Twente"]


def test_who_sends_it_again_and_again_waits_and_loses_nothing(client):
    answers = [client.post(FORM, SAID) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1].context["form"]["email"].value() == SAID["email"]
    assert client.post(FORM, SAID | {"email": "bea@praktijk.example"}).status_code == 302


def test_a_whole_room_can_send_it_through_one_address(client):
    answers = {
        client.post(FORM, SAID | {"email": f"{n}@praktijk.example"}).status_code for n in range(60)
    }
    assert (answers, Interest.objects.count()) == ({302}, 60)


# taking it back


def test_thanks_are_plain_for_who_brings_no_proof(client):
    leave_interest(**SAID)
    for proof in ("", "?bewijs=1", "?bewijs=abc:def"):
        response = client.get(f"/belangstelling/dank/{proof}")
        assert (response.status_code, response.context["interest"]) == (200, None)


@pytest.mark.requirement("INT-02")
def test_a_person_clears_what_they_left_with_one_button(client):
    kept = leave_interest(region="Zeeland", email="bea@praktijk.example")
    token = removal_of(client.post(FORM, SAID))
    address = reverse("delivery:interest_take_back", args=[token])
    assert client.get(address).context["interest"].email == SAID["email"]
    assert Interest.objects.count() == 2
    assert client.post(address).url == address
    assert list(Interest.objects.all()) == [kept]
    assert client.get(address).context["interest"] is None
    assert client.post(address).url == address


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_we_did_not_make_opens_nothing(client, method):
    interest = leave_interest(**SAID)
    for token in (str(interest.pk), interest_token(interest)[:-1] + "?", "x:y:z"):
        address = reverse("delivery:interest_take_back", args=[token])
        assert getattr(client, method)(address).status_code == 404
    assert list(Interest.objects.all()) == [interest]


@pytest.mark.requirement("INT-02")
def test_it_is_cleared_away_after_its_days(settings):
    settings.INTEREST_KEPT_DAYS = 30
    now = timezone.now()
    ages = {"old@praktijk.example": 31, "new@praktijk.example": 29}
    for email, days in ages.items():
        interest = leave_interest(region="Twente", email=email)
        Interest.objects.filter(pk=interest.pk).update(left_at=now - timedelta(days=days))
    chores.do_chores()
    assert [email for _region, email, _name in rows()] == ["new@praktijk.example"]


# who reads it


@pytest.mark.parametrize(("role", "may"), [(role, role == Role.COORDINATOR) for role in Role])
def test_only_a_coordinator_reads_who_asked(role, may):
    user = UserFactory()
    assert can_see_interest(user) is False
    of = CareGroup.objects.create(name="Zorggroep") if role == Role.CONTACT else None
    grant_role(user=user, role=role, care_group=of)
    assert can_see_interest(user) is may


@pytest.fixture
def coordinator(client):
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return user


@pytest.mark.requirement("INT-02")
@pytest.mark.parametrize("number", [1, 3])
def test_a_coordinator_sees_them_per_region_in_as_many_queries(
    coordinator, number, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("lms.accounts.gate.has_used_second_factor", lambda request: True)
    page = make_workshop(make_home())
    profession = Profession.objects.create(code="poh", name="Praktijkondersteuner")
    for n in range(number):
        leave_interest(
            region=f"Regio {n}",
            email=f"{n}@praktijk.example",
            profession=profession,
            page_key=page.translation_key,
        )
    client = signed_in(coordinator, second_factor=False)
    with django_assert_num_queries(8):  # of which six to know who asks
        response = client.get("/belangstelling/lijst/")
    shown = [
        (region, [(one.email, title) for one, title, _token in people])
        for region, people in response.context["regions"]
    ]
    assert shown == [(f"Regio {n}", [(f"{n}@praktijk.example", page.title)]) for n in range(number)]


def test_an_address_with_more_in_it_is_written_to_and_nothing_else(coordinator, monkeypatch):
    monkeypatch.setattr("lms.accounts.gate.has_used_second_factor", lambda request: True)
    leave_interest(region="Twente", email="anne?bcc=x&body=y@praktijk.example")
    page = signed_in(coordinator, second_factor=False).get("/belangstelling/lijst/")
    assert 'href="mailto:anne%3Fbcc%3Dx%26body%3Dy@praktijk.example"' in page.content.decode()


def test_the_coordination_page_leads_to_it(coordinator, monkeypatch):
    monkeypatch.setattr("lms.accounts.gate.has_used_second_factor", lambda request: True)
    page = signed_in(coordinator, second_factor=False).get("/account/coordinatie/")
    assert page.content.decode().count('href="/belangstelling/lijst/"') == 1
