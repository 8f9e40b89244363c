"""The leaflet as Chromium prints it: the shipped texts, front and back, and nothing cut off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.utils import timezone
from playwright.sync_api import Page, Route, sync_playwright

from courses.curriculum.loading import rich, stream
from courses.curriculum.models import CoursePage, EveningPage, TrackPage
from courses.curriculum.services import publish_version
from courses.delivery.services import make_edition
from lms.accounts.models import CareGroup
from tests.curriculum.test_content_files import COURSE, CURRICULUM, EVENINGS, load
from tests.factories.delivery import DAYS, publish
from tests.factories.public_pages import make_home, make_public_course, make_workshop

pytestmark = pytest.mark.django_db

PAGE = "http://testserver/afdruk/"
SHEET = {"width": 794 - 2 * 57, "height": 1123 - 2 * 49}  # A4 without its margins, in CSS pixels
LONGEST_PLACE = "Gezondheidscentrum De Lange Naam, Middelburg"


@pytest.fixture
def leaflet():
    course = make_public_course(make_home())
    write_shipped_texts(course)
    plan_four_editions(course, CareGroup.objects.create(name="Zorggroep Twente"))


def write_shipped_texts(course: CoursePage) -> None:
    course.title, course.subtitle, course.lead = (
        COURSE[name] for name in ("title", "subtitle", "lead")
    )
    course.outcomes = stream(*(("outcome", text) for text in COURSE["outcomes"]))
    course.audience = rich("\n\n".join(COURSE["audience"]))
    course.practical = "".join(
        f"<h3>{part['title']}</h3>{rich(part['text'])}" for part in COURSE["practical"]
    )
    course.save()
    for code, evening in EVENINGS.items():
        EveningPage.objects.filter(code=code).update(
            title=evening["title"], subtitle=evening["subtitle"]
        )
    for track in load(CURRICULUM / "tracks.yaml")["tracks"]:
        TrackPage.objects.filter(code=track["code"]).update(title=track["title"])


def plan_four_editions(course: CoursePage, care_group: CareGroup) -> None:
    version = publish_version(course)
    for number in range(4):
        begin = timezone.now() + timedelta(days=30 + number)
        starts = {code: begin + timedelta(days=after + 14) for code, after in DAYS.items()}
        edition = make_edition(
            title=f"Leergang {number}",
            content=version,
            region=f"Noord-Holland Noord {number}",
            starts=starts,
            place=LONGEST_PLACE,
            care_group=care_group,
        )
        publish(edition)


@contextmanager
def shown(response: HttpResponse) -> Iterator[Page]:
    """An answer of ours in a browser, as it will be printed, without a server. It has to be there
    already: once Playwright runs, the transaction of the test is out of reach."""
    assert response.status_code == 200
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SHEET)
        page.emulate_media(media="print")
        page.route("**/*", give_static_file)
        page.route(PAGE, lambda route: route.fulfill(body=response.content))
        page.goto(PAGE)
        yield page
        browser.close()


def give_static_file(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(settings.STATIC_URL):
        route.fulfill(path=finders.find(path.removeprefix(settings.STATIC_URL)))
    else:
        route.fulfill(status=404)


def number_of_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.requirement("INT-02")
@pytest.mark.parametrize("variant", ["", "?zorggroep=zorggroep-twente"])
def test_it_prints_on_two_pages_of_a4_and_nothing_runs_off(leaflet, client, variant):
    with shown(client.get(f"/leergang/folder/{variant}")) as page:
        sheets = page.locator(".sheet").evaluate_all(
            "all => all.map(one => [one.scrollWidth, one.scrollHeight])"
        )
        pages = number_of_pages(page.pdf(prefer_css_page_size=True))
    too_large = [size for size in sheets if size[0] > SHEET["width"] or size[1] > SHEET["height"]]
    assert (len(sheets), too_large, pages) == (2, [], 2)


def test_the_sheet_for_the_door_is_one_page(client):
    workshop = make_workshop(make_home())
    with shown(client.get("/workshop/qr/")) as page:
        said = page.locator(".sheet h2").inner_text()
        pages = number_of_pages(page.pdf(prefer_css_page_size=True))
    assert (said, pages) == (workshop.title, 1)
