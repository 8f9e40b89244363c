"""Example films: staged conversations that are drawn until somebody acts them."""

import json
import re
import shutil
import subprocess
from itertools import accumulate
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.html import escape
from wagtail.blocks import StructBlockValidationError
from wagtail.models import Collection, CollectionViewRestriction

from courses.curriculum import films, loading, processing
from courses.curriculum.blocks import FilmBlock
from courses.curriculum.models import CourseDocument, EveningPage, LessonPage
from lms.jobs.models import Job
from tests.curriculum.test_content_files import CURRICULUM, EVENINGS, LESSONS, blocks_of, load
from tests.factories.curriculum import make_course
from tests.factories.public_pages import make_home, make_public_course, make_workshop

CLIPS = loading.clips_in(CURRICULUM)
SHORT = {
    "title": "Nagespeeld: kort",
    "shows": "Let op de stilte.",
    "speakers": [{"name": "Huisarts", "voice": "high"}, {"name": "Patiënt", "voice": "low"}],
    "turns": [
        {"speaker": "Huisarts", "text": "En verder?", "seconds": 2},
        {"speaker": "Patiënt", "text": "Ik durf de trap niet op.", "seconds": 3},
    ],
    "seen": "De huisarts kijkt op.",
    "moments": [{"at": 2, "text": "De echte vraag."}],
    "film": None,
    "captions": None,
}
OURS = {
    "licence": "permission",
    "content_source": "Gespeeld in de praktijk",
    "rights_holder": "Wij",
}
NAME = "0" * 32


def film(**changes):
    return FilmBlock().to_python(json.loads(json.dumps(SHORT | changes)))


# the shipped conversations


def test_every_conversation_is_marked_as_staged_and_names_who_speaks():
    assert [
        slug for slug, one in CLIPS.items() if not one["title"].startswith("Nagespeeld: ")
    ] == []
    assert [slug for slug, one in CLIPS.items() if one["staged"] is not True] == []
    for one in CLIPS.values():
        named = {speaker["code"] for speaker in one["speakers"]}
        assert {turn["speaker"] for turn in one["turns"]} == named


def test_a_moment_begins_with_a_turn():
    for slug, one in CLIPS.items():
        begins = {0, *accumulate(turn["seconds"] for turn in one["turns"])}
        assert {slug: {moment["at"] for moment in one["moments"]} - begins} == {slug: set()}


def test_every_conversation_is_shown_somewhere():
    named = [block["clip"] for one in LESSONS.values() for block in blocks_of(one, "film")]
    named += [slug for one in EVENINGS.values() for slug in one.get("films", [])]
    named += load(CURRICULUM / "workshop.yaml")["films"]
    assert set(named) == set(CLIPS)


@pytest.mark.parametrize("slug", CLIPS)
def test_an_editor_could_save_a_shipped_film_as_it_is(slug):
    block = FilmBlock()
    value = block.to_python(loading.film_value(CLIPS[slug]))
    assert block.clean(value)["title"] == CLIPS[slug]["title"]


# captions


def test_captions_follow_each_other_turn_by_turn():
    assert films.captions_of(films.script_of(film())) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.000\nHuisarts: En verder?\n\n"
        "00:00:02.000 --> 00:00:05.000\nPatiënt: Ik durf de trap niet op.\n"
    )


def test_what_somebody_types_cannot_break_the_captions():
    turns = [{"speaker": "Huisarts", "text": "a < b & c\n\n00:01.000 --> 00:02.000", "seconds": 1}]
    assert films.captions_of(films.script_of(film(turns=turns))) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n"
        "Huisarts: a &lt; b &amp; c 00:01.000 --&gt; 00:02.000\n"
    )


def test_other_words_are_another_film():
    turns = [SHORT["turns"][0], SHORT["turns"][1] | {"text": "Ik durf de trap niet meer op."}]
    names = {films.name_of(films.script_of(film(turns=one))) for one in (turns, SHORT["turns"])}
    names.add(films.name_of(films.script_of(film(title="Nagespeeld: anders"))))
    assert len(names) == 2


# what an editor may enter


