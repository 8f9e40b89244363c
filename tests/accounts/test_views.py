import pytest
from django.conf import settings as project
from django.urls import reverse

from lms.accounts.arrivals import ARRIVALS, arrival_of, register_arrival
from lms.accounts.models import Role
from lms.accounts.services import grant_role

pytestmark = pytest.mark.django_db


def test_who_is_several_things_arrives_at_the_first(sanne, monkeypatch):
    assert arrival_of(sanne) == "accounts:profile"
    grant_role(user=sanne, role=Role.EDITOR)
    assert arrival_of(sanne) == "wagtailadmin_home"
    grant_role(user=sanne, role=Role.COORDINATOR)
    assert arrival_of(sanne) == "accounts:coordination"
    for name, url_name in (("trainer", "video_review:list"), ("participant", "learning:home")):
        monkeypatch.setitem(ARRIVALS, name, ARRIVALS[name])
        place = ARRIVALS[name].place
        register_arrival(name, place=place, is_for=lambda user: True, url_name=url_name)
        assert arrival_of(sanne) == url_name


def test_arriving_leads_on(client, sanne):
    client.force_login(sanne)

    assert client.get(reverse("accounts:arrive")).url == reverse("accounts:profile")


@pytest.mark.parametrize(
    "name",
    ["arrive", "profile", "confidentiality", "second_factor", "email", "coordination"],
)
def test_pages_of_an_account_are_for_who_is_signed_in(client, name):
    url = reverse(f"accounts:{name}")

    assert client.get(url).url == f"{reverse('account_login')}?next={url}"


def test_the_language_that_somebody_chooses_is_that_of_pages_and_mail(client, sanne):
    client.force_login(sanne)
    response = client.post(reverse("accounts:profile"), {"language": "en"})

    sanne.refresh_from_db()
    assert (sanne.language, response.cookies[project.LANGUAGE_COOKIE_NAME].value) == ("en", "en")


def test_a_language_we_do_not_have_is_not_kept(client, sanne):
    client.force_login(sanne)
    client.post(reverse("accounts:profile"), {"language": "de"})

    sanne.refresh_from_db()
    assert sanne.language == "nl"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_superuser", "on"),
        ("is_staff", "on"),
        ("email", "ander@example.org"),
        ("first_name", "X"),
        ("sessions_ended", "9"),
    ],
)
def test_nothing_else_of_an_account_can_be_posted(client, sanne, field, value):
    client.force_login(sanne)
    before = getattr(sanne, field)
    client.post(reverse("accounts:profile"), {"language": "en", field: value})

    sanne.refresh_from_db()
    assert (getattr(sanne, field), sanne.language) == (before, "en")
