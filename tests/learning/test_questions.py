"""Every kind of question: asked, answered well, half or not at all, and answered back."""

from decimal import Decimal

import pytest
from django.utils import translation

from courses.curriculum.blocks import LessonBlock
from courses.learning.questions import KINDS, LONGEST_TEXT, shuffled

CHOICES = [
    {"text": "Wachten", "is_correct": True, "feedback": "Dan komt er meer."},
    {"text": "Vragen", "is_correct": True, "feedback": "Dan weet je het."},
    {"text": "Doorpraten", "is_correct": False, "feedback": "Dan hoor je niets."},
]
STEPS = [{"text": text, "feedback": f"Hierom {text}."} for text in ("Eerst", "Dan", "Tot slot")]
ROWS = [
    {"text": "Vissen", "answer": "doel", "feedback": "Dat wil hij."},
    {"text": "Lopen", "answer": "afspraak", "feedback": "Dat doet hij."},
]
ASKED = {"key": "vraag", "prompt": "Wat doe je?"}
VALUES = {
    "question": ASKED | {"choices": [CHOICES[0], CHOICES[2]]},
    "multiple": ASKED | {"choices": CHOICES},
    "order": ASKED | {"items": STEPS},
    "match": ASKED | {"options": ["doel", "afspraak"], "rows": ROWS},
    "number": ASKED
    | {
        "unit": "procent",
        "answer": Decimal("12.5"),
        "tolerance": Decimal("0.5"),
        "right": "Klopt.",
        "too_low": "Meer.",
        "too_high": "Minder.",
    },
    "reflection": ASKED | {"hint": "Eén zin.", "example": "Ik vraag het eerst."},
}


def value(kind):
    stream = LessonBlock()
    return stream.to_python([{"type": kind, "value": VALUES[kind]}])[0].value


def answered(kind, **fields):
    sent = {name.replace("_", "-"): one for name, one in fields.items()}
    with translation.override("nl"):
        form = KINDS[kind].form({"attempt": 1} | sent, value=value(kind))
        return form, form.is_valid()


def placed(*texts):
    """Places for the steps in the order in which they are shown."""
    shown = shuffled([step["text"] for step in STEPS], ASKED["key"])
    return {f"answer_{number}": str(texts.index(text) + 1) for number, text in enumerate(shown)}


RIGHT = [step["text"] for step in STEPS]


@pytest.mark.parametrize(
    ("kind", "fields", "is_right", "remarks"),
    [
        ("question", {"answer": "0"}, True, [(True, "Dan komt er meer.")]),
        ("question", {"answer": "1"}, False, [(False, "Dan hoor je niets.")]),
        (
            "multiple",
            {"answer": ["0", "1"]},
            True,
            [(True, "Dan komt er meer."), (True, "Dan weet je het."), (True, "Dan hoor je niets.")],
        ),
        (
            "multiple",
            {"answer": ["0", "2"]},
            False,
            [
                (True, "Dan komt er meer."),
                (False, "Dan weet je het."),
                (False, "Dan hoor je niets."),
            ],
        ),
        (
            "multiple",
            {"answer": ["0"]},
            False,
            [
                (True, "Dan komt er meer."),
                (False, "Dan weet je het."),
                (True, "Dan hoor je niets."),
            ],
        ),
        (
            "multiple",
            {"answer": ["0", "1", "2"]},
            False,
            [
                (True, "Dan komt er meer."),
                (True, "Dan weet je het."),
                (False, "Dan hoor je niets."),
            ],
        ),
        ("order", placed(*RIGHT), True, [(True, f"Hierom {text}.") for text in RIGHT]),
        (
            "order",
            placed("Dan", "Eerst", "Tot slot"),
            False,
            [(False, "Hierom Eerst."), (False, "Hierom Dan."), (True, "Hierom Tot slot.")],
        ),
        (
            "match",
            {"answer_0": "doel", "answer_1": "afspraak"},
            True,
            [(True, "Dat wil hij."), (True, "Dat doet hij.")],
        ),
        (
            "match",
            {"answer_0": "doel", "answer_1": "doel"},
            False,
            [(True, "Dat wil hij."), (False, "Dat doet hij.")],
        ),
        ("number", {"answer": "12,5"}, True, [(True, "Klopt.")]),
        ("number", {"answer": "13"}, True, [(True, "Klopt.")]),
        ("number", {"answer": "11,9"}, False, [(False, "Meer.")]),
        ("number", {"answer": "13,1"}, False, [(False, "Minder.")]),
        ("reflection", {"answer": "Morgen."}, True, [(None, "Ik vraag het eerst.")]),
    ],
)
def test_every_answer_is_judged_and_answered_back(kind, fields, is_right, remarks):
    form, is_valid = answered(kind, **fields)
    assert is_valid, form.errors
    given = form.given()
    assert KINDS[kind].judge(value(kind), given) is is_right
    found = KINDS[kind].remarks(value(kind), given)
    assert [(remark.is_right, remark.text) for remark in found] == remarks


def test_what_was_given_is_repeated_only_when_it_was_something_else():
    with translation.override("nl"):
        ordered = KINDS["order"].remarks(value("order"), {"order": ["Dan", "Eerst", "Tot slot"]})
        matched = KINDS["match"].remarks(
            value("match"), {"rows": {"Vissen": "doel", "Lopen": "doel"}}
        )
    assert [remark.given for remark in ordered] == ["jij: plaats 2", "jij: plaats 1", ""]
    assert [remark.given for remark in matched] == ["", "jij: doel"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_right(kind):
    assert KINDS[kind].judge(value(kind), KINDS[kind].right(value(kind))) is True


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("question", {}, {"answer"}),
        ("question", {"answer": "9"}, {"answer"}),
        ("multiple", {}, {"answer"}),
        ("multiple", {"answer": ["0", "9"]}, {"answer"}),
        ("order", {"answer_0": "1"}, {"answer-1", "answer-2"}),
        ("order", {"answer_0": "1", "answer_1": "1", "answer_2": "2"}, {"__all__"}),
        ("match", {"answer_0": "doel"}, {"answer-1"}),
        ("match", {"answer_0": "doel", "answer_1": "streefwaarde"}, {"answer-1"}),
        ("number", {"answer": ""}, {"answer"}),
        ("number", {"answer": "veel"}, {"answer"}),
        ("number", {"answer": "NaN"}, {"answer"}),
        ("number", {"answer": "1e400"}, {"answer"}),
        ("reflection", {"answer": "   "}, {"answer"}),
        ("reflection", {"answer": "x" * (LONGEST_TEXT + 1)}, {"answer"}),
        ("reflection", {"answer": "BSN 123456782"}, {"answer"}),
    ],
)
def test_what_is_no_answer_comes_back_with_words(kind, fields, wrong):
    form, is_valid = answered(kind, **fields)
    assert (is_valid, set(form.errors)) == (False, wrong)


def test_steps_are_never_shown_in_the_right_order():
    for seed in range(50):
        shown = shuffled(RIGHT, str(seed))
        assert shown != RIGHT
        assert sorted(shown) == sorted(RIGHT)


def test_an_answer_survives_a_correction_that_moves_or_drops_it():
    given = {"chosen": ["Doorpraten"]}
    corrected = (
        LessonBlock()
        .to_python([{"type": "question", "value": ASKED | {"choices": CHOICES[:2]}}])[0]
        .value
    )
    assert KINDS["question"].remarks(corrected, given) == []
    assert (
        KINDS["order"].remarks(value("order"), {"order": ["Eerst", "Iets anders"]})[1].given == ""
    )
