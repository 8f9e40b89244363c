import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG


class TrackDecisionForm(forms.Form):
    """A coordinator decides for one participant, and says why."""

    enrolment = forms.TypedChoiceField(
        label=_("Whose track"),
        coerce=int,
        error_messages={
            "required": _("Choose whose track you change."),
            "invalid_choice": _("This person does not take part any more. Choose another."),
        },
    )
    track = forms.TypedChoiceField(
        label=_("Which track it becomes"),
        coerce=uuid.UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the track it becomes."),
            "invalid_choice": _("Choose one of the tracks of this course."),
        },
    )
    reason = forms.CharField(
        label=_("Why you decide this"),
        help_text=_("It stays in the record. Nothing about patients."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why. Without a reason the track stays as it was."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(
        self,
        *args: Any,
        people: list[tuple[int, str]],
        tracks: list[tuple[uuid.UUID, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enrolment"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]
        self.fields["track"].choices = tracks  # type: ignore[attr-defined]
