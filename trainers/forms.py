"""Who teaches the evenings of an edition: two people for each, and who runs along, in one form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Evening, EveningTrainer
from lms.accounts.models import User
from trainers.checks import collide, side_of
from trainers.models import Trainer
from trainers.services import Team, mark_of

NOBODY = _("Nobody yet")
Status = Trainer.Status
PLACES = ("first", "second")


@dataclass(frozen=True)
class CoupleRow:
    """One evening with its questions."""

    evening: Evening
    first: BoundField
    second: BoundField
    along: BoundField
    seen: str  # the mark of who stood there when the form was opened


class CouplesForm(forms.Form):
    """``teaching`` are those of now: who is not qualified any more is named, and refused. Of what
    was ``filled`` in the couple for all evenings comes to each, and who runs along stays."""

    def __init__(
        self,
        *args: Any,
        evenings: Sequence[Evening],
        teaching: Mapping[Evening, Sequence[EveningTrainer]],
        filled: QueryDict | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.evenings = evenings
        along = {
            one: [taught.user for taught in all_of if taught.role != EveningTrainer.Role.TRAINER]
            for one, all_of in teaching.items()
        }
        couples = {
            one: [taught.user for taught in all_of if taught.role == EveningTrainer.Role.TRAINER]
            for one, all_of in teaching.items()
        }
        self.standing = {
            one: [[str(user.pk) for user in those.get(one, [])] for those in (couples, along)]
            for one in evenings
        }
        opened = self.data if self.is_bound else filled or {}
        self.seen: dict[Evening, str] = {
            one: opened.get(f"seen-{one.code}", mark_of(*self.standing[one])) for one in evenings
        }
        trainers = Trainer.objects.select_related("user", "background__couple_side").order_by(
            "background__name", "user__last_name", "user__first_name", "pk"
        )
        known = list(trainers.filter(status__in=[Status.QUALIFIED, Status.IN_TRAINING]))
        self.qualified = {one.user_id: one for one in known if one.status == Status.QUALIFIED}
        self.learning = {one.user_id: one.user for one in known if one.status == Status.IN_TRAINING}
        self.learning |= {user.pk: user for those in along.values() for user in those}
        self.people = {pk: one.user for pk, one in self.qualified.items()}
        self.people |= {user.pk: user for couple in couples.values() for user in couple}
        for_all = [filled.get(f"{place}-all", "") for place in PLACES] if filled else None
        self.add_question("all", for_all or ["", ""])
        for evening in evenings:
            now, runs = self.standing[evening]
            self.add_question(evening.code, for_all or [*now, "", ""])
            self.ask_along(evening, filled.getlist(f"along-{evening.code}") if filled else runs)

    def add_question(self, name: str, chosen: Sequence[str]) -> None:
        for place, label, initial in zip(
            PLACES, (_("Trainer"), _("Second trainer")), chosen, strict=False
        ):
            self.fields[f"{place}-{name}"] = forms.TypedChoiceField(
                label=label,
                choices=self.choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=initial,
                error_messages={
                    "invalid_choice": _("This is no trainer any more. Choose somebody else.")
                },
            )

    def ask_along(self, evening: Evening, chosen: Sequence[str]) -> None:
        self.fields[f"along-{evening.code}"] = forms.TypedMultipleChoiceField(
            label=_("Runs along"),
            choices=[(pk, str(user)) for pk, user in self.learning.items()],
            coerce=int,
            required=False,
            initial=chosen,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _("Only who is in training runs along. Choose somebody else.")
            },
        )

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        groups: dict[str, list[tuple[int, str]]] = {}
        for pk, one in self.qualified.items():
            name = str(one.user)
            label = gettext("%(name)s, supervisor") % {"name": name} if one.is_supervisor else name
            groups.setdefault(str(one.background), []).append((pk, label))
        gone = [(pk, str(user)) for pk, user in self.people.items() if pk not in self.qualified]
        ended = [(gettext("Not qualified any more"), gone)] if gone else []
        return [("", NOBODY), *groups.items(), *ended]

    @property
    def rows(self) -> Iterator[CoupleRow]:
        for one in self.evenings:
            first, second, along = (self[f"{name}-{one.code}"] for name in (*PLACES, "along"))
            yield CoupleRow(one, first, second, along, self.seen[one])

    @property
    def changed_meanwhile(self) -> list[Evening]:
        return [one for one in self.evenings if self.seen[one] != mark_of(*self.standing[one])]

    def brought_up(self) -> QueryDict:
        """What was chosen here, on top of what somebody else made of the rest meanwhile."""
        said = cast(QueryDict, self.data).copy()
        for one in self.changed_meanwhile:
            names = [f"{place}-{one.code}" for place in PLACES]
            couple, along = self.standing[one]
            chosen = mark_of(
                [said.get(name, "") for name in names], said.getlist(f"along-{one.code}")
            )
            if chosen == self.seen[one]:
                for name, theirs in zip(names, [*couple, "", ""], strict=False):
                    said[name] = theirs
                said.setlist(f"along-{one.code}", along)
            said[f"seen-{one.code}"] = mark_of(couple, along)
        return said

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for evening in self.evenings:
            self.look_at_couple(evening)
        self.look_at_each_other()
        self.look_elsewhere()
        return cleaned

    def chosen(self, evening: Evening) -> list[tuple[str, int]]:
        """The questions that were answered, with who was chosen."""
        names = [f"{place}-{evening.code}" for place in PLACES]
        return [(name, pk) for name in names if (pk := self.cleaned_data.get(name)) is not None]

    def along(self, evening: Evening) -> list[tuple[str, int]]:
        name = f"along-{evening.code}"
        return [(name, pk) for pk in self.cleaned_data.get(name, [])]

    def team(self, evening: Evening) -> Team:
        return Team(
            couple=[self.people[pk] for _name, pk in self.chosen(evening)],
            along=[self.learning[pk] for _name, pk in self.along(evening)],
        )

    def name_of(self, pk: int) -> User:
        return self.people.get(pk) or self.learning[pk]

    def look_at_couple(self, evening: Evening) -> None:
        chosen = self.chosen(evening)
        for name, pk in self.along(evening):
            if pk in {one for _name, one in chosen}:
                text = gettext("%(name)s teaches this evening. Let somebody do one of the two.")
                self.add_error(name, text % {"name": self.name_of(pk)})
        for name, pk in chosen:
            if pk not in self.qualified:
                text = gettext(
                    "%(name)s is not a qualified trainer any more. Choose somebody else."
                )
                self.add_error(name, text % {"name": self.people[pk]})
                return
        if len(chosen) < len(PLACES):
            return
        (_first, one), (second, other) = chosen
        sides = {side_of(self.qualified[pk]) for pk in (one, other)}
        if one == other:
            self.add_error(second, _("Choose two different people, or leave this open."))
        elif len(sides - {None}) < len(PLACES):
            text = gettext(
                "A couple is a huisarts with a POH or PVK. Choose one of the two differently."
            )
            self.add_error(second, text)

    def look_at_each_other(self) -> None:
        """Two evenings of this edition at the same time need two couples."""
        for one, other in combinations(self.evenings, 2):
            if one.is_cancelled or not collide(one, other):
                continue
            taken = {pk for _name, pk in self.chosen(one)}
            text = gettext(
                "Evenings %(one)s and %(other)s are at the same time, so they need two couples. "
                "Choose somebody else for one of them."
            )
            for name, pk in self.chosen(other):
                if pk in taken:
                    self.add_error(name, text % {"one": one.code, "other": other.code})
            along = {pk for _name, pk in self.along(one)}
            for name, pk in (*self.along(other), *self.chosen(other)):
                if pk in along or (pk in taken and name.startswith("along")):
                    self.say_elsewhere(name, pk, one)

    def look_elsewhere(self) -> None:
        """Nobody stands in another edition at the same time."""
        asked = {one: [*self.chosen(one), *self.along(one)] for one in self.evenings}
        busy = busy_elsewhere({pk for found in asked.values() for _name, pk in found})
        for evening, found in asked.items():
            for name, pk in found:
                for taught in busy.get(pk, []):
                    is_asked_here = taught.evening in asked
                    if (
                        is_asked_here
                        or evening.is_cancelled
                        or not collide(evening, taught.evening)
                    ):
                        continue
                    self.say_elsewhere(name, pk, taught.evening)
                    break

    def say_elsewhere(self, name: str, pk: int, evening: Evening) -> None:
        text = gettext(
            "%(name)s is at evening %(code)s of %(edition)s then. Choose somebody else, or another "
            "time."
        )
        said = {"name": self.name_of(pk), "code": evening.code, "edition": evening.edition.title}
        self.add_error(name, text % said)


def busy_elsewhere(people: set[int]) -> dict[int, list[EveningTrainer]]:
    taught = EveningTrainer.objects.valid().filter(user__in=people)
    busy: dict[int, list[EveningTrainer]] = {}
    for one in taught.select_related("evening__edition"):
        busy.setdefault(one.user_id, []).append(one)
    return busy
