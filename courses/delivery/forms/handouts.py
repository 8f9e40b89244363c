from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from courses.curriculum.file_kinds import KINDS
from courses.curriculum.licences import Licence
from courses.curriculum.uploads import check_handout
from courses.delivery.forms.common import TOO_LONG

ENDINGS = ",".join(f".{ending}" for kind in KINDS.values() for ending in kind.extensions)


class HandoutForm(forms.Form):
    """What a trainer leaves with an evening, and under which terms."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PowerPoint, Word, OpenDocument or a picture. Nothing about patients."),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Save it once more and choose it again."),
            "max_length": _("The name of this file is too long. Give it a shorter name."),
        },
    )
    title = forms.CharField(
        label=_("What it is"),
        max_length=200,
        error_messages={
            "required": _("Write what it is, so that people know what they open."),
            "max_length": TOO_LONG,
        },
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=[("", _("Choose a licence")), *Licence.choices],
        error_messages={
            "required": _("Choose under which terms people may use it."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    rights_holder = forms.CharField(
        label=_("Rights holder"),
        max_length=250,
        error_messages={
            "required": _("Write whose it is. Made by yourself? Then your own name."),
            "max_length": TOO_LONG,
        },
    )
    content_source = forms.CharField(
        label=_("Source"),
        help_text=_("Where it comes from. Written for this course? Then say so."),
        max_length=250,
        error_messages={"required": _("Write where it comes from."), "max_length": TOO_LONG},
    )
    is_for_afterwards = forms.BooleanField(
        label=_("Only after the evening"),
        help_text=_("Until the evening is over only trainers see it."),
        required=False,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        check_handout(file)
        return file

    def about(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}
