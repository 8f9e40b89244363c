import re
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as project
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

WRONG = "niet-dit-wachtwoord"


def is_signed_in(client):
    return "_auth_user_id" in client.session


def without_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_with_the_right_password_one_arrives(client, sanne, sign_in):
    response = sign_in(sanne)

    assert (response.status_code, response.url) == (302, reverse("accounts:arrive"))
    assert is_signed_in(client)


def test_capitals_in_the_address_do_not_matter(client, sanne, sign_in):
    sign_in("Sanne@Example.ORG")

    assert is_signed_in(client)


def test_a_wrong_password_is_refused(client, sanne, sign_in):
    response = sign_in(sanne, WRONG)

    assert response.status_code == 200
    assert not is_signed_in(client)


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(sanne, sign_in):
    known = sign_in(sanne, WRONG)
    unknown = sign_in("xanne@example.org", WRONG)

    assert unknown.status_code == known.status_code
    assert without_token(unknown).replace("xanne", "sanne") == without_token(known)
    assert sorted(unknown.headers) == sorted(known.headers)


def test_a_closed_account_does_not_get_in(client, sanne, sign_in):
    User.objects.filter(pk=sanne.pk).update(is_active=False)
    sign_in(sanne)

    assert not is_signed_in(client)


def test_an_account_that_is_closed_is_out_at_the_next_request(client, sanne, sign_in):
    sign_in(sanne)
    User.objects.filter(pk=sanne.pk).update(is_active=False)

    assert client.get(reverse("accounts:profile")).status_code == 302


def test_after_ten_wrong_passwords_even_the_right_one_waits(client, sanne, sign_in):
    answers = [sign_in(sanne, WRONG).status_code for _ in range(10)]
    response = sign_in(sanne)

    assert answers == [200] * 9 + [429]
    assert (response.status_code, is_signed_in(client)) == (429, False)
    assert "429.html" in [template.name for template in response.templates]
    assert AccessAttempt.objects.get().username == "sanne@example.org"


def test_other_capitals_are_the_same_account(sanne, sign_in):
    for address in ("sanne@example.org", "Sanne@example.org", "SANNE@EXAMPLE.ORG"):
        sign_in(address, WRONG)

    attempts = AccessAttempt.objects.values_list("username", "failures_since_start")
    assert list(attempts) == [("sanne@example.org", 3)]


def test_the_same_wait_holds_for_an_address_without_an_account(sign_in):
    answers = [sign_in("niemand@example.org", WRONG).status_code for _ in range(11)]

    assert answers == [200] * 9 + [429] * 2


def test_another_account_is_not_kept_waiting(client, sanne, sign_in):
    other = UserFactory()
    for _ in range(10):
        sign_in(other, WRONG)
    sign_in(sanne)

    assert is_signed_in(client)


def test_after_fifteen_minutes_the_owner_gets_in_again(client, sanne, sign_in):
    for _ in range(10):
        sign_in(sanne, WRONG)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=5)):
        sign_in(sanne)

        assert is_signed_in(client)


def test_guesses_from_many_addresses_are_stopped_too(client, sanne, sign_in):
    for number in range(10):
        sign_in(sanne, WRONG, REMOTE_ADDR=f"10.0.0.{number}")
    sign_in(sanne, REMOTE_ADDR="10.0.1.1")

    assert not is_signed_in(client)


def test_signing_in_makes_a_new_session(client, sanne, sign_in):
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies[project.SESSION_COOKIE_NAME] = before
    sign_in(sanne)

    assert client.session.session_key != before


@pytest.mark.parametrize("address", ["sanne@example.org", "niemand@example.org"])
def test_asking_for_a_new_password_says_nothing_about_who_has_an_account(client, sanne, address):
    response = client.post(reverse("account_reset_password"), {"email": address})
    page = client.get(response.url)

    assert (response.status_code, response.url) == (302, reverse("account_reset_password_done"))
    assert address not in page.content.decode()
    assert OutgoingMail.objects.count() == (1 if address == sanne.email else 0)
    assert mail.outbox == []


