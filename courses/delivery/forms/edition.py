"""An edition with all its evenings, as one form. Which evenings there are follows from the chosen
version of the course."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from courses.curriculum.models import ContentVersion
from courses.curriculum.reading import Outline, outline
from courses.delivery.forms.edition_fields import (
    EditionForm,
    EveningForm,
    initial_edition,
    initial_evening,
    same_lines,
)
from courses.delivery.forms.moments import local
from courses.delivery.models import Edition, Evening
from courses.delivery.services.changes import EditionPlan, mark_of
from courses.delivery.services.publication import out_of_order

LONGEST_NUMBER = 18  # signs
SPRING, AUTUMN = range(1, 7), range(7, 13)  # months
SEEN = "gezien"  # what stood in the form when it was opened
SEAL = "delivery.edition_form"


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else changed since this form was opened."""

    code: str  # of the evening
    name: str
    label: str
    before: Any
    now: Any
    here: Any  # what this form makes of it


class PlanForm:
    """The edition's form with one for each evening, and what is said of all evenings together."""

    def __init__(
        self,
        said: Mapping[str, Any] | None = None,
        *,
        edition: Edition | None = None,
        is_sent: bool = True,
    ) -> None:
        """``said`` without ``is_sent`` is shown again as it was typed, and nothing is judged."""
        self.edition = edition
        data, typed = (said, None) if is_sent else (None, said)
        self.said = said or {}
        self.about = EditionForm(data, edition=edition, initial=initial_edition(edition, typed))
        self.version = self.chosen_version(said)
        self.course = outline(self.version) if self.version else Outline()
        pages = sorted(self.course.evenings.values(), key=lambda page: (page.number, page.code))
        stored = {one.page_key: one for one in edition.evenings.all()} if edition else {}
        first = stored.get(pages[0].key) if pages else None
        self.evenings = [
            EveningForm(
                data,
                prefix=f"avond-{page.code}",
                page=page,
                stored=stored.get(page.key),
                is_first=page == pages[0],
                initial=initial_evening(page, stored.get(page.key), first, typed),
            )
            for page in pages
        ]
        self.seen = str(self.said.get(SEEN, ""))
        if said is None and edition is not None:
            opened = {"mark": mark_of(edition), "values": self.values()}
            self.seen = signing.dumps(opened, salt=SEAL, compress=True)

    @cached_property
    def opened(self) -> dict[str, Any]:
        """As it was when it was opened; without it nobody can say what others changed."""
        try:
            found: dict[str, Any] = signing.loads(self.seen, salt=SEAL)
        except signing.BadSignature:
            return {"mark": "", "values": {}}
        return found

    @property
    def is_behind(self) -> bool:
        mark = self.opened["mark"]
        return bool(mark and self.edition and mark != mark_of(self.edition))

    def values(self) -> dict[str, str]:
        """What a browser sends when nothing is touched."""
        return {bound.html_name: sent_as(bound) for bound in self.questions()}

    def questions(self) -> Iterator[forms.BoundField]:
        for form in (self.about, *self.evenings):
            yield from form

    def brought_up(self) -> tuple["PlanForm", list[Meanwhile]]:
        """The same form on what stands there now: own changes stay, the rest is as others made it;
        with what that is. Nothing is judged."""
        now = PlanForm(edition=self.edition and Edition.objects.get(pk=self.edition.pk))
        before, current = self.opened["values"], now.values()
        typed = {name: same_lines(str(value)) for name, value in self.said.items()}
        own = {name: typed.get(name, "") for name in {*before, *typed}}
        own = {name: value for name, value in own.items() if value != before.get(name, "")}
        merged = current | own | {SEEN: now.seen}
        changed = []
        for bound in now.questions():
            was, becomes = before.get(bound.html_name, ""), current[bound.html_name]
            if was != becomes:
                words = (shown_as(bound, one) for one in (was, becomes, merged[bound.html_name]))
                changed.append(Meanwhile(code_of(bound), bound.name, str(bound.label), *words))
        return PlanForm(merged, edition=now.edition, is_sent=False), changed

    def chosen_version(self, said: Mapping[str, Any] | None) -> ContentVersion | None:
        versions = self.about.fields["content"].queryset  # type: ignore[attr-defined]
        asked = str(said.get("content", "")) if said else ""
        own = self.edition.content_id if self.edition else None
        is_number = asked.isdecimal() and len(asked) <= LONGEST_NUMBER
        found = versions.filter(pk=int(asked)).first() if is_number else None
        return found or versions.filter(pk=own).first() or versions.first()

    def is_valid(self) -> bool:
        forms_right = [form.is_valid() for form in (self.about, *self.evenings)]
        self.look_at_order()
        return all(forms_right) and not any(form.errors for form in self.evenings)

    def look_at_order(self) -> None:
        forms_of = {form.page.code: form for form in self.evenings}
        held = [one for one in self.planned() if one.cancelled_at is None]
        for earlier, later in out_of_order(held):
            form, said = forms_of[later.code], {"later": later.code, "earlier": earlier.code}
            if later.starts_at < earlier.starts_at:
                text = gettext(
                    "Evening %(later)s comes after evening %(earlier)s. Choose a later date."
                )
                add_once(form, "date", text % said)
            else:
                text = gettext(
                    "Evening %(earlier)s is not over then. Let evening %(later)s begin later, or "
                    "on another day."
                )
                add_once(form, "begins", text % said)

    def planned(self) -> list[Evening]:
        """Those of which it is known when they are."""
        found = (form.evening(self.evenings[0]) for form in self.evenings)
        return [one for one in found if one is not None]

    @property
    def track_choice_days(self) -> int | None:
        if self.about.is_bound:
            self.about.is_valid()
            return self.about.cleaned_data.get("track_choice_days")
        return self.edition.track_choice_days if self.edition else None

    @property
    def plan(self) -> EditionPlan:
        said = self.about.cleaned_data
        evenings = self.planned()
        return EditionPlan(
            title=said["title"].strip() or title_for(said["region"], evenings),
            content=said["content"],
            region=said["region"],
            care_group=said["care_group"],
            is_open=said["is_open"],
            capacity=said["capacity"],
            track_choice_days=said["track_choice_days"],
            track_minimum=said["track_minimum"],
            evenings=evenings,
            seen=self.opened["mark"],
        )

    def errors(self) -> Iterator[tuple[str, str, str]]:
        """Per fault the id of its field, which evening it is of, and what it says."""
        for form in (self.about, *self.evenings):
            code = form.page.code if isinstance(form, EveningForm) else ""
            for name, faults in form.errors.items():
                field = form[name].id_for_label if name in form.fields else ""
                yield field, code, str(faults[0])


