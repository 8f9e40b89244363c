from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from assessments.instruments.definitions import BadDefinition
from assessments.instruments.models import Answer, Form, FormVersion, Immutable, Item
from assessments.instruments.services import (
    AlreadySubmitted,
    InvalidAnswer,
    load_form,
    save_answers,
    start_response,
    submit_response,
)
from tests.factories.instruments import SCALE, publish_small_form, write_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(tmp_path):
    publish_small_form(tmp_path)
    return start_response("kijkwijzer")


def stored(response):
    return {
        answer.item.code: (answer.value, answer.is_not_applicable, answer.quote, answer.note)
        for answer in Answer.objects.filter(response=response).select_related("item")
    }


def test_file_becomes_a_form_with_sections_items_and_open_fields(tmp_path):
    version = publish_small_form(tmp_path)
    assert [(section.code, section.title) for section in version.sections.all()] == [
        ("O", "Opening"),
        ("H", "Houding"),
        ("open", ""),
    ]
    items = Item.objects.filter(section__version=version).order_by("position")
    assert [(item.code, item.kind, item.kba, item.options) for item in items] == [
        ("O1", "score", [8], []),
        ("O2", "score", [2], []),
        ("H1", "score", [8], []),
        ("H4", "score", [1], ["sturend", "meedenkend"]),
        ("Q1", "text", [], []),
    ]
    assert version.scale[4] == {"value": None, "label": "n.v.t.", "meaning": ""}


@pytest.mark.requirement("OBS-06")
def test_shipped_form_has_author_licence_language_and_33_items_in_8_phases():
    call_command("load_forms", stdout=StringIO())
    form = Form.objects.get(code="kijkwijzer")
    items = Item.objects.filter(section__version=form.current())
    assert (form.licence, form.language, bool(form.author)) == ("CC BY-SA 4.0", "nl", True)
    assert items.filter(kind="score").count() == 33
    assert items.filter(kind="score").values("section").distinct().count() == 8
    assert items.filter(kind="text").count() == 3


def test_unchanged_file_makes_no_new_version(tmp_path):
    first = publish_small_form(tmp_path)
    assert publish_small_form(tmp_path) == first
    assert FormVersion.objects.count() == 1


def test_changed_file_makes_version_2_and_leaves_old_responses_theirs(tmp_path):
    publish_small_form(tmp_path)
    old = start_response("kijkwijzer")
    save_answers(old, {"O1": {"value": 2}})
    second = publish_small_form(tmp_path, scale=SCALE[:4])
    new = start_response("kijkwijzer")
    old.refresh_from_db()
    assert (old.version.number, second.number, new.version) == (1, 2, second)
    assert Answer.objects.get(response=old).item.section.version.number == 1
    assert Form.objects.count() == 1


def test_file_that_goes_back_to_what_it_said_is_a_third_version(tmp_path):
    publish_small_form(tmp_path)
    publish_small_form(tmp_path, intro="Anders.")
    assert publish_small_form(tmp_path).number == 3


def test_published_version_cannot_be_changed(tmp_path):
    version = publish_small_form(tmp_path)
    item = Item.objects.first()
    item.text = "Iets anders"
    with pytest.raises(Immutable):
        item.save()
    with pytest.raises(Immutable):
        FormVersion.objects.filter(pk=version.pk).update(intro="Anders")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"open_fields": [{"code": "O1", "text": "Dubbel"}]}, "form.yaml: O1 stands there twice."),
        (
            {"sections": [{"code": "O", "title": "Opening", "items": []}]},
            "form.yaml: section O has no items.",
        ),
        (
            {"open_fields": [{"code": "Q1", "text": "Wat?", "kind": "song"}]},
            "form.yaml: item Q1 has an unknown kind, 'song'.",
        ),
    ],
)
def test_wrong_file_is_refused_in_words(tmp_path, changes, complaint):
    with pytest.raises(BadDefinition) as refusal:
        load_form(write_form(tmp_path, **changes))
    assert str(refusal.value) == complaint
    assert Form.objects.count() == 0


