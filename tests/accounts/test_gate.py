from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from lms.accounts.gate import (
    has_used_second_factor,
    second_factor_required,
    step_before_others,
    step_to_second_factor,
)
from lms.accounts.models import ConfidentialityStatement, Role, RoleGrant
from lms.accounts.permissions import can_enter_cms, is_coordinator, is_editor
from lms.accounts.services import end_role, grant_role, sign_confidentiality
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD, code_of
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/opnames/een/?t=3"
TO_STATEMENT = f"/account/geheimhouding/?next={quote(PAGE, safe='')}"
TO_FACTOR = f"/account/extra-controle/?next={quote(PAGE, safe='')}"


@pytest.fixture
def request_of(client):
    """A request in the session of this test's browser."""

    def request_of(user, method="get"):
        request = getattr(RequestFactory(), method)(PAGE)
        request.user, request.session = user, client.session
        return request

    return request_of


@pytest.fixture
def passed(client, sanne, app, sign_in):
    """Sanne has signed in with her password and her app."""
    sign_in(sanne)
    client.post(reverse("mfa_authenticate"), {"code": app()})
    return sanne


def test_first_the_statement_then_the_second_factor_then_nothing(
    client, sanne, app, sign_in, request_of
):
    client.force_login(sanne)
    assert step_before_others(request_of(sanne)) == TO_STATEMENT
    sign_confidentiality(sanne)
    assert step_before_others(request_of(sanne)) == TO_FACTOR
    client.post(reverse("mfa_reauthenticate"), {"code": app()})
    assert step_before_others(request_of(sanne)) is None


def test_the_second_factor_alone_is_not_enough(passed, request_of):
    assert step_before_others(request_of(passed)) == TO_STATEMENT


def test_a_statement_of_an_earlier_version_does_not_count(passed, request_of, settings):
    sign_confidentiality(passed)
    settings.CONFIDENTIALITY_VERSION = "2027-1"

    assert step_before_others(request_of(passed)) == TO_STATEMENT


def test_the_statement_of_somebody_else_does_not_count(passed, request_of):
    sign_confidentiality(UserFactory())

    assert step_before_others(request_of(passed)) == TO_STATEMENT


def test_a_factor_used_in_another_session_does_not_count_in_this_one(passed, client):
    elsewhere = Client()
    elsewhere.force_login(passed)
    request = RequestFactory().get(PAGE)
    request.user, request.session = passed, elsewhere.session

    assert step_to_second_factor(request) == TO_FACTOR


def test_a_factor_of_somebody_else_does_not_count(passed, request_of):
    assert has_used_second_factor(request_of(UserFactory())) is False


def test_a_factor_that_was_removed_does_not_count_any_more(passed, request_of):
    Authenticator.objects.filter(user=passed).delete()

    assert step_to_second_factor(request_of(passed)) == TO_FACTOR


def test_a_recovery_code_counts_as_second_factor(client, sanne, app, sign_in, request_of):
    codes = RecoveryCodes.activate(sanne)
    sign_in(sanne)
    client.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})

    assert step_to_second_factor(request_of(sanne)) is None


def test_a_visitor_has_used_nothing(request_of):
    assert has_used_second_factor(request_of(AnonymousUser())) is False


def test_a_password_is_no_second_factor(client, sanne, sign_in, request_of):
    sign_in(sanne)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert step_to_second_factor(request_of(sanne)) == TO_FACTOR


def test_after_a_form_there_is_no_way_back_to_it(sanne, request_of):
    assert step_before_others(request_of(sanne, "post")) == "/account/geheimhouding/"


ANY = UUID(int=0)  # whether it is there is asked behind the wall


@pytest.mark.parametrize(
    ("form", "sent_to"),
    [
        ("/planning/praktijken/", reverse_lazy("delivery:practices_merge")),
        ("/mijn/koppel/", reverse_lazy("delivery:couple")),
        ("/mijn/agenda/", reverse_lazy("delivery:calendar_link")),
        ("/avond/", reverse_lazy("delivery:absence", args=[ANY])),
        ("/avond/groepen/", reverse_lazy("delivery:room_groups_change", args=[ANY])),
        ("/account/gegevens/", reverse_lazy("accounts:profile")),
    ],
)
def test_who_was_signed_out_with_a_form_half_filled_reads_how_to_keep_it(client, form, sent_to):
    answer = client.post(
        sent_to,
        headers={"referer": f"http://testserver{form}"},
        follow=True,
    )
    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={form}", 302)]
    assert "wat je typte staat er nog" in answer.content.decode()