def sent_as(bound: forms.BoundField) -> str:
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return "on" if value else ""
    shown = bound.field.widget.format_value(value)
    return same_lines("".join(shown) if isinstance(shown, list) else shown or "")


def shown_as(bound: forms.BoundField, sent: str) -> Any:
    """As people read it."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return bool(sent)
    if isinstance(field, forms.ChoiceField):
        labels = {str(one.data["value"]): one.choice_label for one in bound.subwidgets}
        return labels.get(sent, sent)
    if isinstance(field, forms.DateField) and sent:
        return field.to_python(sent)
    return sent


def code_of(bound: forms.BoundField) -> str:
    return bound.form.page.code if isinstance(bound.form, EveningForm) else ""


def add_once(form: EveningForm, name: str, text: str) -> None:
    if name not in form.errors:
        form.add_error(name, text)


def title_for(region: str, evenings: list[Evening]) -> str:
    """In Dutch, like every title of an edition."""
    begin = local(min(one.starts_at for one in evenings))
    with translation.override("nl"):
        words = {
            True: pgettext("title of an edition", "%(region)s course, spring %(year)d"),
            False: pgettext("title of an edition", "%(region)s course, autumn %(year)d"),
        }[begin.month in SPRING]
        return words % {"region": region, "year": begin.year}
