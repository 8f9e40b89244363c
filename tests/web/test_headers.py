"""Every answer carries its headers, whatever its status; personal pages are kept by nobody."""

import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ANSWERS = {
    "200": "/account/login/",
    "302": "/account/",
    "404": "/account/login/code/confirm/",
    "404, no such route": "/documenten/none/at/all",
    "200, script": "/teksten.js",
    "200, file": "/static/web/img/icon.svg",
}


def policy_of(response):
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


@pytest.fixture
def editor(client):
    """Signed in, with a second factor used in this session."""
    user = UserFactory()
    grant_role(user=user, role=Role.EDITOR)
    factor = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "id": factor.pk}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return user


@pytest.mark.parametrize("path", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_carries_the_strict_policy_and_the_other_headers(client, path):
    response = client.get(path)

    policy = policy_of(response)
    assert {name: policy[name] for name in STRICT} == STRICT
    assert {
        name: response.get(name)
        for name in (
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert "geolocation=()" in response["Permissions-Policy"].split(", ")
    response.close()


@pytest.mark.parametrize("path", ["/account/login/", "/account/", "/teksten.js"])
def test_no_page_lets_itself_be_framed(client, path):
    assert client.get(path)["X-Frame-Options"] == "DENY"


def test_a_form_that_was_refused_carries_them_too():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})

    assert response.status_code == 403
    assert policy_of(response)["script-src"] == "'self'"


def test_the_policy_names_no_other_site_and_nothing_inline(client):
    policy = client.get("/account/login/")["Content-Security-Policy"]

    forbidden = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*")
    assert [word for word in forbidden if word in policy] == []


def test_only_the_cms_may_use_what_it_carries_inline(client, editor):
    cms, site = (policy_of(client.get(path)) for path in ("/cms/", "/account/"))

    assert (cms["script-src"], site["script-src"]) == ("'self' 'unsafe-inline'", "'self'")
    assert (cms["style-src"], site["style-src"]) == ("'self' 'unsafe-inline'", "'self'")
    assert (cms["frame-ancestors"], site["frame-ancestors"]) == ("'self'", "'none'")
    assert cms["object-src"] == "'none'"


@pytest.mark.parametrize("path", ["/account/", "/cms/", "/documenten/none/at/all", "/teksten.js"])
def test_what_somebody_sees_when_signed_in_is_kept_by_nobody_and_found_by_nobody(
    client, editor, path
):
    response = client.get(path)

    assert "no-store" in response["Cache-Control"].split(", ")
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/password/reset/done/", "/mijn/", "/opnames/"]
)
def test_pages_around_what_is_personal_are_kept_by_nobody_either(client, path):
    response = client.get(path)

    assert "no-store" in response["Cache-Control"].split(", ")
    assert response["X-Robots-Tag"] == "noindex"


def test_texts_for_scripts_may_be_kept_for_visitors(client):
    response = client.get("/teksten.js")

    assert (response.get("Cache-Control"), response.get("X-Robots-Tag")) == (None, None)


PRODUCTION = """
import django; django.setup()
from django.conf import settings
from django.test import Client, RequestFactory
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
request = RequestFactory().get("/", secure=True)
print(SecurityMiddleware(lambda request: HttpResponse())(request)["Strict-Transport-Security"])
print(SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/")).status_code)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
of_demo = ("DEMO_SECOND_FACTOR_CODE", "MFA_FORMS")
print(settings.IS_DEMO, *(hasattr(settings, name) for name in of_demo))
from django.urls import resolve
print(resolve("/demo/").url_name)
"""


def test_production_asks_for_encryption_and_knows_nothing_of_the_demo():
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment = clean | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.production",
        "LMS_SECRET_KEY": "a-secret-of-this-test-only-" * 3,
        "LMS_ALLOWED_HOSTS": "testserver",
        "LMS_MASTER_KEYS": "2026:" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        # what somebody could try
        "IS_DEMO": "yes",
        "LMS_IS_DEMO": "yes",
        "DEMO_SECOND_FACTOR_CODE": "246810",
        "LMS_DEMO_SECOND_FACTOR_CODE": "246810",
    }
    answer = subprocess.run(
        [sys.executable, "-c", PRODUCTION], env=environment, capture_output=True, text=True
    )

    assert (answer.stderr, answer.stdout.splitlines()) == (
        "",
        [
            "max-age=31536000; includeSubDomains; preload",
            "301",
            "__Host-sid True True",
            "False False False",
            "wagtail_serve",
        ],
    )
