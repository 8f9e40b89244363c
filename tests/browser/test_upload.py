"""A film of 40 MB, sent in a real browser and interrupted once."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from tests.factories.delivery import EveningFactory
from tests.factories.video_review import ConsentFactory
from video_review import incoming
from video_review.models import Recording, Upload, UploadPart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

MEGABYTE = 1024**2
CHUNK = 5 * MEGABYTE
SIZE = 40 * MEGABYTE


@pytest.fixture
def consent():
    consent = ConsentFactory(complete=True)
    EveningFactory(edition=consent.enrolment.edition)
    yield consent
    for upload in Upload.objects.all():
        incoming.delete_prefix(incoming.prefix_of(upload.recording_ref))


@pytest.fixture
def browser_context(client, consent, live_server):
    client.force_login(consent.enrolment.participant)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context(locale="nl-NL")
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": client.session.session_key, "url": live_server.url}]
        )
        yield context
        browser.close()


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "Gesprek met mevrouw Jansen.mp4"
    path.write_bytes(os.urandom(SIZE))
    return path


def patches_of(page):
    """Where the pieces began that this page sent."""
    offsets = []
    page.on(
        "request",
        lambda request: (
            request.method == "PATCH" and offsets.append(int(request.headers["upload-offset"]))
        ),
    )
    return offsets


def test_film_goes_on_where_it_stopped_when_the_same_file_is_chosen_again(
    browser_context, live_server, consent, film
):
    address = live_server.url + reverse("video_review:upload_new", args=[consent.public_id])
    page = browser_context.new_page()
    sent = patches_of(page)

    def cut_after_three(route):
        if route.request.method == "PATCH" and len(sent) > 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/films/*", cut_after_three)
    page.goto(address)
    page.locator("#film").set_input_files(film)
    page.locator("[data-upload-form] button[type=submit]").click()
    broken = page.locator("[data-sending-label]", has_text="De verbinding viel weg")
    expect(broken).to_be_visible(timeout=60_000)
    page.close()
    received = Upload.objects.get().received
    parts = list(UploadPart.objects.order_by("offset").values_list("pk", flat=True))
    assert received == 3 * CHUNK

    page = browser_context.new_page()
    sent_again = patches_of(page)
    page.goto(address)
    expect(page.locator("[data-open-upload]")).to_contain_text("37 % is binnen")

    other = Path(film).with_name("andere.mp4")
    other.write_bytes(os.urandom(SIZE))
    page.locator("[data-resume-file]").set_input_files(other)
    expect(page.locator("[data-problem-title]")).to_have_text("Dit is een andere film.")
    assert sent_again == []

    page.locator("[data-resume-file]").set_input_files(film)
    expect(page.locator("[data-received]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-received]")).to_contain_text("Je kunt dit scherm sluiten")
    assert sent_again == list(range(received, SIZE, CHUNK))
    assert list(UploadPart.objects.order_by("offset").values_list("pk", flat=True))[:3] == parts
    assert Recording.objects.get().upload == Upload.objects.get()
    assert page.locator("[data-received-link]").get_attribute("href") == reverse(
        "video_review:upload_page", args=[Upload.objects.get().public_id]
    )


def test_files_that_cannot_be_a_film_are_stopped_before_sending(
    browser_context, live_server, consent, tmp_path
):
    page = browser_context.new_page()
    page.goto(live_server.url + reverse("video_review:upload_new", args=[consent.public_id]))
    empty, text = tmp_path / "leeg.mp4", tmp_path / "brief.txt"
    empty.touch()
    text.write_text("Beste collega")
    told = []
    for file in (empty, text):
        page.locator("#film").set_input_files(file)
        page.locator("[data-upload-form] button[type=submit]").click()
        expect(page.locator("[data-problem]")).to_be_visible()
        told.append(page.locator("[data-problem-title]").text_content())
    assert told == ["Dit bestand is leeg.", "Dit bestand is geen film."]
    assert Upload.objects.count() == 0
