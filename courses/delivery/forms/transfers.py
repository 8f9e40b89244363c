from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG
from courses.delivery.models import CoupleMember, Edition

BOTH = "samen"


class TransferForm(forms.Form):
    """Who goes to which other edition of the course."""

    wie = forms.ChoiceField(
        label=_("Who goes"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who goes."),
            "invalid_choice": _("This person does not take part here any more. Choose again."),
        },
    )
    naar = forms.ChoiceField(
        label=_("To which edition"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose where they go."),
            "invalid_choice": _("Nobody can go to this edition any more. Choose another."),
        },
    )

    def __init__(
        self, *args: Any, people: list[CoupleMember], editions: list[Edition], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.editions = {str(one.public_id): one for one in editions}
        who: list[tuple[str, object]] = [(BOTH, _("The two together"))] if len(people) > 1 else []
        who += [
            (key, gettext("Only %(name)s") % {"name": one.user}) for key, one in self.people.items()
        ]
        self.fields["wie"].choices = who  # type: ignore[attr-defined]
        self.fields["naar"].choices = [  # type: ignore[attr-defined]
            (key, label_of(one)) for key, one in self.editions.items()
        ]

    def chosen_edition(self) -> Edition:
        return self.editions[self.cleaned_data["naar"]]

    def chosen_people(self) -> list[CoupleMember]:
        return [one for key, one in self.people.items() if self.cleaned_data["wie"] in (BOTH, key)]

    def is_split(self) -> bool:
        return len(self.chosen_people()) < len(self.people)


class TransferReasonForm(forms.Form):
    """Why one of two goes on alone: it is an exception, and kept as one."""

    reason = forms.CharField(
        label=_("Why this one goes on without the other"),
        max_length=500,
        widget=forms.TextInput(),
        error_messages={
            "required": _("Write why: it is kept, for whoever asks about it later."),
            "max_length": TOO_LONG,
        },
    )


def label_of(edition: Edition) -> str:
    first = min(edition.evenings.all(), key=lambda one: one.starts_at)
    free = edition.capacity - edition.seats_taken
    places = ngettext("%(free)d place free", "%(free)d places free", free) % {"free": free}
    parts = [
        edition.title,
        edition.region,
        gettext("begins %(day)s") % {"day": date_format(first.starts_at, "j F Y")},
        places,
    ]
    if edition.waiting:  # type: ignore[attr-defined]  # annotated
        parts.append(gettext("others wait there"))
    return " · ".join(parts)
