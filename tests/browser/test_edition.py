"""An edition from its first plan to its last evening, by everybody who has a part in it."""

import re
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from courses.delivery.loading import load_professions
from courses.delivery.models import Attendance, Edition, PracticeCouple
from lms.accounts.models import Profession, Role, User
from lms.accounts.services import grant_role, sign_confidentiality
from lms.mail.models import OutgoingMail
from tests.browser.visitors import PATIENCE_MS, visitor
from tests.browser.wire import wire_to
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_version
from tests.permissions.world import signed_in
from trainers.models import Trainer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.embedded,
    pytest.mark.timeout(900),
]

DAYS = {
    "1": "2027-03-02",
    "2": "2027-03-23",
    "3A": "2027-05-11",
    "3B": "2027-05-12",
    "4A": "2027-06-08",
    "4B": "2027-06-09",
}
MOVED_TO = "2027-05-18"
AWAY = re.compile("Werkt zonder verbinding")


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def course(clock):
    clock.now = datetime(2027, 1, 11, 12, tzinfo=UTC)
    load_professions()
    return make_version()


class Cast:
    """Everybody has a browser of their own, which is looked after for faults."""

    def __init__(self, browser, address, clock, stack):
        self.browser, self.address, self.clock, self.stack = browser, address, clock, stack
        self.everybody = []

    def visitor(self, *, width=360, height=740, address=""):
        one = self.stack.enter_context(
            visitor(self.browser, address or self.address, width=width, height=height)
        )
        self.everybody.append(one)
        return one

    def sign_in(self, who, email):
        """A session lasts hours, an edition months: once more at every visit."""
        user = User.objects.get(email=email)
        if not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, generate_totp_secret())
            sign_confidentiality(user)
        key = signed_in(user).session.session_key
        who.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": who.address}]
        )
        return who

    def person(self, email, **size):
        return self.sign_in(self.visitor(**size), email)

    def faults(self):
        return [fault for one in self.everybody for fault in one.faults]


@pytest.fixture
def cast(browser, live_server, clock):
    with ExitStack() as stack:
        yield Cast(browser, live_server.url.replace("127.0.0.1", "localhost"), clock, stack)


@pytest.fixture
def staff(course):
    coordinator = UserFactory(email="coordinator@example.org", last_name="Essenburg")
    grant_role(user=coordinator, role=Role.COORDINATOR)
    for profession in ("huisarts", "poh"):
        Trainer.objects.create(
            user=UserFactory(email=f"trainer-{profession}@example.org"),
            background=Profession.objects.get(code=profession),
            status=Trainer.Status.QUALIFIED,
            is_supervisor=profession == "huisarts",
        )
    return coordinator


def plan(coordinator):
    """The form, the trainers, and out into the open."""
    coordinator.open("/planning/nieuw/")
    page = coordinator.page
    page.fill("[name=region]", "Twente")
    page.fill("[name=capacity]", "4")
    for code, day in DAYS.items():
        page.fill(f"[name=avond-{code}-date]", day)
    page.fill("[name=avond-1-place]", "Gezondheidscentrum De Esch")
    page.fill("[name=avond-1-address]", "Marktplein 3, Borne")
    for code in list(DAYS)[1:]:
        page.check(f"[name=avond-{code}-same_place]")
    coordinator.look_around("the form of an edition")
    page.get_by_role("button", name="Bewaar als concept").click()
    edition = Edition.objects.get()
    expect(page).to_have_url(re.compile(f"/planning/{edition.public_id}/$"))
    coordinator.look_around("a draft")

    coordinator.open(reverse("trainers:edition", args=[edition.public_id]))
    page.select_option("[name=first-all]", index=1)
    page.select_option("[name=second-all]", index=2)
    page.locator("button[name=actie][value=alle]").click()
    coordinator.look_around("trainers")
    page.get_by_role("button", name="Bewaar deze trainers").click()
    coordinator.open(reverse("delivery:publish", args=[edition.public_id]))
    page.locator("main form button").click()
    edition.refresh_from_db()
    assert edition.published_at is not None
    return edition


def link_to(email):
    mail = OutgoingMail.objects.filter(recipient__email=email).latest("pk")
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def apply(cast, edition, number):
    """A GP fills it in on a phone and confirms it; the colleague says yes by another mail."""
    gp, colleague = f"huisarts-{number}@example.org", f"poh-{number}@example.org"
    phone = cast.visitor()
    phone.open(reverse("delivery:apply", args=[edition.public_id]))
    page = phone.page
    for name, said in {
        "first_name": "Wilg",
        "last_name": f"Zonneveld {number}",
        "email": gp,
        "practice_name": ("De Eik", "Het Baken", "Waterlelie")[number - 1],
        "practice_place": "Borne",
        "partner_first_name": "Vlinder",
        "partner_last_name": f"Hazelaar {number}",
        "partner_email": colleague,
    }.items():
        page.fill(f"[name={name}]", said)
    page.select_option("[name=profession]", label="Huisarts")
    page.check("[name=terms]")
    page.check("[name=secrecy]")
    phone.look_around("applying")
    page.get_by_role("button", name="Meld ons samen aan").click()
    expect(page).to_have_url(re.compile("/gevraagd/$"))
    phone.open(link_to(gp))
    page.get_by_role("button", name="Ja, we melden ons aan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je hebt je aangemeld")
    phone.look_around("where they stand")
    standing = page.locator("main").inner_text()

    other = cast.visitor()
    other.open(link_to(colleague))
    other.look_around("the partner's answer")
    other.page.locator("[name=profession]").select_option(index=2)
    other.page.check("[name=terms]")
    other.page.check("[name=secrecy]")
    other.page.get_by_role("button", name="Ja, ik doe mee").click()
    expect(other.page).to_have_url(re.compile("/password/"))
    return standing


