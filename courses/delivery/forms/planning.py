from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.services import known_regions
from courses.delivery.services.planning import State


class PlanningFilterForm(forms.Form):
    """Which editions of the planning to show."""

    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        error_messages={
            "invalid_choice": _("No edition is in this region. Choose one of the list.")
        },
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *State.choices],
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(region, region) for region in known_regions()]
        self.fields["region"].choices = [("", _("All")), *regions]  # type: ignore[attr-defined]
