from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.services.absence import CatchUp
from lms.web.templatetags.web import moment

ASK = "vraag"


def name_of(one: CatchUp) -> str:
    """Date, group and place, as somebody compares them with their own calendar."""
    evening = one.evening
    parts = [moment(evening.starts_at), evening.edition.title, evening.place]
    return " · ".join(part for part in parts if part)


class AbsenceForm(forms.Form):
    """Where somebody catches up; ``asks``: nowhere yet, the coordinator looks for a place."""

    catch_up = forms.ChoiceField(
        label=_("Where do you catch up?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose where you catch up, or ask the coordinator."),
            "invalid_choice": _(
                "That evening is full, or has been moved. Choose another one, or ask the"
                " coordinator."
            ),
        },
    )

    def __init__(self, *args: Any, found: Sequence[CatchUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evenings = {str(one.evening.public_id): one.evening for one in found}
        none = _("None of these: ask the coordinator") if found else _("Ask the coordinator")
        choices = [(str(one.evening.public_id), name_of(one)) for one in found]
        self.fields["catch_up"].choices = [*choices, (ASK, none)]  # type: ignore[attr-defined]
        if not found:
            self.initial["catch_up"] = ASK