def test_file_that_misses_a_part_says_which(tmp_path):
    path = tmp_path / "form.yaml"
    path.write_text("code: kijkwijzer\nsections: []\n")
    with pytest.raises(BadDefinition) as refusal:
        load_form(path)
    assert str(refusal.value) == "form.yaml: 'scale' is missing."


def test_partial_saves_are_merged(response):
    save_answers(response, {"O1": {"value": 2}, "O2": {"note": "mooi"}})
    save_answers(response, {"O1": {"note": "stilte"}})
    save_answers(response, {"O2": {"is_not_applicable": True}})
    assert stored(response) == {
        "O1": (2, False, "", "stilte"),
        "O2": (None, True, "", "mooi"),
    }


def test_score_takes_the_place_of_not_applicable_and_the_other_way_round(response):
    save_answers(response, {"O1": {"is_not_applicable": True}, "O2": {"value": 0}})
    save_answers(response, {"O1": {"value": 3}, "O2": {"is_not_applicable": True}})
    assert stored(response) == {"O1": (3, False, "", ""), "O2": (None, True, "", "")}


def test_score_can_be_taken_away(response):
    save_answers(response, {"O1": {"value": 3}})
    save_answers(response, {"O1": {"value": None, "is_not_applicable": False}})
    assert stored(response) == {"O1": (None, False, "", "")}


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"Z9": {"value": 1}}, "Z9 is no item of this form."),
        ({"O1": {"value": 4}}, "4 is not on the scale of O1."),
        (
            {"O1": {"value": 1, "is_not_applicable": True}},
            "O1 cannot both be scored and not apply.",
        ),
        ({"Q1": {"value": 1}}, "Q1 is answered in words."),
        ({"H4": {"chosen": ["dromend"]}}, "H4 does not offer that choice."),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(response, answers, complaint):
    save_answers(response, {"O1": {"value": 2}})
    before = response.saved_at
    with pytest.raises(InvalidAnswer) as refusal:
        save_answers(response, {"O2": {"value": 3}} | answers)
    response.refresh_from_db()
    assert str(refusal.value) == complaint
    assert stored(response) == {"O1": (2, False, "", "")}
    assert response.saved_at == before


def test_scale_without_not_applicable_refuses_it(tmp_path):
    publish_small_form(tmp_path, scale=SCALE[:4])
    with pytest.raises(InvalidAnswer) as refusal:
        save_answers(start_response("kijkwijzer"), {"O1": {"is_not_applicable": True}})
    assert str(refusal.value) == "O1 always applies."


def test_item_of_another_form_is_no_item_of_this_one(response, tmp_path):
    publish_small_form(tmp_path, code="ander", open_fields=[{"code": "X1", "text": "Iets"}])
    with pytest.raises(InvalidAnswer) as refusal:
        save_answers(response, {"X1": {"note": "hoi"}})
    assert str(refusal.value) == "X1 is no item of this form."


def test_submitted_response_is_frozen_and_a_second_click_harmless(response, clock):
    save_answers(response, {"O1": {"value": 2}})
    assert submit_response(response) is True
    sent_at = response.submitted_at
    clock.now += timedelta(minutes=1)
    assert submit_response(response) is False
    with pytest.raises(AlreadySubmitted):
        save_answers(response, {"O1": {"value": 0}})
    response.refresh_from_db()
    assert (response.submitted_at, stored(response)) == (sent_at, {"O1": (2, False, "", "")})


def test_writer_hears_that_it_was_saved_elsewhere_and_loses_nothing(response, clock):
    first = save_answers(response, {"O1": {"value": 1}}, seen=response.saved_at)
    clock.now += timedelta(seconds=5)
    second = save_answers(response, {"O1": {"value": 2}}, seen=first.at)
    clock.now += timedelta(seconds=5)
    late = save_answers(response, {"O2": {"value": 3}}, seen=first.at)
    assert [one.was_changed_elsewhere for one in (first, second, late)] == [False, False, True]
    assert stored(response) == {"O1": (2, False, "", ""), "O2": (3, False, "", "")}