def test_the_page_after_asking_is_the_same_for_everybody(client, sanne):
    pages = []
    for address in (sanne.email, "niemand@example.org"):
        answer = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
        pages.append(without_token(answer))

    assert pages[0] == pages[1]


def test_a_new_password_is_asked_for_three_times_an_hour_at_most(client, sanne):
    for _ in range(6):
        client.post(reverse("account_reset_password"), {"email": sanne.email})

    assert OutgoingMail.objects.count() == 3


def test_a_new_password_comes_by_a_link_that_works_once(client, sanne, sign_in):
    client.post(reverse("account_reset_password"), {"email": sanne.email})
    (link,) = re.findall(r"http://testserver(\S+)", OutgoingMail.objects.get().body)
    new = "een-heel-ander-wachtwoord"
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    assert not is_signed_in(client)
    sign_in(sanne, new)
    assert is_signed_in(client)
    assert Client().get(link, follow=True).context["token_fail"] is True


@pytest.mark.parametrize("password", ["kort-woord1", "1q2w3e4r5t6y", "sanne@example.org"])
def test_a_password_that_is_short_common_or_like_the_person_is_refused(
    client, sanne, sign_in, password
):
    sign_in(sanne)
    fields = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post(reverse("account_change_password"), fields)

    sanne.refresh_from_db()
    assert sanne.check_password(PASSWORD)


def test_what_is_asked_of_a_password_is_said_in_dutch_as_we_speak(client, sanne, sign_in):
    sign_in(sanne)
    page = client.get(reverse("account_change_password"))
    asked = re.findall("<li>(.*?)</li>", str(page.context["form"]["password1"].help_text))

    assert asked == [
        "Maak je wachtwoord minstens 12 tekens lang.",
        "Kies geen wachtwoord dat veel mensen gebruiken.",
        "Kies iets dat niet op je naam of e-mailadres lijkt.",
    ]
    assert [sentence for sentence in asked if sentence not in page.content.decode()] == []


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kort-woord1", "Dit wachtwoord is te kort. Maak het minstens 12 tekens lang."),
        ("1q2w3e4r5t6y", "Dit wachtwoord gebruiken veel mensen. Kies een ander."),
        ("sanne@example.org", "Dit wachtwoord lijkt te veel op je e-mailadres. Kies een ander."),
        ("van-der-heijden", "Dit wachtwoord lijkt te veel op je achternaam. Kies een ander."),
    ],
)
def test_what_is_wrong_with_a_password_is_said_in_dutch_as_we_speak(
    client, sanne, sign_in, password, said
):
    User.objects.filter(pk=sanne.pk).update(last_name="van der Heijden")
    sign_in(sanne)
    fields = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post(reverse("account_change_password"), fields)

    assert page.context["form"].errors["password1"] == [said]
    assert said in page.content.decode()


def test_a_current_password_that_is_wrong_is_said_in_dutch_as_we_speak(client, sanne, sign_in):
    sign_in(sanne)
    new = "een-heel-ander-wachtwoord"
    fields = {"oldpassword": WRONG, "password1": new, "password2": new}
    page = client.post(reverse("account_change_password"), fields)

    said = "Dit is niet je huidige wachtwoord. Vul het nog een keer in."
    assert page.context["form"].errors == {"oldpassword": [said]}
    assert said in page.content.decode()


def test_a_password_of_64_signs_is_allowed(client, sanne, sign_in):
    sign_in(sanne)
    new = "Zon" * 21 + "!"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), fields)

    sanne.refresh_from_db()
    assert sanne.check_password(new)


