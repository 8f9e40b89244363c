import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.urls import include, path, reverse

from lms import urls
from lms.accounts.demo import EMAILS, PASSWORD, OnlyInDemo, make_demo_users
from lms.accounts.models import RoleGrant, User
from lms.accounts.services import EDITORS
from lms.audit.services import verify
from lms.demo.forms import DemoAuthenticateForm, is_demo_code
from lms.mail.services import CalendarPart, queue_mail

pytestmark = pytest.mark.django_db

CODE = "246810"
urlpatterns = [path("demo/", include("lms.demo_urls")), *urls.urlpatterns]


@pytest.fixture
def demo(settings):
    """As the demo's settings have it."""
    cache.clear()
    Group.objects.get_or_create(name=EDITORS)  # made by a migration, gone once tables were emptied
    settings.IS_DEMO = True
    settings.ROOT_URLCONF = __name__
    settings.DEMO_SECOND_FACTOR_CODE = CODE
    settings.MFA_FORMS = {
        "authenticate": "lms.demo.forms.DemoAuthenticateForm",
        "reauthenticate": "lms.demo.forms.DemoReauthenticateForm",
        "activate_totp": "lms.demo.forms.DemoActivateForm",
    }
    return make_demo_users()


def test_the_people_of_the_demo_are_made_once(demo):
    def state():
        return (
            sorted(User.objects.values_list("email", "profession__code", "practice__name")),
            RoleGrant.objects.count(),
            Authenticator.objects.count(),
        )

    before = state()
    assert make_demo_users() == demo
    assert state() == before
    assert {person.email for person in demo.values()} == set(EMAILS.values())


def test_the_nurse_has_no_second_factor_yet_and_only_the_trainer_has_signed(demo):
    with_factor = {
        who for who, user in demo.items() if Authenticator.objects.filter(user=user).exists()
    }
    signed = {who for who, user in demo.items() if user.confidentiality.exists()}

    assert with_factor == {"huisarts", "trainer", "coordinator", "redacteur"}
    assert signed == {"trainer"}


def test_the_log_of_the_people_of_the_demo_is_whole(demo):
    assert [finding for user in demo.values() for finding in verify(f"account:{user.pk}")] == []


def test_people_with_a_known_password_are_made_nowhere_else(settings):
    settings.IS_DEMO = False

    with pytest.raises(OnlyInDemo):
        make_demo_users()
    assert User.objects.count() == 0


def test_outside_the_demo_its_door_is_not_there(client):
    assert [client.get(path).status_code for path in ("/demo/", "/demo/post/")] == [404, 404]
    assert client.post("/demo/inloggen/huisarts/").status_code == 404


@pytest.mark.parametrize("who", EMAILS)
def test_one_button_signs_in(demo, client, who):
    response = client.post(reverse("demo:sign_in", args=[who]))

    assert response.url == reverse("accounts:arrive")
    assert client.session["_auth_user_id"] == str(demo[who].pk)


def test_a_mail_leads_to_the_port_that_the_demo_runs_at(demo, client):
    queue_mail(
        key="reset",
        recipient=demo["huisarts"],
        template="security_change",
        url_name="accounts:profile",
    )

    page = client.get(reverse("demo:mailbox"), SERVER_PORT="8123").content.decode()
    assert 'href="http://testserver:8123/account/"' in page


def test_a_link_signs_nobody_in(demo, client):
    assert client.get(reverse("demo:sign_in", args=["huisarts"])).status_code == 405
    assert "_auth_user_id" not in client.session


def test_changing_person_begins_a_new_session(demo, client):
    client.post(reverse("demo:sign_in", args=["trainer"]))
    client.post(reverse("mfa_reauthenticate"), {"code": CODE})
    client.post(reverse("demo:sign_in", args=["redacteur"]))

    assert client.get("/cms/").url == "/account/extra-controle/?next=%2Fcms%2F"


def test_nobody_else_can_be_chosen(demo, client):
    assert client.post(reverse("demo:sign_in", args=["beheerder"])).status_code == 404


def test_the_start_page_tells_the_password_and_the_code(demo, client):
    response = client.get(reverse("demo:start"))

    assert (response.context["password"], response.context["code"]) == (PASSWORD, CODE)
    assert [card.email for card in response.context["cards"]] == list(EMAILS.values())


@pytest.mark.parametrize(
    ("who", "page"), [("coordinator", "/account/coordinatie/"), ("redacteur", "/cms/")]
)
def test_the_code_of_the_demo_is_a_second_factor_there(demo, client, who, page):
    client.post(reverse("demo:sign_in", args=[who]))
    before = client.get(page).status_code
    client.post(reverse("mfa_reauthenticate"), {"code": CODE})

    assert (before, client.get(page).status_code) == (302, 200)


def test_signing_in_with_password_and_the_code_of_the_demo(demo, client):
    fields = {"login": EMAILS["trainer"], "password": PASSWORD}
    client.post(reverse("account_login"), fields)
    client.post(reverse("mfa_authenticate"), {"code": "135791"})
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": CODE})
    assert client.session["_auth_user_id"] == str(demo["trainer"].pk)


@pytest.mark.django_db(transaction=True)
def test_the_nurse_sets_up_her_app_with_the_code_of_the_demo(demo, client):
    client.post(reverse("demo:sign_in", args=["verpleegkundige"]))
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": CODE})

    assert Authenticator.objects.filter(user=demo["verpleegkundige"], type="totp").count() == 1


def is_accepted(user, rf):
    form = DemoAuthenticateForm({"code": CODE}, user=user)
    with request_context(rf.post("/")):
        return form.is_valid()


def test_without_an_app_the_code_of_the_demo_is_worth_nothing(demo, rf):
    assert is_accepted(demo["trainer"], rf) is True
    assert is_accepted(demo["verpleegkundige"], rf) is False


def test_outside_the_demo_its_code_is_refused_even_by_its_own_forms(demo, settings, rf):
    settings.IS_DEMO = False

    assert is_demo_code(CODE) is False
    assert is_accepted(demo["trainer"], rf) is False
    assert DemoAuthenticateForm(user=demo["trainer"]).fields["code"].help_text == ""


def test_outside_the_demo_its_code_does_not_sign_in(demo, settings):
    settings.IS_DEMO = False
    del settings.MFA_FORMS
    browser = Client()
    browser.post(reverse("account_login"), {"login": EMAILS["trainer"], "password": PASSWORD})
    browser.post(reverse("mfa_authenticate"), {"code": CODE})

    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("number", [1, 3])
def test_the_mailbox_shows_every_mail_as_it_was_sent(
    demo, client, django_assert_num_queries, number
):
    for each in range(number):
        queue_mail(key=str(each), recipient=demo["huisarts"], template="observation_received")
    with django_assert_num_queries(2):
        response = client.get(reverse("demo:mailbox"))

    assert [mail.key for mail in response.context["page"]] == [
        str(each) for each in reversed(range(number))
    ]


def test_the_mailbox_says_what_comes_with_a_mail(demo, client):
    for method in ("", "REQUEST", "CANCEL"):
        queue_mail(
            key=f"calendar:{method}",
            recipient=demo["huisarts"],
            template="evenings_planned",
            calendar=CalendarPart(method, ["BEGIN:VCALENDAR"]) if method else None,
        )
    page = client.get(reverse("demo:mailbox")).content.decode()

    assert page.count("Er zit een agenda bij: zet avonden erin") == 1
    assert page.count("Er zit een agenda bij: haalt avonden eruit") == 1
