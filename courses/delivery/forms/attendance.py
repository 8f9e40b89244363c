from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.participant import reason_field
from courses.delivery.services.attendance import Part


class CorrectionForm(forms.Form):
    """In which parts somebody was there, as it turned out afterwards; none: they were not."""

    present = forms.TypedMultipleChoiceField(
        label=_("Was there in"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This evening has no such part. Choose of the list.")},
    )
    reason = reason_field(
        _("Why you correct it"), _("Write why. Without a reason the attendance stays as it was.")
    )

    def __init__(self, *args: Any, parts: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (
                part.number,
                _("Part %(number)d (%(minutes)d minutes)")
                % {"number": part.number, "minutes": part.minutes},
            )
            for part in parts
        ]
        self.fields["present"].choices = choices  # type: ignore[attr-defined]
