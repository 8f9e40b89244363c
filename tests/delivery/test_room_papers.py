"""What is printed for an evening: who gets it, what stands on it, and what it is made of."""

import re
import zlib

import pytest
from django.urls import reverse

from courses.delivery.services import put_before_evening
from courses.delivery.services.room import room_of
from lms.web import pdf
from lms.web.pdf import NotOurs, own_files, pdf_of
from tests.delivery.programmes import make_planned_edition
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two
from tests.factories.instruments import publish_small_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    return make_planned_edition().evenings.get(code="2")


@pytest.fixture
def trainer(evening):
    user = UserFactory(first_name="Joke", last_name="Vlier")
    put_before_evening(evening, user)
    return user


def opened(made):
    """What a PDF says of itself: its objects are packed."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    return b"".join(unpacked(one) for one in packed)


def unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_the_list_has_everybody_each_part_and_room_to_sign(client, evening, trainer):
    people = [str(one.participant) for one in enrol_two(evening.edition)]
    client.force_login(trainer)
    answer = client.get(reverse("delivery:attendance_list", args=[evening.public_id]))
    assert answer["Content-Disposition"] == 'inline; filename="presentielijst-avond-2.pdf"'
    assert answer["Cache-Control"] == "no-store"
    names = [str(one.enrolment.participant) for one in answer.context["room"].people]
    assert names == sorted(people)
    assert len(answer.context["room"].parts) == 2
    assert [str(user) for user in answer.context["room"].leaders] == ["Joke Vlier"]


def test_paper_is_tagged_in_dutch_with_our_letters_inside(client, evening, trainer, tmp_path):
    publish_small_form(tmp_path)
    client.force_login(trainer)
    for where in (
        reverse("delivery:attendance_list", args=[evening.public_id]),
        reverse("video_review:observation_form"),
        reverse("video_review:consent_form"),
    ):
        made = client.get(where).content
        assert made.startswith(b"%PDF-1.7")
        made = opened(made)
        assert b"/Marked true" in made
        assert b"/Lang (nl)" in made
        fonts = set(re.findall(rb"/BaseFont /[A-Z]{6}\+([A-Za-z]+)", made))
        assert {b"Atkinson", b"Newsreader"} <= fonts
        assert all(font.startswith((b"Atkinson", b"Newsreader")) for font in fonts)


def test_the_kijkwijzer_on_paper_is_the_version_that_holds_now(client, trainer, tmp_path):
    version = publish_small_form(tmp_path)
    client.force_login(trainer)
    answer = client.get(reverse("video_review:observation_form"))
    assert answer.context["version"] == version
    items = [item for section in answer.context["sections"] for item in section.items.all()]
    assert len(items) == sum(section.items.count() for section in version.sections.all())


def test_without_an_instrument_there_is_no_paper_of_it(client, trainer):
    client.force_login(trainer)
    assert client.get(reverse("video_review:observation_form")).status_code == 404


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://localhost/", "file:///../../etc/passwd"]
)
def test_paper_reads_nothing_but_our_own_files(address):
    with pytest.raises(NotOurs):
        own_files()(address)


def test_what_somebody_typed_cannot_have_something_fetched(evening, trainer):
    """A name with markup in it stands there as it was typed."""
    evening.place = '<img src="file:///etc/passwd">'
    assert pdf_of("paper/attendance_list.html", {"room": room_of(evening), "title": ""})


def drawings(monkeypatch):
    """What is really drawn, as text."""
    made, draw = [], pdf.drawn
    monkeypatch.setattr(pdf, "drawn", lambda text: made.append(text) or draw(text))
    return made


def test_a_form_that_names_nobody_is_drawn_once_for_everybody(
    client, evening, trainer, tmp_path, monkeypatch
):
    publish_small_form(tmp_path)
    made = drawings(monkeypatch)
    addresses = [
        reverse("video_review:observation_form"),
        reverse("video_review:consent_form"),
    ]
    seen = []
    for user in (trainer, UserFactory()):
        client.force_login(user)
        seen.append([client.get(address).content for address in addresses])
    assert seen[0] == seen[1]
    assert len(made) == 2
    assert not any(str(trainer) in text for text in made)
    publish_small_form(tmp_path, version=2, intro="Nieuwe woorden")
    client.get(addresses[0])
    assert len(made) == 3


def test_a_list_with_names_is_drawn_each_time_and_not_kept(client, evening, trainer, monkeypatch):
    made = drawings(monkeypatch)
    client.force_login(trainer)
    for _ in "12":
        client.get(reverse("delivery:attendance_list", args=[evening.public_id]))
    assert len(made) == 2