def test_signing_leads_back_to_where_one_was_going(client, sanne):
    client.force_login(sanne)
    response = client.post(
        reverse("accounts:confidentiality"), {"agreed": "on", "next": "/account/"}
    )

    assert response.url == "/account/"
    assert list(sanne.confidentiality.values_list("version", flat=True)) == ["2026-1"]
    assert AuditEvent.objects.filter(event="account.confidentiality_signed").count() == 1


def test_without_the_tick_nothing_is_signed(client, sanne):
    client.force_login(sanne)
    client.post(reverse("accounts:confidentiality"), {"next": "/account/"})

    assert ConfidentialityStatement.objects.count() == 0


def test_signed_twice_is_signed_once(sanne):
    first, second = sign_confidentiality(sanne), sign_confidentiality(sanne)

    assert (first, AuditEvent.objects.count()) == (second, 1)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_nobody_is_led_to_another_site(client, sanne, elsewhere):
    client.force_login(sanne)
    fields = {"agreed": "on", "next": elsewhere}
    response = client.post(reverse("accounts:confidentiality"), fields)

    assert response.url == reverse("accounts:profile")


def test_with_an_app_the_password_alone_does_not_sign_in(client, sanne, app, sign_in):
    response = sign_in(sanne)

    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(sanne, app):
    code = app()
    answers = []
    for browser in (Client(), Client()):
        browser.post(reverse("account_login"), {"login": sanne.email, "password": PASSWORD})
        browser.post(reverse("mfa_authenticate"), {"code": code})
        answers.append("_auth_user_id" in browser.session)

    assert answers == [True, False]


def test_after_ten_wrong_codes_even_the_right_one_waits(client, sanne, app, sign_in):
    sign_in(sanne)
    right = app()
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        client.post(reverse("mfa_authenticate"), {"code": wrong})
    client.post(reverse("mfa_authenticate"), {"code": right})

    assert "_auth_user_id" not in client.session