def test_a_changed_password_ends_other_sessions_and_is_mailed(client, sanne, sign_in):
    elsewhere = Client()
    elsewhere.force_login(sanne)
    sign_in(sanne)
    new = "een-heel-ander-wachtwoord"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), fields)

    assert client.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert OutgoingMail.objects.get().recipient == sanne


def test_signing_out_empties_the_browser(client, sanne, sign_in):
    sign_in(sanne)
    response = client.post(reverse("account_logout"))

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    assert "Clear-Site-Data" not in client.get(reverse("account_login"))


def test_every_form_that_signs_out_first_sends_what_waits_in_the_browser():
    pages = "\n".join(page.read_text() for page in (project.BASE_DIR / "templates").rglob("*.html"))
    forms = re.findall(r"<form[^>]*(?:logout|end_all_sessions)[^>]*>", pages)
    assert len(forms) >= 4
    assert [form for form in forms if "data-sign-out" not in form] == []


def test_a_link_does_not_sign_anybody_out(client, sanne, sign_in):
    sign_in(sanne)
    client.get(reverse("account_logout"))

    assert is_signed_in(client)


def test_signing_out_everywhere_ends_every_session(client, sanne, sign_in):
    elsewhere = Client()
    elsewhere.force_login(sanne)
    sign_in(sanne)
    response = client.post(reverse("accounts:end_all_sessions"))

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    for device in (client, elsewhere):
        assert device.get(reverse("accounts:profile")).status_code == 302


def test_who_stays_away_too_long_is_signed_out_and_keeps_what_was_typed(
    client, sanne, sign_in, settings
):
    settings.IDLE_SECONDS = 900
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(sanne)
        client.get(reverse("accounts:profile"))
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 200
    with time_machine.travel(start + timedelta(minutes=30), tick=False):
        response = client.get(reverse("accounts:profile"))

    assert response.status_code == 302
    assert "Clear-Site-Data" not in response  # unsent words wait in the browser


def test_after_ten_hours_one_signs_in_again_however_busy_one_was(client, sanne, sign_in):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(sanne)
    answers = []
    for minutes in range(0, 10 * 60 + 20, 10):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            answers.append(client.get(reverse("accounts:profile")).status_code)

    assert answers == [200] * 61 + [302]


def test_signing_in_and_out_is_logged(client, sanne, sign_in):
    sign_in(sanne)
    client.post(reverse("account_logout"))

    events = AuditEvent.objects.filter(stream__name=f"account:{sanne.pk}").order_by("sequence")
    assert [event.event for event in events] == ["account.signed_in", "account.signed_out"]


def test_visitors_cannot_make_an_account(client):
    fields = {"email": "nieuw@example.org", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post(reverse("account_signup"), fields)

    assert User.objects.count() == 0
    assert response.templates[0].name == "account/signup_closed.html"


def test_nobody_changes_their_address_by_themselves(client, sanne, sign_in):
    sign_in(sanne)
    client.post(reverse("account_email"), {"action_add": "", "email": "ander@example.org"})

    sanne.refresh_from_db()
    assert sanne.email == "sanne@example.org"
    assert sanne.emailaddress_set.count() == 0


@pytest.mark.parametrize("path", ["/account/confirm-email/abc/", "/account/login/code/confirm/"])
def test_ways_in_that_we_do_not_have_are_not_there(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/cms/login/",
        "/cms/password_reset/",
        "/cms/password_reset/confirm/MQ/a-b/",
        "/_util/login/",
        "/_util/authenticate_with_password/1/1/",
    ],
)
def test_there_is_one_door(client, sanne, path):
    fields = {"username": sanne.email, "login": sanne.email, "password": PASSWORD}
    answers = [client.get(path), client.post(path, fields)]

    assert [answer.url.partition("?")[0] for answer in answers] == [reverse("account_login")] * 2
    assert not is_signed_in(client)


def test_the_cms_sends_visitors_to_the_one_door(client):
    response = client.get("/cms/")

    assert response.url == f"{reverse('account_login')}?next=/cms/"
