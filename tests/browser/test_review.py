"""Watching with the form beside the film, in a real browser: nothing that was typed is lost."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from assessments.instruments.models import Answer
from assessments.instruments.services import load_form
from tests.video_review.journeys import make_film, send_in, work
from video_review.models import Moment, Observation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded, pytest.mark.ffmpeg]

FORM = settings.BASE_DIR / "assessments" / "instruments" / "content" / "kijkwijzer.yaml"


@pytest.fixture
def recording():
    load_form(FORM)
    return work(send_in(make_film()))


@pytest.fixture
def open_page(client, recording, live_server):
    """Opens the review page as the owner; each call is one more tab of the same browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context(
            locale="nl-NL", viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )

        def sign_in():
            client.force_login(recording.enrolment.participant)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.session.session_key, "url": live_server.url}]
            )

        def open_page(name="review"):
            page = context.new_page()
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            page.goto(live_server.url + reverse(f"video_review:{name}", args=[recording.public_id]))
            return page

        sign_in()
        open_page.context = context
        open_page.sign_in = sign_in
        yield open_page
        browser.close()


def score(page, code, value):
    page.locator(f"input[name={code}-score][value='{value}']").check(force=True)


def note(page, code, text):
    item = page.locator(f"[data-item={code}]")
    item.locator(".item__words > summary").click()
    item.locator(f"[name={code}-note]").fill(text)


def notes():
    return dict(
        Answer.objects.exclude(note="").values_list("item__code", "note").order_by("item__code")
    )


def test_form_is_saved_while_typing_and_sent_in_the_end(open_page):
    page = open_page()
    score(page, "V1", 2)
    note(page, "V1", "Ze had een lijstje mee.")
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    expect(page.locator("[data-progress-words]")).to_have_text("1 van 33")
    page.reload()
    expect(page.locator("[name=V1-note]")).to_have_value("Ze had een lijstje mee.")
    page.locator("[data-submit]").click()
    page.wait_for_url("**/uitkomst/")
    observation = Observation.objects.get()
    assert observation.response.submitted_at is not None
    assert notes() == {"V1": "Ze had een lijstje mee."}


def is_saved_question(request):
    """Not the answer to what was typed just before."""
    return request.url.endswith("/momenten/bewaren/") and (
        (request.post_data_json or {}).get("kind") == "question"
    )


@pytest.mark.requirement("VID-07")
def test_moment_is_placed_with_a_key_linked_to_an_item_and_leads_back_to_its_place(open_page):
    page = open_page()
    page.locator("[data-player-seek]").evaluate(
        "seek => { seek.value = 4000; seek.dispatchEvent(new Event('change')); }"
    )
    expect(page.locator("[data-player-now]")).to_have_text("00:04")
    page.locator("body").press("m")
    own = page.locator("[data-own]")
    own.get_by_label("Sterk").check()
    own.locator("[data-moment-field=note]").fill("Wacht op antwoord")
    item = page.locator("[data-item=V1]")
    item.locator("[data-link]").click()
    item.locator("[data-link-to]").click()
    expect(item.locator("[data-chip-time]")).to_have_text("00:04")
    expect(page.locator("[data-player-moments] li")).to_have_count(1)
    with page.expect_response(lambda answer: is_saved_question(answer.request)):
        page.locator("[data-flag=question]").click()
    page.reload()
    expect(page.locator("[data-own]")).to_have_count(2)
    page.locator("[data-item=V1] [data-chips] button").click()
    expect(page.locator("[data-player-now]")).to_have_text("00:04")
    linked = Moment.objects.get(items__code="V1")
    assert (linked.at_ms // 100, linked.kind, linked.note) == (40, "strong", "Wacht op antwoord")


def test_removed_moment_can_be_put_back(open_page):
    page = open_page()
    page.locator("[data-flag=strong]").click()
    page.locator("[data-own] summary").click()
    page.locator("[data-moment-remove]").click()
    expect(page.locator("[data-moment-count]")).to_have_text("0")
    with page.expect_response("**/momenten/bewaren/"):
        page.get_by_role("button", name="Zet terug").click()
    expect(page.locator("[data-moment-count]")).to_have_text("1")
    assert Moment.objects.count() == 1


def test_session_that_ends_while_typing_loses_nothing(open_page):
    page = open_page()
    score(page, "V1", 3)
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    Session.objects.all().delete()
    note(page, "V1", "Dit mag niet weg.")
    expect(page.locator("[data-notice-title]")).to_have_text("Je bent uitgelogd.")
    login = page.locator("[data-notice-login]")
    expect(login).to_have_attribute("target", "_blank")
    assert notes() == {}
    open_page.sign_in()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-notice]")).to_be_hidden()
    assert notes() == {"V1": "Dit mag niet weg."}


def test_tab_that_is_killed_offline_gives_everything_back(open_page):
    page = open_page()
    score(page, "V1", 1)
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    open_page.context.set_offline(True)
    note(page, "V2", "Getypt zonder verbinding.")
    page.locator("[data-flag=different]").click()
    expect(page.locator("[data-notice-title]")).to_have_text("Geen verbinding.")
    page.close()
    open_page.context.set_offline(False)
    assert (notes(), Moment.objects.count()) == ({}, 0)
    page = open_page()
    expect(page.locator("[data-moment-count]")).to_have_text("1")
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    page.wait_for_function(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length === 0"
    )
    assert (notes(), Moment.objects.count()) == ({"V2": "Getypt zonder verbinding."}, 1)


def test_two_tabs_keep_the_last_words_per_field_and_say_so(open_page):
    first, second = open_page(), open_page()
    score(first, "V1", 1)
    expect(first.locator("[data-saved]")).to_contain_text("Bewaard om")
    score(second, "V2", 3)
    expect(second.locator("[data-saved]")).to_contain_text("ergens anders open")
    expect(second.locator("input[name=V1-score][value='1']")).to_be_checked()
    found = Answer.objects.values_list("item__code", "value").order_by("item__code")
    assert list(found) == [("V1", 1), ("V2", 3)]


def test_number_of_a_patient_is_told_at_its_field_and_holds_back_sending(open_page):
    page = open_page()
    note(page, "V1", "BSN 123456789")
    page.locator("[data-submit]").click()
    field = page.locator("[name=V1-note]")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-words=V1-note] [data-error]")).to_be_visible()
    assert Observation.objects.get().response.submitted_at is None


def test_keyboard_alone_scores_takes_back_and_goes_to_the_next_phase(open_page):
    page = open_page()
    first = page.locator("input[name=V1-score][value='0']")
    first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=V1-score][value='2']")).to_be_checked()
    page.keyboard.press("Backspace")
    expect(page.locator("input[name=V1-score]:checked")).to_have_count(0)
    following = page.locator("#phase-V [data-next-phase]")
    following.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#phase-O")).to_have_attribute("open", "")
    expect(page.locator("#phase-O > summary")).to_be_focused()
