from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does it not take place?"),
        help_text=_(
            "Whoever it concerns reads this. Nothing about patients, or why somebody is ill."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why, in a sentence: whoever it concerns reads it."),
            "max_length": TOO_LONG,
        },
    )
