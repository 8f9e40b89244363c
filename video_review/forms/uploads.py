import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.web.validators import no_patient_numbers


class UploadForm(forms.Form):
    """What is said about a film, by the page or by a tus client. Never the name of the file."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("For yourself and the people you share with. Nothing about the patient."),
        validators=[no_patient_numbers],
    )
    learning_question = forms.CharField(
        label=_("What do you want to learn from this conversation?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever watches with you starts from this question."),
        validators=[no_patient_numbers],
    )


class AnnouncementForm(UploadForm):
    """The metadata of a tus creation."""

    attempt = forms.UUIDField(required=False)
    assignment = forms.UUIDField(required=False)

    def announced(self) -> dict[str, Any]:
        said = self.cleaned_data
        attempt: uuid.UUID | None = said["attempt"]
        assignment: uuid.UUID | None = said["assignment"]
        return {
            "title": said["title"],
            "learning_question": said["learning_question"],
            "attempt": attempt,
            "assignment_key": assignment,
        }
