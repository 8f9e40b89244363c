"""Making the groups of an evening, and changing them by hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import CountField
from courses.delivery.models import GroupSplit
from courses.delivery.services.splits import FEWEST, Split, number_of_groups

MOST_GROUPS = 20


class SplitForm(forms.Form):
    by = forms.ChoiceField(
        label=_("What do you choose?"),
        choices=[("groups", _("A number of groups")), ("size", _("People in a group, at most"))],
        widget=forms.RadioSelect,
        initial="groups",
    )
    number = CountField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_GROUPS,
        initial=4,
        error_messages=dict.fromkeys(
            ["required", "invalid"], _("Fill in a whole number, such as 4.")
        ),
    )
    partners = forms.ChoiceField(
        label=_("Practice partners"),
        choices=GroupSplit.Partners.choices,
        widget=forms.RadioSelect,
        initial=GroupSplit.Partners.APART,
    )

    def __init__(self, *args: Any, people: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "number" not in said or "by" not in said:
            return said
        if not self.people:
            raise forms.ValidationError(
                _("Nobody is marked as present. Tap the names on the evening first.")
            )
        if self.people < FEWEST:
            raise forms.ValidationError(
                _("One person is there so far, and a group has two people at least.")
            )
        is_size = said["by"] == "size"
        if is_size and said["number"] < FEWEST:
            self.add_error("number", _("A group has two people at least."))
            return said
        groups = number_of_groups(self.people, size=said["number"])
        said["groups"] = groups if is_size else said["number"]
        if said["groups"] * FEWEST > self.people:
            self.add_error("number", self.too_many())
        return said

    def too_many(self) -> forms.ValidationError:
        most = self.people // FEWEST
        message = _("%(people)d people are there: make %(most)d groups at most.")
        return forms.ValidationError(message, params={"people": self.people, "most": most})


class PlacesForm(forms.Form):
    """One choice of a group for everybody who is there."""

    def __init__(self, *args: Any, split: Split, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(0, _("no group"))] + [
            (group.number, _("Group %(number)d") % {"number": group.number})
            for group in split.groups
        ]
        placed = [(one, group.number) for group in split.groups for one in group.people]
        for one, number in placed + [(one, 0) for one in split.unplaced]:
            self.fields[str(one.pk)] = forms.TypedChoiceField(
                label=str(one.participant), choices=choices, coerce=int, initial=number
            )

    def numbers(self) -> dict[int, int]:
        return {int(name): number for name, number in self.cleaned_data.items()}

    def people(self) -> Sequence[forms.BoundField]:
        return list(self)
