from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.instruments.engine import LONGEST_TEXT
from assessments.instruments.models import Item
from lms.web.validators import no_patient_numbers
from video_review.models import Moment, Recording
from video_review.services.observations import MomentDetails

BEYOND_THE_END_MS = 5_000  # a player and a probe do not always agree on the last frame
LONGEST_RECORDING_MS = 24 * 3_600_000


class MomentForm(forms.Form):
    id = forms.UUIDField()
    at_ms = forms.IntegerField(min_value=0)
    kind = forms.ChoiceField(choices=Moment.Kind.choices)
    quote = forms.CharField(
        required=False, max_length=LONGEST_TEXT, validators=[no_patient_numbers]
    )
    note = forms.CharField(required=False, max_length=LONGEST_TEXT, validators=[no_patient_numbers])
    items = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, recording: Recording, version_id: int) -> None:
        super().__init__(data)
        self.longest_ms = (
            round(recording.duration * 1000) + BEYOND_THE_END_MS
            if recording.duration
            else LONGEST_RECORDING_MS
        )
        codes = Item.objects.filter(section__version=version_id).values_list("code", flat=True)
        self.fields["items"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]  # a field of choices

    def clean_at_ms(self) -> int:
        at_ms: int = self.cleaned_data["at_ms"]
        if at_ms > self.longest_ms:
            raise forms.ValidationError(_("The recording is not that long."))
        return at_ms

    def details(self) -> MomentDetails:
        cleaned = self.cleaned_data
        return MomentDetails(
            at_ms=cleaned["at_ms"],
            kind=cleaned["kind"],
            quote=cleaned["quote"],
            note=cleaned["note"],
            items=cleaned["items"],
        )


class DevelopmentPointForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to do differently?"),
        help_text=_("One thing, as something one could see on a recording."),
        max_length=300,
        validators=[no_patient_numbers],
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
        error_messages={"required": _("Write down one thing, however small.")},
    )
    first_step = forms.CharField(
        label=_("What is your first step?"),
        help_text=_("In which kind of conversation, and when."),
        max_length=300,
        validators=[no_patient_numbers],
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
        error_messages={"required": _("Write down your first step: when will you try it?")},
    )
