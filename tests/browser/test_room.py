"""The list of an evening on two tablets, one of which loses the network."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, expect, sync_playwright

from courses.delivery.models import Attendance, AttendanceMark
from courses.delivery.services import put_before_evening
from courses.delivery.services.attendance import Mark, expected_on, take_marks
from courses.delivery.services.confirmation import confirm_attendance
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.browser.visitors import visitor
from tests.browser.wire import wire_to
from tests.delivery.programmes import make_planned_edition
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, publish
from tests.permissions.world import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]
FIRST_PAINT = """() => new Promise((tell) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) tell(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""
HOUR_MS = 3_600_000
AWAY = re.compile("Werkt zonder verbinding")


@pytest.fixture
def evening():
    edition = make_planned_edition(days=-10)
    enrol_two(edition)
    return edition.evenings.get(code="2")


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@contextmanager
def tablet(browser, live_server, evening, *, keeps=True):
    """In the hands of a trainer who has opened the list once."""
    trainer = UserFactory()
    put_before_evening(evening, trainer)
    client = Client()
    client.force_login(trainer)
    with (
        wire_to(live_server.thread.port) as wire,
        visitor(browser, wire.address, width=1180, height=820) as holder,
    ):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
        holder.context.add_cookies([cookie | {"url": wire.address}])
        holder.open(reverse("delivery:room", args=[evening.public_id]))
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        expect(holder.page.locator("[data-kept]")).to_be_visible(visible=keeps)
        yield holder, wire


def block(holder, number):
    """A line of the run, opened."""
    line = holder.page.locator("[data-block]").nth(number - 1)
    if line.locator("details").get_attribute("open") is None:
        line.locator("summary").click()
    return line


def on(holder):
    return holder.page.locator("[data-now-title]")


def taps(holder):
    return holder.page.locator("[data-mark] button")


def pressed(holder):
    return [button.get_attribute("aria-pressed") for button in taps(holder).all()]


def test_a_tap_counts_at_once_and_is_taken_back_by_the_next(browser, live_server, evening):
    with tablet(browser, live_server, evening) as (holder, _wire):
        taps(holder).first.click()
        expect(taps(holder).first).to_have_attribute("aria-pressed", "true")
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        assert Attendance.objects.get().status == "partial"
        taps(holder).first.click()
        expect(taps(holder).first).to_have_attribute("aria-pressed", "false")
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        assert Attendance.objects.get().status == "absent"
        holder.look_around("the room")
        assert holder.faults == []


def test_a_list_that_is_confirmed_keeps_telling_how_many_were_there(browser, live_server, evening):
    evening.starts_at -= timedelta(days=1)
    evening.ends_at -= timedelta(days=1)
    evening.save()
    first = expected_on(evening).first()
    take_marks(evening, [Mark(first.pk, 1, True, evening.starts_at)], by=first.participant)
    confirm_attendance(evening, by=first.participant)
    with tablet(browser, live_server, evening) as (holder, _wire):
        expect(holder.page.locator("[data-here]")).to_have_text("1")
        holder.look_around("the room of a confirmed list")
        assert holder.faults == []


def test_a_tablet_without_a_network_is_closed_and_opened_again_and_loses_nothing(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        address = holder.page.url
        wire.cut()
        taps(holder).nth(0).click()
        taps(holder).nth(1).click()
        expect(holder.page.locator("[data-net]")).to_have_text(AWAY)
        holder.page.close()
        holder.new_page()
        holder.page.goto(address)
        paint = holder.page.evaluate(FIRST_PAINT)
        print(f"The room without a network: first paint after {paint:.0f} ms")  # noqa: T201
        expect(holder.page.locator("[data-net]")).to_contain_text("2 wijzigingen")
        assert pressed(holder) == ["true", "true", "false", "false"]
        assert AttendanceMark.objects.count() == 0
        wire.mend()
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.", timeout=30_000)
        assert AttendanceMark.objects.count() == 2
        holder.forgive("net::ERR_")
        assert holder.faults == []


def test_two_tablets_end_up_with_the_same_list(browser, live_server, evening):
    """The mark that was made last counts, though it was made without a network and came first."""
    with (
        tablet(browser, live_server, evening) as (away, wire),
        tablet(browser, live_server, evening) as (here, _whole),
    ):
        wire.cut()
        taps(away).first.click()  # there
        expect(away.page.locator("[data-net]")).to_have_text(AWAY)
        taps(here).first.click()  # there
        taps(here).first.click()  # not there after all: made last
        expect(here.page.locator("[data-net]")).to_have_text("Bewaard.")
        wire.mend()
        for holder in (away, here):
            expect(taps(holder).first).to_have_attribute("aria-pressed", "false", timeout=40_000)
            expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.", timeout=30_000)
        assert AttendanceMark.objects.count() == 3
        assert Attendance.objects.get().status == "absent"


LONG_LINK = f"https://meeting.example/l/meetup-join/19%3ameeting_{'ODc1NzQ2ZjAtNmE2Yi' * 6}/0"


def test_a_long_link_of_an_online_evening_makes_the_room_no_wider_than_a_telephone(
    browser, live_server, evening
):
    type(evening).objects.filter(pk=evening.pk).update(is_online=True, online_url=LONG_LINK)
    with tablet(browser, live_server, evening) as (holder, _wire):
        holder.page.set_viewport_size({"width": 360, "height": 740})
        expect(holder.page.locator(f"a[href='{LONG_LINK}']")).to_be_visible()
        assert holder.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_long_link_makes_what_changes_no_wider_than_a_telephone(browser, live_server, evening):
    coordinator = UserFactory()
    grant_role(user=coordinator, role=Role.COORDINATOR)
    TOTP.activate(coordinator, generate_totp_secret())
    publish(evening.edition)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
    with visitor(browser, live_server.url, width=360, height=740) as phone:
        key = signed_in(coordinator).session.session_key
        phone.context.add_cookies([cookie | {"value": key}])
        phone.open(reverse("delivery:edition_change", args=[evening.edition.public_id]))
        phone.page.check("[name=avond-3A-is_online]")
        phone.page.fill("[name=avond-3A-online_url]", LONG_LINK)
        phone.page.locator("form .button--primary").click()
        expect(phone.page.locator("td", has_text=LONG_LINK)).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_block_that_is_begun_without_a_network_moves_the_evening_on_both_tablets(
    browser, live_server, evening
):
    with (
        tablet(browser, live_server, evening) as (away, wire),
        tablet(browser, live_server, evening) as (here, _whole),
    ):
        address = away.page.url
        wire.cut()
        block(away, 2).get_by_role("button", name="Begin dit blok nu").click()
        expect(on(away)).to_have_text("Deel 2")
        away.page.locator("[data-longer] button").click()
        expect(away.page.locator("[data-now-left]")).to_have_text("nog 85 min")
        expect(away.page.locator("[data-run-end]")).to_contain_text("eerder dan gepland")
        name = away.page.locator("select option").nth(1).text_content()
        block(away, 3).locator("select").select_option(label=name)
        away.page.close()
        away.new_page()
        away.page.goto(address)
        expect(on(away)).to_have_text("Deel 2")
        expect(away.page.locator("[data-net]")).to_contain_text("3 wijzigingen")
        expect(on(here)).to_have_text("Deel 1")
        wire.mend()
        expect(away.page.locator("[data-net]")).to_have_text("Bewaard.", timeout=30_000)
        expect(on(here)).to_have_text("Deel 2", timeout=40_000)
        expect(here.page.locator("[data-block]").nth(2).locator("[data-leader]")).to_have_text(name)
        expect(here.page.locator("[data-now-left]")).to_have_text("nog 85 min")
        here.look_around("the room while a block is on")
        away.forgive("net::ERR_")
        assert (here.faults, away.faults) == ([], [])


NEEDS_NETWORK = re.compile("Hiervoor is verbinding nodig")


def test_groups_are_read_without_a_network_and_what_needs_one_leaves_you_where_you_are(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        for button in taps(holder).all():
            button.click()
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        room = holder.page.url
        holder.page.get_by_role("link", name="Groepen").click()
        number = holder.page.get_by_label("Hoeveel")
        number.fill("1")
        holder.page.get_by_role("button", name="Maak groepen").click()
        expect(holder.page.locator(".work-groups")).to_be_visible()
        wire.cut()
        holder.page.reload()
        expect(holder.page.locator(".work-groups")).to_be_visible()
        number.fill("2")
        holder.page.get_by_role("button", name="Maak groepen").click()
        away = holder.page.locator("[data-away]")
        expect(away).to_have_text(NEEDS_NETWORK)
        expect(number).to_have_value("2")
        holder.page.goto(room)
        expect(away).to_be_hidden()
        holder.page.get_by_role("link", name="Toon de code bij de deur").click()
        expect(away).to_have_text(NEEDS_NETWORK)
        assert holder.page.url == room
        wire.mend()
        holder.page.get_by_role("link", name="Toon de code bij de deur").click()
        holder.page.wait_for_url("**/code/")
        holder.forgive("net::ERR_")
        assert holder.faults == []


def test_names_go_from_a_page_of_groups_that_stays_open(browser, live_server, evening):
    with tablet(browser, live_server, evening) as (holder, _wire):
        for button in taps(holder).all():
            button.click()
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        holder.page.clock.install()
        holder.page.get_by_role("link", name="Groepen").click()
        holder.page.get_by_label("Hoeveel").fill("1")
        holder.page.get_by_role("button", name="Maak groepen").click()
        names = holder.page.locator("[data-names-until]")
        expect(names.locator(".work-groups")).to_be_visible()
        holder.page.clock.fast_forward(20 * HOUR_MS)
        expect(names.locator(".work-groups")).to_be_visible()
        holder.page.clock.fast_forward(15 * 24 * HOUR_MS)
        expect(names).to_be_empty()


LATER = "const real = Date.now; Date.now = () => real() + 15 * 24 * 3600 * 1000;"
KEPT_PAGES = """async () => (await (await caches.open("room")).keys())
    .filter((one) => one.url.includes("/avond/")).length"""
STORED = "() => Object.keys(localStorage).filter((key) => key.startsWith('room:'))"
UNSENT = """() => Object.entries(localStorage).filter(([key]) => key.startsWith("room:"))
    .flatMap(([_key, kept]) => JSON.parse(kept).unsent).length"""
NOTHING_STORED = f"() => !({STORED})().length"
TAP_ELSEWHERE = """() => {
    const [key] = Object.keys(localStorage).filter((key) => key.startsWith("room:"));
    const kept = JSON.parse(localStorage.getItem(key));
    kept.unsent.push({ ...kept.unsent[0], key: crypto.randomUUID() });
    localStorage.setItem(key, JSON.stringify(kept));
}"""

IS_OVER = """async (address) => {
    const cache = await caches.open("room");
    const page = await cache.match(address);
    const headers = new Headers(page.headers);
    headers.set("Kept-Until", "2020-01-01T00:00:00Z");
    await cache.put(address, new Response(await page.text(), { headers }));
}"""


def left(holder):
    """Pages on the tablet, and evenings of which something is stored."""
    return holder.page.evaluate(KEPT_PAGES), len(holder.page.evaluate(STORED))


def tap_away(holder, wire):
    """Without a network; it is back when the page has been closed."""
    wire.cut()
    taps(holder).first.click()
    expect(holder.page.locator("[data-net]")).to_have_text(AWAY)
    assert left(holder) == (1, 1)
    holder.page.close()
    wire.mend()
    holder.new_page()


def test_a_day_after_the_evening_any_page_sends_what_waits_and_clears_the_tablet(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.open(reverse("accounts:profile"))
        holder.page.wait_for_load_state("networkidle")
        assert left(holder) == (1, 1)  # the day has not passed
        holder.page.add_init_script(LATER)
        holder.page.reload()
        holder.page.wait_for_function(NOTHING_STORED)
        assert left(holder) == (0, 0)
        assert AttendanceMark.objects.count() == 1
        holder.forgive("net::ERR_")
        assert holder.faults == []


def test_a_day_after_the_evening_what_cannot_be_sent_waits_while_the_page_with_names_goes(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.context.clear_cookies()
        holder.page.add_init_script(LATER)
        with holder.page.expect_response("**/stand/"):
            holder.open(reverse("account_login"))
        holder.page.wait_for_load_state("networkidle")
        assert left(holder) == (0, 1)
        assert holder.page.evaluate(UNSENT) == 1


def test_once_somebody_else_is_signed_in_the_page_with_names_goes_and_what_was_tapped_waits(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.open(reverse("accounts:profile"))
        holder.page.wait_for_load_state("networkidle")
        assert left(holder) == (1, 1)  # still the same trainer
        other = Client()
        other.force_login(UserFactory())
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": other.session.session_key}
        holder.context.add_cookies([cookie | {"url": wire.address}])
        holder.page.reload()
        holder.page.wait_for_load_state("networkidle")
        assert left(holder) == (0, 1)
        assert holder.page.evaluate(UNSENT) == 1


def test_without_a_network_the_page_of_an_evening_of_days_ago_does_not_open(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        wire.cut()
        holder.page.evaluate(IS_OVER, holder.page.url)
        with pytest.raises(Error, match="ERR_FAILED"):
            holder.page.reload()


def test_an_evening_of_days_ago_is_not_kept_again(browser, live_server, evening):
    before = evening.edition.evenings.get(code="1")
    with tablet(browser, live_server, before, keeps=False) as (holder, _wire):
        holder.page.evaluate("async () => { await navigator.serviceWorker.ready }")
        holder.page.reload()
        holder.page.wait_for_load_state("networkidle")
        assert left(holder) == (0, 0)


def test_what_is_tapped_while_the_rest_is_sent_waits_for_the_next_time(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.page.add_init_script(LATER)

        def answer_slowly(route):
            answer = route.fetch()
            holder.page.evaluate(TAP_ELSEWHERE)
            route.fulfill(response=answer)

        holder.page.route("**/stand/", answer_slowly, times=1)
        with holder.page.expect_response("**/stand/"):
            holder.open(reverse("accounts:profile"))
        holder.page.wait_for_function(f"() => ({UNSENT})() === 1")
        assert AttendanceMark.objects.count() == 1
        holder.page.reload()
        holder.page.wait_for_function(NOTHING_STORED)
        assert AttendanceMark.objects.count() == 2


def test_two_tabs_of_one_evening_lose_nothing_of_each_other(browser, live_server, evening):
    with tablet(browser, live_server, evening) as (holder, wire):
        first, address = holder.page, holder.page.url
        holder.new_page()
        holder.page.goto(address)
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        wire.cut()
        first.locator("[data-mark] button").nth(0).click()
        taps(holder).nth(1).click()
        assert holder.page.evaluate(UNSENT) == 2
        first.close()
        wire.mend()
        holder.page.reload()
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        holder.page.wait_for_function(f"() => ({UNSENT})() === 0")
        assert AttendanceMark.objects.count() == 2


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("accounts:profile", "account_logout"),
        ("account_logout", "account_logout"),
        ("accounts:profile", "accounts:end_all_sessions"),
    ],
)
def test_signing_out_sends_what_waits_and_leaves_nothing_whatever_the_browser_makes_of_our_answer(
    browser, live_server, evening, page, action
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.open(reverse(page))
        signs_out = f"**{reverse(action)}"
        holder.page.route(signs_out, lambda route: route.abort("aborted"))
        with holder.page.expect_request(signs_out):
            form = holder.page.locator(f"form[action='{reverse(action)}']").last
            form.evaluate("form => form.requestSubmit()")
        assert AttendanceMark.objects.count() == 1
        assert left(holder) == (0, 0)


def test_without_a_network_signing_out_asks_first(browser, live_server, evening):
    with tablet(browser, live_server, evening) as (holder, wire):
        wire.cut()
        taps(holder).first.click()
        expect(holder.page.locator("[data-net]")).to_have_text(AWAY)
        with holder.page.expect_event("dialog") as asked:
            holder.page.once("dialog", lambda box: box.dismiss())
            holder.page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
        assert "1 wijziging" in asked.value.message
        assert left(holder) == (1, 1)
        assert "/avond/" in holder.page.url


REFUSES = {
    "to store": """Object.defineProperty(window, "localStorage", {
        get() { throw new DOMException("Refused.", "SecurityError"); },
    });""",
    "to keep pages": """CacheStorage.prototype.has = () =>
        Promise.reject(new DOMException("Refused.", "SecurityError"));""",
}
SIGN_OUT = "document.querySelector('[data-sign-out]').requestSubmit()"


def sign_out(holder):
    with holder.page.expect_response(f"**{reverse('account_logout')}"):
        holder.page.evaluate(SIGN_OUT)
    holder.page.wait_for_load_state("networkidle")


def is_out_without_a_trace(holder):
    """As a page finds it for which the browser allows everything."""
    holder.page.close()
    holder.new_page()
    holder.open(reverse("accounts:profile"))
    return (reverse("account_login") in holder.page.url, *left(holder)) == (True, 0, 0)


@pytest.mark.parametrize("refused", REFUSES)
def test_signing_out_works_and_leaves_nothing_whatever_the_browser_refuses(
    browser, live_server, evening, refused
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.page.add_init_script(REFUSES[refused])
        holder.open(reverse("accounts:profile"))
        sign_out(holder)
        assert is_out_without_a_trace(holder)


def test_where_nothing_may_be_stored_the_page_with_names_goes_before_the_site_answers(
    browser, live_server, evening
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.page.add_init_script(REFUSES["to store"])
        holder.open(reverse("accounts:profile"))
        holder.page.route(f"**{reverse('account_logout')}", lambda route: route.abort("aborted"))
        with holder.page.expect_request(f"**{reverse('account_logout')}"):
            holder.page.evaluate(SIGN_OUT)
        assert holder.page.evaluate(KEPT_PAGES) == 0


@pytest.mark.parametrize(
    "fail",
    [lambda route: route.abort("failed"), lambda route: route.fulfill(status=500)],
    ids=["no answer", "a fault"],
)
def test_what_cannot_be_sent_is_asked_about_and_then_signing_out_works(
    browser, live_server, evening, fail
):
    with tablet(browser, live_server, evening) as (holder, wire):
        tap_away(holder, wire)
        holder.page.route("**/stand/", fail)
        holder.open(reverse("accounts:profile"))
        asked = []

        def accept(box):
            asked.append(box.message)
            box.accept()

        holder.page.once("dialog", accept)
        sign_out(holder)
        assert ["1 wijziging" in words for words in asked] == [True]
        assert is_out_without_a_trace(holder)
        assert AttendanceMark.objects.count() == 0