@pytest.fixture
def stored(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def store(name, content=b"0123456789"):
        return CourseDocument.objects.create(title=name, file=ContentFile(content, name))

    return store


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, None),
        ({"turns": [{"speaker": "Wie?", "text": "Hoi.", "seconds": 9}]}, "turns"),
        ({"speakers": [SHORT["speakers"][0], SHORT["speakers"][0]]}, "speakers"),
        ({"moments": [{"at": 5, "text": "Te laat."}]}, "moments"),
        (OURS | {"film": "echt.mp4", "captions": "echt.vtt"}, None),
        *((OURS | {"film": "echt.mp4", "captions": "echt.vtt", name: ""}, name) for name in OURS),
        (OURS | {"film": "echt.mp4", "captions": None}, "captions"),
        (OURS | {"film": "echt.pdf", "captions": "echt.vtt"}, "film"),
        (OURS | {"film": "echt.mp4", "captions": "echt.pdf"}, "captions"),
        (
            OURS
            | {"film": "echt.mp4", "captions": "echt.vtt", "moments": [{"at": 99, "text": "Ja."}]},
            None,
        ),
    ],
)
def test_a_film_has_its_own_speakers_captions_licence_and_moments_within_it(stored, changes, wrong):
    files = {name: stored(changes[name]).pk for name in ("film", "captions") if changes.get(name)}
    value = film(**changes | files)
    if wrong is None:
        assert FilmBlock().clean(value)["title"] == SHORT["title"]
        return
    with pytest.raises(StructBlockValidationError) as refused:
        FilmBlock().clean(value)
    assert list(refused.value.block_errors) == [wrong]


# drawing


@pytest.fixture
def lesson(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_course(lessons=1)
    page = LessonPage.objects.get()
    page.body = json.dumps([{"type": "film", "value": SHORT}])
    return page


class Held:
    """The lease of a worker that nobody takes over from."""

    def heartbeat(self):
        pass


def published(page):
    revision = page.save_revision()
    revision.publish()
    return str(revision.pk)


def facts_of(path):
    asked = ["-show_entries", "stream=codec_name,duration", "-of", "json", path]
    found = subprocess.run(["ffprobe", "-v", "error", *asked], capture_output=True, check=True)
    return [
        (one["codec_name"], round(float(one["duration"])))
        for one in json.loads(found.stdout)["streams"]
    ]


def only_these_programs(monkeypatch, folder, *names):
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(folder))


def test_publishing_a_page_asks_for_the_films_it_lacks_and_for_no_other(lesson):
    assert Job.objects.filter(kind=processing.KIND).count() == 0
    revision = published(lesson)
    assert list(Job.objects.filter(kind=processing.KIND).values_list("ref", flat=True)) == [
        revision
    ]
    processing.draw_films(revision, Held())
    published(lesson)
    assert Job.objects.filter(kind=processing.KIND).count() == 1


@pytest.mark.parametrize("program", ["espeak-ng", None])
def test_a_film_takes_as_long_as_its_turns_with_or_without_a_voice(
    lesson, monkeypatch, tmp_path_factory, program
):
    if program and not shutil.which(program):
        pytest.skip("No speech program is installed here.")
    programs = ["ffmpeg", *([program] if program else [])]
    with monkeypatch.context() as patched:
        only_these_programs(patched, tmp_path_factory.mktemp("bin"), *programs)
        processing.draw_films(published(lesson), Held())
    shown = films.shown_of(lesson.body[0].value)
    path = default_storage.path(films.path_of(Path(shown.film).stem, "mp4"))
    assert (shown.is_drawn, shown.is_spoken) == (True, program is not None)
    assert facts_of(path) == [("h264", 5), *([("aac", 5)] if program else [])]


def test_drawing_twice_makes_nothing_again(lesson):
    revision = published(lesson)
    processing.draw_films(revision, Held())
    _folders, before = default_storage.listdir(films.FOLDER)
    made = {name: default_storage.get_modified_time(f"films/{name}") for name in before}
    processing.draw_films(revision, Held())
    _folders, after = default_storage.listdir(films.FOLDER)
    assert len(before) == 2
    assert {name: default_storage.get_modified_time(f"films/{name}") for name in after} == made


def test_a_revision_that_is_gone_asks_for_nothing(db):
    processing.draw_films("999999", Held())


# the page


def test_before_it_is_drawn_the_words_are_there_to_read(lesson):
    page = lesson.body[0].render()
    assert ("<video" in page, '<details class="disclosure" open>' in page) == (False, True)
    assert [turn["text"] for turn in SHORT["turns"] if escape(turn["text"]) not in page] == []


