from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from lms.web.templatetags import web

NOW = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)


class Form(forms.Form):
    question = forms.CharField(
        label="Vraag",
        help_text="Eén zin.",
        error_messages={"required": "Schrijf een vraag op."},
    )
    score = forms.ChoiceField(
        label="Score",
        required=False,
        choices=[("0", "0"), ("n", "n.v.t.")],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label="Akkoord")
    token = forms.CharField(widget=forms.HiddenInput)


def rendered(source, **context):
    return Template("{% load web %}" + source).render(Context(context))


@pytest.fixture(autouse=True)
def _dutch():
    with translation.override("nl"):
        yield


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0, "0 s"),
        (45, "45 s"),
        (59.6, "1 min"),
        (89, "1 min"),
        (90, "2 min"),
        (372, "6 min"),
        (3569, "59 min"),
        (3570, "1 u 00"),
        (3900, "1 u 05"),
        (36000, "10 u 00"),
    ],
)
def test_a_duration_is_said_as_a_person_would(seconds, words):
    assert web.duration(seconds) == words


def test_a_duration_is_translated():
    with translation.override("en"):
        assert web.duration(3900) == "1 h 05"


@pytest.mark.parametrize(
    ("milliseconds", "code"),
    [
        (None, ""),
        (-5, "00:00"),
        (0, "00:00"),
        (134_999, "02:14"),
        (3_599_999, "59:59"),
        (3_725_000, "1:02:05"),
    ],
)
def test_a_timecode_shows_the_place_as_a_player_does(milliseconds, code):
    assert web.timecode(milliseconds) == code


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, ""),
        (date(2026, 3, 12), "do 12 maart"),
        (date(2027, 3, 12), "vr 12 maart 2027"),
        (datetime(2026, 3, 11, 23, 30, tzinfo=UTC), "do 12 maart"),
    ],
)
def test_a_day_is_the_day_in_the_netherlands(when, words):
    assert web.day(when) == words


@time_machine.travel(NOW)
def test_a_moment_is_a_day_and_a_time_in_the_netherlands():
    assert web.moment(datetime(2026, 3, 12, 16, 30, tzinfo=UTC)) == "do 12 maart, 17.30"
    assert web.moment(None) == ""
    with translation.override("en"):
        assert web.moment(datetime(2026, 7, 9, 15, 5, tzinfo=UTC)) == "Thu 9 July, 17:05"


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, ""),
        (date(2026, 3, 3), "vandaag"),
        (date(2026, 3, 4), "morgen"),
        (date(2026, 3, 2), "gisteren"),
        (date(2026, 3, 5), "nog 2 dagen"),
        (date(2026, 3, 12), "nog 9 dagen"),
        (date(2026, 3, 17), "nog 14 dagen"),
        (date(2026, 3, 18), "wo 18 maart"),
        (date(2026, 2, 27), "4 dagen geleden"),
        (date(2026, 2, 1), "zo 1 februari"),
        (datetime(2026, 3, 3, 23, 30, tzinfo=UTC), "morgen"),
    ],
)
def test_what_is_near_is_said_in_words(when, words):
    assert web.until_words(when) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sanne de Wit", "SW"),
        ("Karim", "K"),
        ("sanne.dewit@delinde.example", "SD"),
        ("Élise van 't Hof", "ÉH"),
        ("", ""),
    ],
)
def test_an_avatar_shows_the_first_and_the_last_name(name, letters):
    assert web.monogram(name) == letters


def test_an_icon_is_drawn_in_the_page_and_not_read_aloud():
    assertHTMLEqual(
        rendered('{% icon "check" "icon--large" %}'),
        '<svg class="icon icon--large" viewBox="0 0 24 24" width="24" height="24"'
        ' aria-hidden="true" focusable="false"><path d="M20 6 9 17l-5-5"/></svg>',
    )


@pytest.mark.parametrize("name", ["no-such-icon", "../../package", ""])
def test_an_unknown_icon_is_an_error(name):
    with pytest.raises(web.UnknownIcon):
        web.icon(name)


def test_a_css_class_of_an_icon_is_escaped():
    assert web.icon("check", '"><script>').count("<script>") == 0


def test_a_field_with_an_error_tells_what_is_wrong_and_where():
    assertHTMLEqual(
        rendered("{% field form.question %}", form=Form({"question": ""})),
        '<div class="field field--error">'
        '<label class="field__label" for="id_question">Vraag</label>'
        '<div class="field__hint" id="id_question_helptext">Eén zin.</div>'
        '<div class="field__errors" id="id_question_error">'
        f"{web.icon('circle-alert')}<ul><li>Schrijf een vraag op.</li></ul></div>"
        '<input type="text" name="question" required aria-invalid="true" id="id_question"'
        ' aria-describedby="id_question_helptext id_question_error">'
        "</div>",
    )


def test_a_score_is_a_bar_of_radio_buttons_in_a_group_with_a_name():
    assertHTMLEqual(
        rendered('{% field form.score "score" %}', form=Form(initial={"score": "n"})),
        '<fieldset class="field"><legend class="field__label">Score'
        ' <span class="field__optional">(mag leeg blijven)</span></legend><div class="score">'
        '<label class="score__option" for="id_score_0">'
        '<input type="radio" name="score" value="0" id="id_score_0"><span>0</span></label>'
        '<label class="score__option" for="id_score_1">'
        '<input type="radio" name="score" value="n" id="id_score_1" checked>'
        "<span>n.v.t.</span></label></div></fieldset>",
    )


def test_a_single_box_stands_in_its_own_label():
    assertHTMLEqual(
        rendered("{% field form.agreed %}", form=Form()),
        '<div class="field"><label class="choice"><input type="checkbox" name="agreed" required'
        ' id="id_agreed"><span>Akkoord</span></label></div>',
    )


def test_a_hidden_field_has_no_label():
    assertHTMLEqual(
        rendered("{% field form.token %}", form=Form()),
        '<input type="hidden" name="token" id="id_token">',
    )


def test_a_field_refuses_a_shape_that_does_not_exist():
    with pytest.raises(TemplateSyntaxError):
        rendered('{% field form.score "star" %}', form=Form())
