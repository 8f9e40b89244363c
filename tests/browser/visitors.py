"""Somebody with a browser, of whom is noticed whatever goes wrong on the pages they see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

PATIENCE_MS = 60_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """One person, one browser; ``faults`` are errors of the console and findings of axe."""

    context: BrowserContext
    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def new_page(self) -> None:
        self.page = self.context.new_page()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("response", self.notice_failures)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console of {self.page.url}: {message.text}")

    def notice_failures(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def forgive(self, words: str) -> None:
        """What is said about a fault that the test itself made."""
        self.faults = [fault for fault in self.faults if words not in fault]

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look_around(self, name: str) -> None:
        """Have axe look at the page as it is now."""
        self.page.wait_for_load_state("load")
        self.seen.append(name)
        found = Axe().run(
            self.page,
            options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}},
        )
        for violation in found.response["violations"]:
            places = " | ".join(node["target"][0] for node in violation["nodes"][:4])
            width = self.page.viewport_size["width"] if self.page.viewport_size else 0
            self.faults.append(f"axe, {name} at {width}: {violation['id']}: {places}")

    def status_of(self, address: str) -> int:
        return self.context.request.get(address, max_redirects=0).status


@contextmanager
def visitor(browser: Browser, address: str, *, width: int, height: int) -> Iterator[Visitor]:
    context = browser.new_context(
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(context, context.new_page(), address)
    visitor.page.close()
    visitor.new_page()
    try:
        yield visitor
    finally:
        context.close()
