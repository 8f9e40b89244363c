"""A form version as a Django form: it draws without scripts, and checks a part as well as the
whole. Who may fill it in is decided by what the response belongs to."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments.instruments.models import Answer, FormVersion, Item, Response, Section
from assessments.instruments.services import GivenAnswer

NOT_APPLICABLE = "nvt"
LONGEST_TEXT = 4000

Validator = Callable[[str], None]


class ResponseForm(forms.Form):
    """Fields are named ``<item>-score``, ``-chosen``, ``-quote`` and ``-note``."""

    def __init__(
        self,
        version: FormVersion,
        answers: Mapping[str, Answer],
        data: Any = None,
        *,
        only: Collection[str] | None = None,
        validators: Iterable[Validator] = (),
        is_locked: bool = False,
    ) -> None:
        super().__init__(data, initial=initial_of(answers))
        self.version = version
        self.answers = answers
        text_validators = list(validators)
        for item in items_of(version):
            for name, field in fields_of(item, version, text_validators).items():
                if only is None or name in only:
                    field.disabled = is_locked
                    self.fields[name] = field

    @cached_property
    def sections(self) -> list["SectionFields"]:
        return [
            SectionFields(section, [ItemFields(self, item) for item in section.items.all()])
            for section in self.version.sections.all()
        ]

    @property
    def open_section(self) -> str:
        """Where to go on: at what is wrong, else at what is still to be filled in."""
        wrong = [one for one in self.sections if one.has_errors]
        to_do = [one for one in self.sections if one.answered < len(one.items)]
        return (wrong or to_do or self.sections)[0].section.code

    @property
    def scored(self) -> int:
        return sum(fields.is_answered for fields in self.scored_items())

    @property
    def scorable(self) -> int:
        return len(self.scored_items())

    def scored_items(self) -> list["ItemFields"]:
        return [fields for one in self.sections for fields in one.items if not fields.is_text]

    def given(self) -> dict[str, GivenAnswer]:
        """What was filled in, of the fields this form holds and that are in order."""
        answers: dict[str, GivenAnswer] = {}
        for name, value in self.cleaned_data.items():
            code, _separator, part = name.rpartition("-")
            answers.setdefault(code, {}).update(given_part(part, value))
        return answers


@dataclass(frozen=True)
class Step:
    """One step of the scale: what is sent, what stands on the button, what it is called."""

    value: str
    label: str
    word: str
    is_checked: bool


@dataclass(frozen=True)
class ItemFields:
    """One item with its fields, for a template."""

    form: ResponseForm
    item: Item

    def bound(self, part: str) -> Any:
        name = f"{self.item.code}-{part}"
        return self.form[name] if name in self.form.fields else None

    @property
    def steps(self) -> list["Step"]:
        """The scale as one bar of radio buttons."""
        bound = self.score
        chosen = "" if bound is None else str(bound.value() or "")
        return [
            Step(value, label, step["label"], is_checked=value == chosen)
            for (value, label), step in zip(
                choices_of(self.form.version), self.form.version.scale, strict=True
            )
        ]

    @property
    def score(self) -> Any:
        return self.bound("score")

    @property
    def chosen(self) -> Any:
        return self.bound("chosen")

    @property
    def quote(self) -> Any:
        return self.bound("quote")

    @property
    def note(self) -> Any:
        return self.bound("note")

    @property
    def is_text(self) -> bool:
        return self.item.kind == Item.Kind.TEXT

    @property
    def is_answered(self) -> bool:
        answer = self.form.answers.get(self.item.code)
        if answer is None:
            return False
        if self.is_text:
            return bool(answer.note)
        return answer.value is not None or answer.is_not_applicable

    @property
    def has_words(self) -> bool:
        answer = self.form.answers.get(self.item.code)
        parts = [part for part in (self.quote, self.note) if part is not None]
        return any(part.errors for part in parts) or bool(answer and (answer.quote or answer.note))


@dataclass(frozen=True)
class SectionFields:
    section: Section
    items: list[ItemFields]

    @property
    def answered(self) -> int:
        return sum(fields.is_answered for fields in self.items)

    @property
    def has_errors(self) -> bool:
        codes = {fields.item.code for fields in self.items}
        return any(name.rpartition("-")[0] in codes for name in self.items[0].form.errors)


def with_items(version_id: int) -> FormVersion:
    """A version with all it asks, in three queries."""
    items = Prefetch("items", queryset=Item.objects.order_by("position"))
    sections = Prefetch("sections", queryset=Section.objects.prefetch_related(items))
    found: FormVersion = (
        FormVersion.objects.select_related("form").prefetch_related(sections).get(pk=version_id)
    )
    return found


def items_of(version: FormVersion) -> list[Item]:
    return [item for section in version.sections.all() for item in section.items.all()]


def answers_of(response: Response) -> dict[str, Answer]:
    return {answer.item.code: answer for answer in response.answers.select_related("item")}


def choices_of(version: FormVersion) -> list[tuple[str, str]]:
    """The steps of the scale as one presses them; what each means stands beside the form."""
    return [
        (NOT_APPLICABLE, step["label"])
        if step["value"] is None
        else (str(step["value"]), str(step["value"]))
        for step in version.scale
    ]


def fields_of(
    item: Item, version: FormVersion, validators: list[Validator]
) -> dict[str, forms.Field]:
    if item.kind == Item.Kind.TEXT:
        return {f"{item.code}-note": text_field(item.text, validators)}
    fields: dict[str, forms.Field] = {
        f"{item.code}-score": forms.ChoiceField(
            label=item.text,
            choices=choices_of(version),
            widget=forms.RadioSelect,
            required=False,
        )
    }
    if item.options:
        fields[f"{item.code}-chosen"] = forms.MultipleChoiceField(
            label=_("Tick what you saw"),
            choices=[(option, option) for option in item.options],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    fields[f"{item.code}-quote"] = text_field(_("What was said"), validators)
    fields[f"{item.code}-note"] = text_field(_("What you think of it"), validators)
    return fields


def text_field(label: Any, validators: list[Validator]) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        validators=list(validators),
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )


def initial_of(answers: Mapping[str, Answer]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for code, answer in answers.items():
        score = "" if answer.value is None else str(answer.value)
        initial[f"{code}-score"] = NOT_APPLICABLE if answer.is_not_applicable else score
        initial[f"{code}-chosen"] = answer.chosen
        initial[f"{code}-quote"] = answer.quote
        initial[f"{code}-note"] = answer.note
    return initial


def given_part(part: str, value: Any) -> GivenAnswer:
    if part == "score":
        if value == NOT_APPLICABLE:
            return {"value": None, "is_not_applicable": True}
        return {"value": int(value) if value else None, "is_not_applicable": False}
    if part == "chosen":
        return {"chosen": value}
    return {"quote": value} if part == "quote" else {"note": value}
