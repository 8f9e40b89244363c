import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.urls import reverse

from tests.factories.accounts import UserFactory

PASSWORD = "een-lange-zin-om-te-onthouden"


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


@pytest.fixture
def sanne(db):
    user = UserFactory(email="sanne@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def app(sanne):
    """Sanne's authenticator app: ``app()`` is the code it shows now."""
    secret = generate_totp_secret()
    TOTP.activate(sanne, secret)
    return lambda: code_of(secret)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def sign_in(client):
    def sign_in(user, password=PASSWORD, **extra):
        fields = {"login": user if isinstance(user, str) else user.email, "password": password}
        return client.post(reverse("account_login"), fields, **extra)

    return sign_in


@pytest.fixture
def factors():
    return lambda user: list(
        Authenticator.objects.filter(user=user).order_by("type").values_list("type", flat=True)
    )
