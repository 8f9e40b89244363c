"""Who teaches the evenings of an edition: two people for each, in one form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Evening, EveningTrainer
from lms.accounts.models import User
from trainers.checks import collide, side_of
from trainers.models import Trainer

NOBODY = _("Nobody yet")
PLACES = ("first", "second")


@dataclass(frozen=True)
class CoupleRow:
    """One evening with its two questions."""

    evening: Evening
    first: BoundField
    second: BoundField
    along: Sequence[User]


class CouplesForm(forms.Form):
    """``teaching`` are those of now: who is not qualified any more is named, and refused."""

    def __init__(
        self,
        *args: Any,
        evenings: Sequence[Evening],
        teaching: Mapping[Evening, Sequence[EveningTrainer]],
        for_all: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.evenings = evenings
        self.along = {
            one: [taught.user for taught in all_of if taught.role != EveningTrainer.Role.TRAINER]
            for one, all_of in teaching.items()
        }
        couples = {
            one: [taught.user for taught in all_of if taught.role == EveningTrainer.Role.TRAINER]
            for one, all_of in teaching.items()
        }
        qualified = Trainer.objects.select_related("user", "background__couple_side").order_by(
            "background__name", "user__last_name", "user__first_name", "pk"
        )
        self.qualified = {
            one.user_id: one for one in qualified.filter(status=Trainer.Status.QUALIFIED)
        }
        self.people = {pk: one.user for pk, one in self.qualified.items()}
        self.people |= {user.pk: user for couple in couples.values() for user in couple}
        self.add_question("all", for_all or ["", ""])
        for evening in evenings:
            now = [str(user.pk) for user in couples.get(evening, [])]
            self.add_question(evening.code, for_all or [*now, "", ""])

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
            first, second = (self[f"{place}-{one.code}"] for place in PLACES)
            yield CoupleRow(one, first, second, self.along.get(one, []))

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

    def couple(self, evening: Evening) -> list[User]:
        return [self.people[pk] for _name, pk in self.chosen(evening)]

    def look_at_couple(self, evening: Evening) -> None:
        chosen = self.chosen(evening)
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

    def look_elsewhere(self) -> None:
        """Nobody stands in another edition at the same time, nor runs along in this one."""
        busy = busy_elsewhere({pk for one in self.evenings for _name, pk in self.chosen(one)})
        ours = set(self.evenings)
        text = gettext(
            "%(name)s is at evening %(code)s of %(edition)s then. Choose somebody else, or another "
            "time."
        )
        for evening in self.evenings:
            for name, pk in self.chosen(evening):
                for taught in busy.get(pk, []):
                    is_asked_here = taught.evening in ours and taught.role == taught.Role.TRAINER
                    if (
                        is_asked_here
                        or evening.is_cancelled
                        or not collide(evening, taught.evening)
                    ):
                        continue
                    said = {"name": self.people[pk], "code": taught.evening.code}
                    self.add_error(name, text % (said | {"edition": taught.evening.edition.title}))
                    break


def busy_elsewhere(people: set[int]) -> dict[int, list[EveningTrainer]]:
    taught = EveningTrainer.objects.valid().filter(user__in=people)
    busy: dict[int, list[EveningTrainer]] = {}
    for one in taught.select_related("evening__edition"):
        busy.setdefault(one.user_id, []).append(one)
    return busy