def test_a_drawn_film_comes_with_captions_that_are_on_and_says_what_it_is(lesson):
    processing.draw_films(published(lesson), Held())
    page = lesson.body[0].render()
    captions = reverse("media:drawn", args=[films.name_of(films.script_of(film())), "vtt"])
    assert f'kind="captions" srclang="nl" label="Nederlands" src="{captions}" default' in page
    assert '<video class="film__picture" controls ' in page
    assert ("Getekende figuren" in page, "0:02" in page, " open>" in page) == (True, True, False)


def test_an_acted_film_takes_the_place_of_the_drawn_one(lesson, stored):
    acted, captions = stored("echt.mp4"), stored("echt.vtt", b"WEBVTT\n")
    value = film(film=acted.pk, captions=captions.pk)
    assert films.shown_of(value) == films.Shown(
        films.address_of(acted), "video/mp4", films.address_of(captions), is_drawn=False
    )
    page = FilmBlock().render(value)
    assert (films.address_of(acted) in page, "Getekende figuren" in page) == (True, False)


def test_the_workshop_shows_its_film(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_workshop(make_home())
    page = client.get("/workshop/").content.decode()
    said = [turn["text"] for turn in CLIPS["stoel-op-donderdag"]["turns"]]
    assert (len(said), [text for text in said if escape(text) not in page]) == (12, [])


def test_films_of_evenings_that_nobody_opens_are_not_fetched(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    course = make_public_course(make_home())
    evening = EveningPage.objects.descendant_of(course).get(code="1")
    evening.films = json.dumps([{"type": "film", "value": SHORT}])
    processing.draw_films(published(evening), Held())
    page = client.get("/leergang/").content.decode()
    assert (page.count("<video"), page.count('preload="none"')) == (1, 1)
    assert 'preload="metadata"' in evening.films[0].render()


def test_two_films_on_one_page_are_told_apart_by_their_names(lesson):
    page = film(title="Nagespeeld: een"), film(title="Nagespeeld: twee")
    shown = "".join(FilmBlock().render(value) for value in page)
    names = re.findall('<div class="film[^>]*role="group" aria-label="([^"]*)"', shown)
    assert names == ["Nagespeeld: een", "Nagespeeld: twee"]


# sending


@pytest.fixture
def drawn(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save(films.path_of(NAME, "mp4"), ContentFile(b"0123456789"))
    return reverse("media:drawn", args=[NAME, "mp4"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "status", "body", "place"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(client, drawn, stored, asked, status, body, place):
    for address in (drawn, films.address_of(stored("echt.mp4"))):
        answer = client.get(address, headers={"Range": asked} if asked else {})
        got = b"".join(answer) if answer.streaming else answer.content
        assert (answer.status_code, got, answer.get("Content-Range")) == (status, body, place)
        assert answer.headers.get("Content-Type", "").startswith("video/mp4") == (status != 416)


def test_a_drawn_film_can_be_kept_for_ever(client, drawn):
    assert client.get(drawn)["Cache-Control"] == "public, max-age=31536000, immutable"
    head = client.head(drawn)
    assert (head["Content-Length"], head["Accept-Ranges"], head.content) == ("10", "bytes", b"")


@pytest.mark.parametrize("name", [f"{NAME}.pdf", f"{NAME}.vtt", "1.mp4"])
def test_only_films_and_captions_that_were_drawn_are_sent(client, drawn, name):
    default_storage.save(f"films/{NAME}.pdf", ContentFile(b"private"))
    assert client.get(drawn).status_code == 200
    assert client.get(f"/voorbeelden/{name}").status_code == 404


def test_captions_are_sent_as_captions(client, stored):
    answer = client.get(films.address_of(stored("echt.vtt", b"WEBVTT\n")))
    assert (answer["Content-Type"], b"".join(answer)) == ("text/vtt; charset=utf-8", b"WEBVTT\n")


def test_a_document_that_is_no_film_is_not_sent_here(client, stored):
    film, letter = stored("echt.mp4"), stored("brief.pdf")
    assert client.get(films.address_of(film)).status_code == 200
    assert client.get(films.address_of(letter)).status_code == 404


def test_a_film_in_a_closed_collection_stays_closed(client, stored):
    document = stored("echt.mp4")
    assert client.get(films.address_of(document)).status_code == 200
    closed = Collection.get_first_root_node().add_child(name="Dicht")
    CollectionViewRestriction.objects.create(
        collection=closed, restriction_type=CollectionViewRestriction.LOGIN
    )
    document.collection = closed
    document.save()
    assert client.get(films.address_of(document)).status_code == 404
