"""The list of an evening on two tablets, one of which loses the network."""

import re
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from courses.delivery.models import Attendance, AttendanceMark
from courses.delivery.services import put_before_evening
from tests.browser.visitors import visitor
from tests.browser.wire import wire_to
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]
AWAY = re.compile("Werkt zonder verbinding")


@pytest.fixture
def evening():
    edition = make_running_edition(days=-10)
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
def tablet(browser, live_server, evening):
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
        expect(holder.page.locator("[data-kept]")).to_be_visible()
        yield holder, wire


def taps(holder):
    return holder.page.locator("[data-mark] button")


def pressed(holder):
    return [button.get_attribute("aria-pressed") for button in taps(holder).all()]


def test_a_tap_counts_at_once_and_is_taken_back_by_the_next(browser, live_server, evening):
    with tablet(browser, live_server, evening) as (holder, _wire):
        taps(holder).first.click()
        expect(taps(holder).first).to_have_attribute("aria-pressed", "true")
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        assert Attendance.objects.get().status == "present"
        taps(holder).first.click()
        expect(taps(holder).first).to_have_attribute("aria-pressed", "false")
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        assert Attendance.objects.get().status == "absent"
        holder.look_around("the room")
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
        expect(holder.page.locator("[data-net]")).to_contain_text("2 wijzigingen")
        assert pressed(holder) == ["true", "true"]
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
