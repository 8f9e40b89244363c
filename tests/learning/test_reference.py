"""Looking up words and lessons, in the version of one's own edition."""

import pytest
from django.urls import reverse

from courses.curriculum.models import GlossaryPage, LessonPage
from courses.curriculum.reading import Term, excerpt, outline, search
from courses.curriculum.services import publish_version
from courses.learning.terms import mark_terms
from tests.factories.curriculum import LICENSED, make_course
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

TERMS = [
    {
        "term": "Zorgplan",
        "also": ["zorgplannen", "IZP"],
        "text": "Wat jullie afspreken.",
        "source": "",
    },
    {"term": "Terugvragen", "also": [], "text": "Nagaan wat is aangekomen.", "source": ""},
]


@pytest.fixture
def version():
    course = make_course(lessons=3)
    terms = [{"type": "term", "value": term} for term in TERMS]
    course.add_child(instance=GlossaryPage(title="Begrippen", terms=terms, **LICENSED))
    return publish_version(course)


@pytest.fixture
def participant(client, version):
    first, _second = enrol_two(make_running_edition(content=version, days=-1))
    client.force_login(first.participant)
    return first


@pytest.mark.requirement("ELN-02")
def test_a_word_opens_its_meaning_where_it_first_occurs_and_nowhere_else():
    terms = [Term(one["term"], one["text"], tuple(one["also"])) for one in TERMS]
    markup = (
        '<h3>Zorgplan</h3><p>Een <a href="/x">zorgplan</a> of <b>IZP</b>.'
        " Zorgplannen zijn er veel.</p>"
    )
    marked, found = mark_terms(markup, terms)
    assert found == terms[:1]
    assert marked == (
        '<h3>Zorgplan</h3><p>Een <a href="/x">zorgplan</a> of <b><button type="button" class="term"'
        ' popovertarget="term-zorgplan">IZP</button></b>. Zorgplannen zijn er veel.</p>'
    )


def test_words_are_whole_words():
    terms = [Term("IZP", "-")]
    assert mark_terms("<p>KIZP en izps</p>", terms) == ("<p>KIZP en izps</p>", [])
    assert mark_terms("<p>niets</p>", []) == ("<p>niets</p>", [])


@pytest.mark.parametrize("word", ["KBA’s", "KBA's", "KBA&#x27;s"])
def test_a_word_is_found_with_any_apostrophe(word):
    terms = [Term("KBA", "-", ("kba’s",))]
    marked, found = mark_terms(f"<p>Tien {word}.</p>", terms)
    assert found == terms
    assert f">{word}</button>." in marked


def test_a_source_is_left_as_it_is():
    terms = [Term("zorgplan", "-")]
    markup = '<div role="note"><p>Zorg.</p><footer>Factsheet Zorgplan</footer></div>'
    assert mark_terms(markup, terms) == (markup, [])


def test_of_words_that_overlap_the_longest_is_meant():
    terms = [Term("zorg", "-"), Term("zorg op maat", "-")]
    assert mark_terms("<p>Zorg op maat</p>", terms)[1] == terms[1:]


def test_an_excerpt_is_the_place_of_the_word_in_whole_words():
    text = "woorden " * 40 + "Vissen" + " waters" * 40
    shown = excerpt(text, "vissen").split()
    assert (shown[0], shown[-1]) == ("…", "…")
    assert set(shown) == {"…", "woorden", "Vissen", "waters"}
    assert excerpt("Weer vissen.", "vissen") == "Weer vissen."


def test_all_words_stand_in_one_list(client, participant):
    page = client.get(reverse("learning:glossary"))
    assert [term.term for term in page.context["terms"]] == ["Terugvragen", "Zorgplan"]


def test_searching_finds_words_and_lessons_of_ones_own_version_only(client, participant, version):
    lesson = LessonPage.objects.first()
    lesson.title = "Iets nieuws over vissen"
    lesson.save_revision().publish()
    glossary = GlossaryPage.objects.get()
    glossary.terms = [{"type": "term", "value": TERMS[0] | {"term": "Vissen"}}]
    glossary.save_revision().publish()
    newer = publish_version(version.course)
    where = reverse("learning:search")
    assert client.get(where, {"q": "vissen"}).context["found"] == []
    assert [one.title for one in search(outline(newer), newer, "vissen")] == [
        "Vissen",
        lesson.title,
    ]
    assert [one.title for one in search(outline(newer), newer, "VISSEN nieuws")] == [lesson.title]
    found = client.get(where, {"q": "zorgplan"}).context["found"]
    assert [(one.title, one.excerpt) for one in found] == [("Zorgplan", "Wat jullie afspreken.")]


@pytest.mark.parametrize(
    "question", ["", "   ", "x" * 101, "%", "niets hiervan", "zorgplan nergens", "lees nergens"]
)
def test_a_question_that_finds_nothing_says_so(client, participant, question):
    page = client.get(reverse("learning:search"), {"q": question})
    assert (page.status_code, page.context["found"]) == (200, [])


@pytest.mark.parametrize("lessons", [1, 3])
def test_a_module_on_paper_takes_the_same_queries_however_long_it_is(
    client, lessons, django_assert_num_queries
):
    course = make_course(lessons=lessons)
    first, _second = enrol_two(make_running_edition(content=publish_version(course), days=-1))
    client.force_login(first.participant)
    where = reverse(
        "learning:module_print", args=[next(iter(outline(first.edition.content).modules))]
    )
    client.get(where)
    with django_assert_num_queries(6):
        page = client.get(where)
    assert len(page.context["lessons"]) == lessons
