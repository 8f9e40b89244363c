"""A processed film, played in a real browser until its consent is withdrawn."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright
from wagtail.models import Locale, Page

from tests.video_review.journeys import make_film, send_in, work
from video_review import sealed_store
from video_review.models import Status, Viewing
from video_review.services.destruction import withdraw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded, pytest.mark.ffmpeg]

PICTURE = (
    "[document.querySelector('video').videoWidth, document.querySelector('video').videoHeight]"
)


@pytest.fixture
def recording(transactional_db):
    if Page.get_first_root_node() is None:
        Locale.objects.get_or_create(language_code="nl")
        Page.add_root(instance=Page(title="Root", slug="root"))
    recording = work(send_in(make_film()))
    yield recording
    sealed_store.remove_all(recording.public_id)


@pytest.fixture
def page(client, recording, live_server):
    client.force_login(
        recording.enrolment.participant,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context(locale="nl-NL")
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
        context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + reverse("video_review:detail", args=[recording.public_id]))
        yield page
        browser.close()


def test_its_owner_plays_it_by_keyboard_until_consent_is_withdrawn(page, recording):
    assert recording.status == Status.COMPLETE
    page.locator(".player__button--play").focus()
    page.keyboard.press("k")
    now = page.locator("[data-player-now]")
    expect(now).to_have_text("00:01")
    assert page.evaluate(PICTURE) == [320, 180]
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    expect(now).to_have_text(re.compile("00:0[67]"))
    expect(page.locator("[data-player-notice]")).to_be_hidden()
    withdraw(recording.consent)
    expect(page.locator("[data-player-notice]")).to_be_visible(timeout=10_000)
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate(PICTURE) == [0, 0]
    assert Viewing.objects.get().refused_at is not None