def set_up_app(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    code = code_of(page.context["form"].secret)
    return client.post(reverse("mfa_activate_totp"), {"code": code})


@pytest.mark.django_db(transaction=True)
def test_who_sets_up_an_app_has_used_it(client, sanne, sign_in, request_of):
    sign_in(sanne)
    client.get(reverse("accounts:second_factor"), {"next": "/account/geheimhouding/"})
    set_up_app(client)
    response = client.get(reverse("accounts:second_factor"))

    assert response.url == "/account/geheimhouding/"
    assert step_to_second_factor(request_of(sanne)) is None


@pytest.mark.django_db(transaction=True)
def test_a_new_factor_ends_other_sessions_and_is_mailed_and_logged(client, sanne, sign_in):
    elsewhere = Client()
    elsewhere.force_login(sanne)
    sign_in(sanne)
    set_up_app(client)

    assert client.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert OutgoingMail.objects.get().recipient == sanne
    assert AuditEvent.objects.filter(event="account.factor_added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_removed_factor_ends_other_sessions(client, sanne, app, sign_in):
    sign_in(sanne)
    client.post(reverse("mfa_authenticate"), {"code": app()})
    elsewhere = Client()
    elsewhere.force_login(sanne)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.count() == 0
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert AuditEvent.objects.filter(event="account.factor_removed").count() == 1


def test_who_has_no_factor_is_told_why_and_how(client, sanne):
    client.force_login(sanne)
    response = client.get(reverse("accounts:second_factor"), {"next": "/account/"})

    assert response.templates[0].name == "accounts/second_factor.html"


def test_who_has_an_app_is_asked_for_its_code(client, sanne, app):
    client.force_login(sanne)
    response = client.get(reverse("accounts:second_factor"), {"next": "/account/"})

    assert response.url == f"{reverse('mfa_reauthenticate')}?next=%2Faccount%2F"


def test_who_has_only_a_passkey_is_asked_for_that(client, sanne):
    Authenticator.objects.create(user=sanne, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(sanne)
    response = client.get(reverse("accounts:second_factor"), {"next": "/account/"})

    assert response.url == f"{reverse('mfa_reauthenticate_webauthn')}?next=%2Faccount%2F"


def test_the_secret_of_an_app_is_not_readable_in_the_database(sanne, app):
    row = Authenticator.objects.get()

    assert row.wrap().validate_code(app()) is True
    assert row.data["secret"].startswith("gAAAA")


def test_after_a_new_secret_key_apps_still_work_with_the_old_one_kept(sanne, app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-" * 4

    assert Authenticator.objects.get().wrap().validate_code(app()) is True


def test_a_view_can_demand_the_second_factor(passed, request_of):
    view = second_factor_required(lambda request: HttpResponse("in"))

    assert view(request_of(passed)).content == b"in"
    assert view(request_of(UserFactory())).url == TO_FACTOR
    assert view(request_of(AnonymousUser())).url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("role", "check"), [(Role.COORDINATOR, is_coordinator), (Role.EDITOR, is_editor)]
)
def test_a_role_holds_from_grant_to_end(sanne, role, check, clock):
    other = UserFactory()
    assert check(sanne) is False
    grant_role(user=sanne, role=role)
    assert (check(sanne), check(other)) == (True, False)
    clock.now += timedelta(seconds=1)
    end_role(user=sanne, role=role)
    assert check(sanne) is False


def test_one_role_is_not_the_other(sanne):
    grant_role(user=sanne, role=Role.COORDINATOR)

    assert (is_editor(sanne), can_enter_cms(sanne)) == (False, False)


def test_a_role_that_begins_later_does_not_hold_yet(sanne):
    later = timezone.now() + timedelta(days=1)
    RoleGrant.objects.create(user=sanne, role=Role.EDITOR, valid_from=later)

    assert is_editor(sanne) is False


def test_a_visitor_holds_no_role():
    visitor = AnonymousUser()

    assert (is_editor(visitor), is_coordinator(visitor), can_enter_cms(visitor)) == (False,) * 3


def test_granted_twice_is_granted_once(sanne):
    grants = {grant_role(user=sanne, role=Role.EDITOR).pk for _ in range(2)}

    assert (len(grants), RoleGrant.objects.count()) == (1, 1)


def test_an_editor_has_the_permissions_of_editors_for_as_long(sanne, clock):
    grant_role(user=sanne, role=Role.EDITOR)
    assert [group.name for group in sanne.groups.all()] == ["Editors"]
    clock.now += timedelta(seconds=1)
    end_role(user=sanne, role=Role.EDITOR)
    assert list(sanne.groups.all()) == []


def test_a_coordinator_gets_no_permissions_in_the_cms(sanne):
    grant_role(user=sanne, role=Role.COORDINATOR)

    assert list(sanne.groups.all()) == []


def test_an_editor_enters_the_cms_with_a_second_factor_only(client, sanne, app):
    grant_role(user=sanne, role=Role.EDITOR)
    client.force_login(sanne)
    before = client.get("/cms/")
    client.post(reverse("mfa_reauthenticate"), {"code": app()})
    after = client.get("/cms/")

    assert before.url == "/account/extra-controle/?next=%2Fcms%2F"
    assert (after.status_code, after.templates[0].name) == (200, "wagtailadmin/home.html")


def test_who_is_no_editor_is_refused_at_the_cms_and_not_sent_in_circles(client, passed):
    assert client.get("/cms/").status_code == 403
    assert client.get("/cms/login/", follow=True).status_code == 403


def test_an_editor_whose_role_has_ended_is_out_whatever_group_is_left(client, passed, clock):
    grant_role(user=passed, role=Role.EDITOR)
    RoleGrant.objects.update(valid_until=clock.now + timedelta(minutes=1))
    assert client.get("/cms/").status_code == 200
    clock.now += timedelta(minutes=1)
    assert client.get("/cms/").status_code == 403


def test_a_coordinator_sees_who_still_has_something_to_do(client, passed):
    UserFactory(first_name="Karin", last_name="Aalbers")
    grant_role(user=passed, role=Role.COORDINATOR)
    people = client.get(reverse("accounts:coordination")).context["people"]

    assert [(person.first_name, person.has_factor, person.has_signed) for person in people] == [
        ("Karin", False, False),
        ("Sanne", True, False),
    ]


def test_the_coordinators_page_needs_the_role_and_the_second_factor(client, passed):
    assert client.get(reverse("accounts:coordination")).status_code == 403
    grant_role(user=passed, role=Role.COORDINATOR)
    elsewhere = Client()
    elsewhere.force_login(passed)

    response = elsewhere.get(reverse("accounts:coordination"))
    assert response.url == "/account/extra-controle/?next=%2Faccount%2Fcoordinatie%2F"


@pytest.mark.parametrize("number", [1, 3])
def test_the_coordinators_page_asks_the_same_of_the_database_for_one_and_three(
    client, passed, django_assert_num_queries, number
):
    grant_role(user=passed, role=Role.COORDINATOR)
    for _ in range(number):
        UserFactory()

    client.get(reverse("accounts:coordination"))  # the first of a session also writes it
    with django_assert_num_queries(5):
        client.get(reverse("accounts:coordination"))


def test_a_made_up_record_of_authentication_without_authenticator_opens_nothing(
    client, sanne, request_of
):
    client.force_login(sanne)
    request = request_of(sanne)
    record_authentication(request, sanne, "mfa", id=999, type="totp")

    assert has_used_second_factor(request) is False
