"""The main job from beginning to end, in the real demo: web, workers, ffmpeg and player."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.browser.demo import manage, running_demo
from tests.browser.visitors import PATIENCE_MS, Visitor, visitor

pytestmark = [pytest.mark.embedded, pytest.mark.ffmpeg, pytest.mark.timeout(1200)]

CODE = "246810"
CHUNK = 5 * 1024**2
USUAL_MS = 5_000  # what Playwright waits when nobody says anything
WORK_MS = 480_000
TITLE = "Gesprek over medicijnen"
QUESTION = "Hoe maak ik de agenda samen?"
NOTE = "Ik vroeg wat ze zelf wilde bespreken."
REMARK = "Je wachtte op haar antwoord."
POINT = "Ik laat een stilte vallen na mijn vraag."
FIRST_STEP = "Maandag, in mijn eerste diabetesgesprek."
OF_THE_FILM = re.compile(r"/kijken/.*(film\.m3u8|sleutel|\d+\.ts)$")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Twelve seconds as a phone makes them, restless enough to be sent in several pieces."""
    path = tmp_path_factory.mktemp("film") / "IMG_0042.mp4"
    make_film(path)
    return path


@pytest.fixture
def people(demo):
    """The nurse with her phone, the trainer at a desk."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        with (
            visitor(browser, demo.address, width=360, height=740) as nurse,
            visitor(browser, demo.address, width=1280, height=800) as trainer,
        ):
            yield nurse, trainer
        browser.close()
    expect.set_options(timeout=USUAL_MS)


def make_film(path: Path) -> None:
    picture = "testsrc2=size=640x360:rate=25:duration=12"
    noisy = ["-vf", "noise=alls=80:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "9M"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=330:duration=12"]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", picture, *sound, *noisy]
    subprocess.run(
        [*command, "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)], check=True, timeout=120
    )


def test_one_consultation_goes_from_consent_to_destruction(people, film):
    nurse, trainer = people
    assert film.stat().st_size > 2 * CHUNK
    she_signs_in_and_sees_one_next_step(nurse)
    she_asks_for_consent_before_and_after(nurse)
    she_sends_the_film_until_the_connection_breaks(nurse, film)
    she_sends_the_rest_after_choosing_the_same_film(nurse, film)
    addresses = she_watches_it_once_the_worker_is_done(nurse)
    she_observes_herself_by_keyboard_and_loses_nothing(nurse)
    she_shares_it_with_her_group(nurse)
    he_signs_in_with_a_second_factor(trainer)
    he_places_a_moment_and_sends_his_view(trainer)
    she_compares_and_chooses_a_development_point(nurse)
    she_destroys_it(nurse)
    nobody_gets_anything_of_it_any_more([nurse, trainer], addresses)
    assert nurse.faults + trainer.faults == []


def she_signs_in_and_sees_one_next_step(nurse: Visitor) -> None:
    nurse.open("/demo/")
    nurse.look_around("start of the demo")
    sign_in_as(nurse.page, "verpleegkundige")
    expect(nurse.page).to_have_url(re.compile("/mijn/$"))
    expect(nurse.page.locator(".next-step")).to_have_count(1)
    expect(nurse.page.locator(".button--next")).to_have_count(1)
    nurse.look_around("my course")


def sign_in_as(page: Page, who: str) -> None:
    page.locator(f"form[action='/demo/inloggen/{who}/'] button").click()


def she_asks_for_consent_before_and_after(nurse: Visitor) -> None:
    page = nurse.page
    page.get_by_role("link", name="Opnames", exact=True).click()
    wait_for_own_recordings(page)
    nurse.look_around("recordings")
    page.get_by_role("link", name="Nog een gesprek opnemen").click()
    nurse.look_around("consent before")
    page.locator("input[name=scope][value=S3]").check()
    page.get_by_role("button", name="Maak het briefje met de code").click()
    expect(page.locator("#withdrawal-code")).to_be_visible()
    nurse.look_around("slip for the patient")
    page.get_by_role("link", name="Na het gesprek: bevestig").click()
    nurse.look_around("consent after")
    page.locator("input[name=still_agrees][value=yes]").check()
    page.locator("input[name=declaration]").check()
    page.get_by_role("button", name="Bewaar en ga verder").click()
    expect(page.locator("#film")).to_be_visible()
    nurse.look_around("sending")


def wait_for_own_recordings(page: Page) -> None:
    """The staged ones are sent in as soon as the demo is ready."""
    page.wait_for_function(
        """() => {
            const list = new XMLHttpRequest();
            list.open("GET", "/opnames/", false);
            list.send();
            return list.responseText.includes("/opnames/toestemming/");
        }""",
        polling=1_000,
        timeout=WORK_MS,
    )
    page.reload()


def she_sends_the_film_until_the_connection_breaks(nurse: Visitor, film: Path) -> None:
    def let_one_piece_through(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            route.abort()
        else:
            route.continue_()

    page, address = nurse.page, nurse.page.url
    nurse.context.route("**/films/*", let_one_piece_through)  # until the page has closed
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=learning_question]").fill(QUESTION)
    page.locator("#film").set_input_files(film)
    page.get_by_role("button", name="Stuur de film in").click()
    broken = page.locator("[data-sending-label]", has_text="De verbinding viel weg")
    expect(broken).to_be_visible()
    nurse.look_around("sending, broken off")
    nurse.forgive("net::ERR_FAILED")
    page.close()
    nurse.context.unroute("**/films/*")
    nurse.new_page()
    nurse.page.goto(address)


def she_sends_the_rest_after_choosing_the_same_film(nurse: Visitor, film: Path) -> None:
    page, offsets = nurse.page, []
    page.on(
        "request",
        lambda request: (
            request.method == "PATCH" and offsets.append(int(request.headers["upload-offset"]))
        ),
    )
    expect(page.locator("[data-open-upload]")).to_contain_text("is binnen")
    nurse.look_around("sending, to be continued")
    page.locator("[data-resume-file]").set_input_files(film)
    expect(page.get_by_text("Ontvangen. Je kunt dit scherm sluiten.")).to_be_visible()
    assert sorted(set(offsets)) == list(range(CHUNK, film.stat().st_size, CHUNK))
    nurse.look_around("received")
    page.locator("[data-received-link]").click()


def she_watches_it_once_the_worker_is_done(nurse: Visitor) -> list[str]:
    """Answers with the addresses of what the player asked for."""
    page, asked = nurse.page, []
    page.on(
        "request", lambda request: OF_THE_FILM.search(request.url) and asked.append(request.url)
    )
    nurse.look_around("recording, being made ready")
    play = page.locator(".player__button--play")
    expect(play).to_be_visible(timeout=WORK_MS)
    nurse.look_around("recording")
    play.click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 1")
    kinds = {address.rpartition("/")[2] for address in asked}
    assert {"film.m3u8", "sleutel", "0.ts"} <= kinds
    playlist = next(one for one in asked if one.endswith("film.m3u8") and "kijken/film" not in one)
    assert "#EXT-X-KEY:METHOD=AES-128" in page.context.request.get(playlist).text()
    return sorted(set(asked))


def she_observes_herself_by_keyboard_and_loses_nothing(nurse: Visitor) -> None:
    page = nurse.page
    page.get_by_role("link", name="Bekijk jezelf met de Kijkwijzer").click()
    nurse.look_around("observing herself")
    score_by_keyboard(page, "V1", 2)
    score_by_keyboard(page, "V2", 1)
    write_a_note(page, "V1", NOTE)
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    page.reload()
    expect(page.locator("input[name=V1-score][value='2']")).to_be_checked()
    expect(page.locator("input[name=V2-score][value='1']")).to_be_checked()
    expect(page.locator("[name=V1-note]")).to_have_value(NOTE)
    page.locator("[data-submit]").press("Enter")
    page.wait_for_url("**/uitkomst/")
    nurse.look_around("outcome, of herself only")


def score_by_keyboard(page: Page, code: str, value: int) -> None:
    page.locator(f"input[name={code}-score][value='0']").focus()
    for _ in range(value):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f"input[name={code}-score][value='{value}']")).to_be_checked()


def write_a_note(page: Page, code: str, text: str) -> None:
    item = page.locator(f"[data-item={code}]")
    item.locator(".item__words > summary").press("Enter")
    item.locator(f"[name={code}-note]").fill(text)


def she_shares_it_with_her_group(nurse: Visitor) -> None:
    page = nurse.page
    page.get_by_role("link", name="Je opname").click()
    option = page.locator(".share-option", has_text="Trainers").first
    option.locator("summary").click()
    nurse.look_around("sharing")
    option.get_by_role("button").click()
    expect(page.locator(".share-option", has_text="Gedeeld")).to_have_count(1)
    nurse.look_around("shared")


def he_signs_in_with_a_second_factor(trainer: Visitor) -> None:
    trainer.open("/demo/")
    sign_in_as(trainer.page, "trainer")
    trainer.page.wait_for_url("**/opnames/")
    trainer.look_around("recordings for the trainer")
    assert TITLE not in trainer.page.content()  # what others wrote waits for the second factor too
    trainer.page.get_by_role("link", name="Opname van Karin").click()
    trainer.look_around("second factor")
    trainer.page.get_by_label("Code").fill(CODE)
    trainer.page.get_by_role("button", name="Ga verder").click()
    expect(trainer.page.locator("[data-player]")).to_be_visible()


def he_places_a_moment_and_sends_his_view(trainer: Visitor) -> None:
    page = trainer.page
    trainer.look_around("watching with somebody")
    page.locator(".player__button--play").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 1")
    page.locator("body").press("m")
    expect(page.locator("[data-moment-count]")).to_have_text("1")
    page.locator("[data-moment-field=note]").first.fill("Hier viel een stilte.")
    score_by_keyboard(page, "V1", 3)
    score_by_keyboard(page, "V2", 3)
    write_a_note(page, "V1", REMARK)
    expect(page.locator("[data-saved]")).to_contain_text("Bewaard om")
    trainer.look_around("watching with somebody, filled in")
    page.get_by_role("button", name="Verstuur naar Karin").click()
    page.wait_for_url("**/uitkomst/")
    trainer.look_around("outcome for the trainer")


def she_compares_and_chooses_a_development_point(nurse: Visitor) -> None:
    page = nurse.page
    page.reload()
    page.get_by_role("link", name="Opnames", exact=True).first.click()
    nurse.look_around("recordings, with news")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Bekijk de uitkomst").click()
    page.wait_for_url("**/uitkomst/")
    expect(page.locator("body")).to_contain_text(REMARK)
    row = page.locator(".comparison tbody tr").first
    expect(row.locator("td.table__number").nth(0)).to_have_text("50")
    expect(row.locator("td.table__number").nth(1)).to_have_text("100")
    nurse.look_around("outcome")
    page.get_by_role("link", name="Kies je ontwikkelpunt").click()
    nurse.look_around("development point")
    page.locator("[name=text]").fill(POINT)
    page.locator("[name=first_step]").fill(FIRST_STEP)
    page.get_by_role("button", name="Bewaar mijn ontwikkelpunt").click()
    page.wait_for_url("**/mijn/")
    card = page.locator("section", has=page.locator("#development-point-title"))
    expect(card).to_contain_text(POINT)
    expect(card).to_contain_text(FIRST_STEP)
    nurse.look_around("my course, with a development point")


def she_destroys_it(nurse: Visitor) -> None:
    page = nurse.page
    page.get_by_role("link", name="Opnames", exact=True).click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Vernietig deze opname").click()
    nurse.look_around("destroying")
    page.locator("[name=word]").fill("vernietig")
    page.get_by_role("button", name="Vernietig voorgoed").click()
    page.wait_for_url("**/vernietigd/")
    wait_for_the_worker_to_destroy(page)
    when = re.compile(r"\d{1,2}\.\d{2}$")
    expect(page.locator(".timeline__when")).to_have_text([when, when, when])
    nurse.look_around("destroyed")


def wait_for_the_worker_to_destroy(page: Page) -> None:
    """First its key, then its bytes; the page says when each was done."""
    page.wait_for_function(
        """() => {
            const page = new XMLHttpRequest();
            page.open("GET", location, false);
            page.send();
            return page.status === 200 && !page.responseText.includes("wordt nu gedaan");
        }""",
        polling=1_000,
        timeout=WORK_MS,
    )
    page.reload()


def nobody_gets_anything_of_it_any_more(visitors: list[Visitor], addresses: list[str]) -> None:
    answers = {one.status_of(address) for one in visitors for address in addresses}
    assert answers == {404}


def test_used_port_is_told_in_one_line(demo, tmp_path):
    environment = demo.environment | {"LMS_VAR_DIR": str(tmp_path)}
    second = manage("demo", "--port", str(demo.port), environment=environment)
    told = f"Port {demo.port} is in use. Choose another: make demo PORT={demo.port + 1}"
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"CommandError: {told}\n"


def test_ctrl_c_stops_everything_it_started(demo):
    assert len(demo.processes()) >= 5  # the command itself, web, two workers, clock
    assert demo.stop() == 0
    assert demo.said[-1] == "Stopped.\n"
    assert demo.processes() == []
