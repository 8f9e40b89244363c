"""How each kind of question is asked, judged and answered back.

What somebody gave is kept in words, not in places: a correction of a lesson may move an answer,
but never lets anybody have said something else.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.web.validators import no_patient_numbers

Given = dict[str, Any]  # what is kept of an answer, as JSON
LONGEST_TEXT = 2000
MISSING = gettext_lazy("Choose an answer first. Nothing has been lost.")


@dataclass(frozen=True)
class Remark:
    """What is said back about one part of an answer; ``is_right`` None: there is no right."""

    about: str
    given: str
    is_right: bool | None
    text: str


class QuestionForm(forms.Form):
    """One question. ``attempt`` tells answering again from sending twice."""

    attempt = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    is_group = False  # several fields under one question, instead of one field that is the question

    def __init__(self, *args: Any, value: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.value = value
        self.ask()

    def ask(self) -> None:
        """Add the fields for this question."""
        raise NotImplementedError

    def given(self) -> Given:
        raise NotImplementedError


class ChoiceForm(QuestionForm):
    def ask(self) -> None:
        self.fields["answer"] = forms.ChoiceField(
            label=self.value["prompt"],
            choices=numbered(self.value["choices"]),
            widget=forms.RadioSelect,
            error_messages={"required": MISSING},
        )

    def given(self) -> Given:
        return {"chosen": [chosen_text(self.value, self.cleaned_data["answer"])]}


class MultipleForm(QuestionForm):
    def ask(self) -> None:
        self.fields["answer"] = forms.MultipleChoiceField(
            label=self.value["prompt"],
            help_text=_("More than one answer is right."),
            choices=numbered(self.value["choices"]),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": MISSING},
        )

    def given(self) -> Given:
        return {"chosen": [chosen_text(self.value, place) for place in self.cleaned_data["answer"]]}


class OrderForm(QuestionForm):
    is_group = True

    def ask(self) -> None:
        self.shown = shuffled([item["text"] for item in self.value["items"]], self.value["key"])
        places = [(str(place), str(place)) for place in range(1, len(self.shown) + 1)]
        for number, text in enumerate(self.shown):
            self.fields[f"answer-{number}"] = forms.ChoiceField(
                label=text,
                choices=[("", _("Place")), *places],
                error_messages={"required": _("Give this a place.")},
            )

    def clean(self) -> Given:
        cleaned: Given = super().clean() or {}
        taken = [cleaned.get(f"answer-{number}") for number in range(len(self.shown))]
        if all(taken) and len(set(taken)) < len(taken):
            raise forms.ValidationError(_("Use every place once. What you chose is still there."))
        return cleaned

    def given(self) -> Given:
        places = [
            (int(self.cleaned_data[f"answer-{number}"]), text)
            for number, text in enumerate(self.shown)
        ]
        return {"order": [text for _place, text in sorted(places)]}


class MatchForm(QuestionForm):
    is_group = True

    def ask(self) -> None:
        options = [(option, option) for option in self.value["options"]]
        for number, row in enumerate(self.value["rows"]):
            self.fields[f"answer-{number}"] = forms.ChoiceField(
                label=row["text"],
                choices=[("", _("Choose")), *options],
                error_messages={"required": _("Choose where this belongs.")},
            )

    def given(self) -> Given:
        rows = enumerate(self.value["rows"])
        return {"rows": {row["text"]: self.cleaned_data[f"answer-{n}"] for n, row in rows}}


class NumberForm(QuestionForm):
    def ask(self) -> None:
        self.fields["answer"] = forms.DecimalField(
            label=self.value["prompt"],
            help_text=self.value["unit"],
            max_digits=12,
            decimal_places=3,
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "required": _("Type a number first. A guess is fine."),
                "invalid": _("Type a number, such as 12 or 12,5."),
            },
        )

    def given(self) -> Given:
        return {"number": str(self.cleaned_data["answer"])}


class ReflectionForm(QuestionForm):
    def ask(self) -> None:
        self.fields["answer"] = forms.CharField(
            label=self.value["prompt"],
            help_text=self.value["hint"],
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 6}),
            validators=[no_patient_numbers],
            error_messages={
                "required": _("Write something first. One sentence is enough."),
                "max_length": _("This is longer than we can keep. Make it shorter."),
            },
        )

    def given(self) -> Given:
        return {"text": self.cleaned_data["answer"]}


def numbered(choices: Any) -> list[tuple[str, str]]:
    return [(str(place), choice["text"]) for place, choice in enumerate(choices)]


def chosen_text(value: Any, place: str) -> str:
    text: str = value["choices"][int(place)]["text"]
    return text


def shuffled(texts: list[str], seed: str) -> list[str]:
    """In an order that looks like chance, the same for everybody, and never the right one."""
    mixed = sorted(texts, key=lambda text: hashlib.sha256(f"{seed} {text}".encode()).digest())
    return mixed if mixed != texts else [*texts[1:], texts[0]]


def right_choices(value: Any) -> Given:
    return {"chosen": [choice["text"] for choice in value["choices"] if choice["is_correct"]]}


def right_order(value: Any) -> Given:
    return {"order": [item["text"] for item in value["items"]]}


def right_match(value: Any) -> Given:
    return {"rows": {row["text"]: row["answer"] for row in value["rows"]}}


def right_number(value: Any) -> Given:
    return {"number": str(value["answer"])}


def example_text(value: Any) -> Given:
    return {"text": value["example"]}


def judge_choice(value: Any, given: Given) -> bool:
    return set(given["chosen"]) == set(right_choices(value)["chosen"])


def judge_order(value: Any, given: Given) -> bool:
    return given == right_order(value)


def judge_match(value: Any, given: Given) -> bool:
    return given == right_match(value)


def judge_number(value: Any, given: Given) -> bool:
    return bool(abs(Decimal(given["number"]) - value["answer"]) <= value["tolerance"])


def judge_reflection(value: Any, given: Given) -> bool:
    """Nothing that somebody writes for himself is wrong."""
    return True


def remarks_on_choice(value: Any, given: Given) -> list[Remark]:
    return [
        Remark(choice["text"], "", bool(choice["is_correct"]), choice["feedback"])
        for choice in value["choices"]
        if choice["text"] in given["chosen"]
    ]


def remarks_on_multiple(value: Any, given: Given) -> list[Remark]:
    """Of every answer whether leaving or choosing it was right, and what is to be said of it."""
    return [
        Remark(
            choice["text"],
            _("chosen") if choice["text"] in given["chosen"] else _("not chosen"),
            (choice["text"] in given["chosen"]) == bool(choice["is_correct"]),
            choice["feedback"],
        )
        for choice in value["choices"]
    ]


def remarks_on_order(value: Any, given: Given) -> list[Remark]:
    """In the right order, each with the place it was given when that is another."""
    places = {text: place for place, text in enumerate(given["order"], start=1)}
    return [
        Remark(
            f"{place}. {item['text']}",
            _("you: place %(place)d") % {"place": places[item["text"]]}
            if places.get(item["text"], place) != place
            else "",
            places.get(item["text"]) == place,
            item["feedback"],
        )
        for place, item in enumerate(value["items"], start=1)
    ]


def remarks_on_match(value: Any, given: Given) -> list[Remark]:
    return [
        Remark(
            f"{row['text']} → {row['answer']}",
            ""
            if given["rows"].get(row["text"]) == row["answer"]
            else _("you: %(answer)s") % {"answer": given["rows"].get(row["text"], "–")},
            given["rows"].get(row["text"]) == row["answer"],
            row["feedback"],
        )
        for row in value["rows"]
    ]


def remarks_on_number(value: Any, given: Given) -> list[Remark]:
    number = Decimal(given["number"])
    is_right = judge_number(value, given)
    side = "right" if is_right else "too_low" if number < value["answer"] else "too_high"
    about = f"{localize(number.normalize())} {value['unit']}".strip()
    return [Remark(about, "", is_right, value[side])]


def remarks_on_reflection(value: Any, given: Given) -> list[Remark]:
    return [Remark(given["text"], "", None, value["example"])]


@dataclass(frozen=True)
class Kind:
    form: type[QuestionForm]
    right: Callable[[Any], Given]  # what somebody gives who has it all right
    judge: Callable[[Any, Given], bool]
    remarks: Callable[[Any, Given], list[Remark]]


# Under the names of their blocks.
KINDS: dict[str, Kind] = {
    "question": Kind(ChoiceForm, right_choices, judge_choice, remarks_on_choice),
    "multiple": Kind(MultipleForm, right_choices, judge_choice, remarks_on_multiple),
    "order": Kind(OrderForm, right_order, judge_order, remarks_on_order),
    "match": Kind(MatchForm, right_match, judge_match, remarks_on_match),
    "number": Kind(NumberForm, right_number, judge_number, remarks_on_number),
    "reflection": Kind(ReflectionForm, example_text, judge_reflection, remarks_on_reflection),
}
