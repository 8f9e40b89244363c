"""A form that somebody taps twice."""

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.browser.visitors import visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]
TWICE_AND_ONCE_MORE = """(button) => {
    button.click();
    setTimeout(() => button.click(), 400);
    setTimeout(() => {
        dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        button.click();
    }, 800);
}"""


def test_a_form_that_is_tapped_twice_is_sent_once_and_again_by_who_comes_back_to_it(live_server):
    sent = []

    def hold(route):
        """The site takes its time to answer what is sent."""
        if route.request.method == "POST":
            sent.append(route)
        else:
            route.continue_()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        with visitor(browser, live_server.url, width=360, height=740) as guest:
            guest.open(reverse("account_login"))
            guest.page.route("**/login/", hold)
            guest.page.locator("#id_login").fill("iemand@example.org")
            guest.page.locator("#id_password").fill("dit klopt niet")
            guest.page.locator("main form button.button--primary").evaluate(TWICE_AND_ONCE_MORE)
            guest.page.wait_for_timeout(2_000)
            assert len(sent) == 2
            sent[-1].continue_()
        browser.close()
