import pytest
from django.core.exceptions import ValidationError

from assessments.instruments.engine import ResponseForm, answers_of, with_items
from assessments.instruments.services import save_answers, start_response
from tests.factories.instruments import publish_small_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(tmp_path):
    publish_small_form(tmp_path)
    return start_response("kijkwijzer")


def build(response, data=None, **options):
    return ResponseForm(with_items(response.version_id), answers_of(response), data, **options)


def no_shouting(text):
    if text.isupper():
        raise ValidationError("Niet schreeuwen.")


@pytest.mark.requirement("OBS-02")
def test_every_item_stands_in_its_phase_and_has_not_applicable_and_a_remark(response):
    form = build(response)
    assert [
        (one.section.code, [fields.item.code for fields in one.items]) for one in form.sections
    ] == [("O", ["O1", "O2"]), ("H", ["H1", "H4"]), ("open", ["Q1"])]
    scored = [fields for one in form.sections for fields in one.items if not fields.is_text]
    for fields in scored:
        assert [value for value, _label in fields.score.field.choices] == [
            "0",
            "1",
            "2",
            "3",
            "nvt",
        ]
        assert fields.note is not None
        assert fields.quote is not None


def test_form_shows_what_was_saved(response):
    save_answers(
        response,
        {
            "O1": {"value": 0, "note": "rustig"},
            "O2": {"is_not_applicable": True},
            "H4": {"chosen": ["sturend"]},
            "Q1": {"note": "stil zijn"},
        },
    )
    form = build(response)
    opening, attitude, open_fields = form.sections
    assert (opening.items[0].score.value(), opening.items[0].note.value()) == ("0", "rustig")
    assert opening.items[1].score.value() == "nvt"
    assert attitude.items[1].chosen.value() == ["sturend"]
    assert (opening.answered, attitude.answered, open_fields.answered) == (2, 0, 1)
    assert [fields.has_words for fields in opening.items] == [True, False]


def test_whole_form_gives_answers(response):
    form = build(response, {"O1-score": "2", "O2-score": "nvt", "H4-chosen": ["sturend"]})
    assert form.is_valid()
    given = form.given()
    assert given["O1"] == {"value": 2, "is_not_applicable": False, "quote": "", "note": ""}
    assert given["O2"]["is_not_applicable"] is True
    assert given["H1"] == {"value": None, "is_not_applicable": False, "quote": "", "note": ""}
    assert given["H4"]["chosen"] == ["sturend"]
    assert given["Q1"] == {"note": ""}


def test_part_of_the_form_gives_only_that_part(response):
    form = build(response, {"O1-note": " stil "}, only={"O1-note"})
    assert form.is_valid()
    assert form.given() == {"O1": {"note": "stil"}}


def test_value_off_the_scale_and_unfit_words_are_refused_and_the_rest_still_given(response):
    form = build(
        response,
        {"O1-score": "7", "O1-note": "STIL", "O2-score": "1"},
        only={"O1-score", "O1-note", "O2-score"},
        validators=[no_shouting],
    )
    assert not form.is_valid()
    assert sorted(form.errors) == ["O1-note", "O1-score"]
    assert form.given() == {"O2": {"value": 1, "is_not_applicable": False}}


def test_locked_form_takes_nothing(response):
    save_answers(response, {"O1": {"value": 2}})
    form = build(response, {"O1-score": "0"}, is_locked=True)
    assert form.is_valid()
    assert form.given()["O1"]["value"] == 2
