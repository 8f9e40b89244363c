"""A document of Word, pasted into a lesson: its words arrive, its markup stays behind."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from courses.curriculum.models import LessonPage
from tests.curriculum.people import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name="Generator" content="Microsoft Word 15"><style>p.MsoNormal { color: red; }</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body>
<h1 style="mso-style-name: Kop"><span lang="NL">Vraag door<o:p></o:p></span></h1>
<h3 class="MsoHeading3" style="margin: 0cm">Begin open</h3>
<p class="MsoNormal" style="mso-fareast-language: NL"><b style="mso-bidi-font-weight: normal"
>Luister</b> <font face="Calibri" size="2" color="red">en wacht.</font><o:p></o:p></p>
<ul type="disc"><li class="MsoListParagraph" style="mso-list: l0 level1 lfo1">Vat samen</li></ul>
<table class="MsoTableGrid" border="1"><tbody><tr><td><p class="MsoNormal">Cel een</p></td>
<td><p class="MsoNormal">Cel twee</p></td></tr></tbody></table>
<p class="MsoNormal"><a href="https://example.org/bron" target="_blank">bron</a>
<a href="javascript:alert(1)">klik</a><img src="file:///C:/foto.png" width="9"></p>
</body></html>
"""
CLEAN = (
    "<p>Lees dit. </p><p>Vraag door</p><h3>Begin open</h3><p><b>Luister</b> en wacht.</p>"
    "<ul><li>Vat samen</li></ul><p>Cel een</p><p>Cel twee</p>"
    '<p><a href="https://example.org/bron">bron</a> klik  </p>'
)
PASTE = """(editor, html) => {
  const carried = new DataTransfer();
  carried.setData("text/html", html);
  carried.setData("text/plain", "niet dit");
  editor.dispatchEvent(new ClipboardEvent("paste", {
    clipboardData: carried, bubbles: true, cancelable: true,
  }));
}"""


@pytest.fixture
def lesson():
    make_course(lessons=1)
    return LessonPage.objects.get()


@pytest.fixture
def screen(lesson, live_server):
    client = Client()
    sign_in(client, UserFactory(is_superuser=True, is_staff=True))
    name = settings.SESSION_COOKIE_NAME
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(live_server.url + reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
        yield page
        browser.close()


def test_what_is_pasted_from_word_becomes_clean_text(screen, lesson):
    editor = screen.locator(".public-DraftEditor-content").first
    editor.click()
    editor.evaluate(PASTE, WORD)
    expect(screen.locator("input[name=body-0-value]")).to_have_value(re.compile("Cel twee"))
    with screen.expect_navigation():
        screen.locator("button.action-save").first.click()
    kept = LessonPage.objects.get().get_latest_revision_as_object().body.raw_data[0]["value"]
    assert re.sub(r' data-block-key="\w+"', "", kept) == CLEAN
