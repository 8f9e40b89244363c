import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cookie", "language"), [("", "nl"), ("en", "en"), ("nl", "nl"), ("tlh", "nl"), ("../x", "nl")]
)
def test_interface_is_dutch_until_somebody_chooses_otherwise(client, cookie, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    answer = client.get(reverse("web:components"), headers={"accept-language": "en-GB,en"})

    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.text