def stop(cast, email):
    phone = cast.person(email)
    phone.open(reverse("delivery:stop"))
    phone.look_around("stopping")
    phone.page.locator("main form .button--danger").click()
    expect(phone.page).to_have_url(re.compile("/gestopt/"))


@contextmanager
def tablet(cast, live_server, evening):
    """Of the trainer, on the evening itself, through a wire that can be cut."""
    cast.clock.now = evening.starts_at + timedelta(minutes=1)
    with wire_to(live_server.thread.port) as wire:
        holder = cast.visitor(width=1180, height=820, address=wire.address)
        cast.sign_in(holder, "trainer-huisarts@example.org")
        holder.open(reverse("delivery:room", args=[evening.public_id]))
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        yield holder, wire
        holder.context.close()


def run(cast, live_server, edition, code, *, people, without_network=False):
    """Everybody who comes is tapped, in every part of the evening."""
    evening = edition.evenings.get(code=code)
    with tablet(cast, live_server, evening) as (holder, wire):
        page = holder.page
        expect(page.locator(".attendance__person")).to_have_count(people)
        holder.look_around(f"the room of evening {code}")
        if without_network:
            expect(page.locator("[data-kept]")).to_be_visible()
            wire.cut()
        taps = page.locator("[data-mark] button")
        for number in range(taps.count()):
            taps.nth(number).click()
        if without_network:
            expect(page.locator("[data-net]")).to_have_text(AWAY)
            assert not evening.attendances.exists()
            address = page.url
            page.close()
            holder.new_page()
            holder.page.goto(address)
            expect(holder.page.locator("[data-net]")).to_contain_text("wijzigingen")
            wire.mend()
        expect(holder.page.locator("[data-net]")).to_have_text("Bewaard.")
        holder.forgive("net::ERR_")
    statuses = evening.attendances.values_list("status", flat=True)
    assert list(statuses) == [Attendance.Status.PRESENT] * people


def choose(cast, email, code):
    phone = cast.person(email)
    phone.open(reverse("learning:track"))
    phone.look_around("choosing a track")
    phone.page.locator(f"section[aria-labelledby=richting-{code}] form button").click()
    expect(
        phone.page.locator("[aria-labelledby=richting-" + code + "] .chip--done")
    ).to_be_visible()


def feed_of(cast, email):
    """The address that somebody gets on the page, for a calendar of their own."""
    phone = cast.person(email)
    phone.open(reverse("delivery:calendar"))
    phone.page.locator("main form button").first.click()
    address = phone.page.locator("#feed-address").input_value()
    return re.sub(r"^https?://[^/]+", "", address)


def days_in(client, feed):
    """Read by a program that is not ours: the day of every evening."""
    calendar = vobject.readOne(client.get(feed).content.decode())
    return {
        event.summary.value.rsplit(" ", 1)[1]: event.dtstart.value.date().isoformat()
        for event in calendar.vevent_list
    }


def move(coordinator, edition, code, day):
    coordinator.open(reverse("delivery:edition_change", args=[edition.public_id]))
    coordinator.page.fill(f"[name=avond-{code}-date]", day)
    coordinator.page.locator("form .button--primary").click()
    coordinator.look_around("what changes")
    told = OutgoingMail.objects.count()
    coordinator.page.locator("button[name=actie][value=bevestig]").click()
    expect(coordinator.page).to_have_url(re.compile(f"/planning/{edition.public_id}/$"))
    return OutgoingMail.objects.count() - told


def test_an_edition_goes_from_plan_to_last_evening(cast, live_server, client, staff):
    coordinator = cast.person(staff.email, width=1280, height=900)
    edition = plan(coordinator)

    assert "plek voor jullie vastgehouden" in apply(cast, edition, 1)
    assert "plek voor jullie vastgehouden" in apply(cast, edition, 2)
    assert "Wachtlijst, nummer 1" in apply(cast, edition, 3)
    for email in ("huisarts-1@example.org", "poh-1@example.org"):
        stop(cast, email)
    third = PracticeCouple.objects.get(practice__name="Waterlelie")
    assert third.confirmed_at is not None
    assert edition.enrolments.active().count() == 4

    run(cast, live_server, edition, "1", people=4)
    run(cast, live_server, edition, "2", people=4, without_network=True)
    for number in (2, 3):  # partners need not go the same way
        choose(cast, f"huisarts-{number}@example.org", "A")
        choose(cast, f"poh-{number}@example.org", "B")

    feed = feed_of(cast, "huisarts-2@example.org")
    assert days_in(client, feed) == {code: DAYS[code] for code in ("1", "2", "3A", "4A")}
    cast.sign_in(coordinator, staff.email)
    told = move(coordinator, edition, "3A", MOVED_TO)
    assert told == 4  # two who chose A, and two trainers
    assert days_in(client, feed)["3A"] == MOVED_TO

    for code in ("3B", "3A", "4A", "4B"):
        run(cast, live_server, edition, code, people=2)
    assert Attendance.objects.filter(status=Attendance.Status.PRESENT).count() == 16
    assert cast.faults() == []
