from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Practice


class MergeForm(forms.Form):
    """Which practice stays, and which one becomes part of it."""

    blijft = forms.ModelChoiceField(
        label=_("Which practice stays"),
        queryset=Practice.objects.none(),
        empty_label=_("Choose a practice"),
        error_messages={
            "required": _("Choose the practice that stays."),
            "invalid_choice": _("This practice is not here any more. Choose another."),
        },
    )
    gaat = forms.ModelChoiceField(
        label=_("Which practice becomes part of it"),
        queryset=Practice.objects.none(),
        empty_label=_("Choose a practice"),
        error_messages={
            "required": _("Choose the practice that becomes part of the other."),
            "invalid_choice": _("This practice is not here any more. Choose another."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Practice.objects.select_related("care_group").order_by("name", "place", "pk")
        for name in ("blijft", "gaat"):
            self.fields[name].queryset = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("gaat") and cleaned.get("gaat") == cleaned.get("blijft"):
            self.add_error("gaat", _("These are one and the same. Choose another practice."))
        return cleaned
