from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.applying import ApplicationForm
from courses.delivery.forms.common import TOO_LONG


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why you would come alone"),
        help_text=_("A few sentences are enough. Only the coordinators read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write why, so that the coordinator can think along with you."),
            "max_length": TOO_LONG,
        },
    )


class AloneForm(ApplicationForm):
    """To ask whether one may come without a partner. What is known is not asked again."""

    partner_first_name = None  # type: ignore[assignment]  # takes the field away
    partner_last_name = None  # type: ignore[assignment]
    partner_email = None  # type: ignore[assignment]
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].help_text = _(
                "You get a mail there to confirm. Only then does the coordinator see your question."
            )


class GoOnAloneForm(forms.Form):
    """By somebody whose partner stopped."""

    reason = reason_field()


class RequestAnswerForm(forms.Form):
    """Yes, or no with words for who asked."""

    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("Whoever asked reads it after signing in. With a no it is needed."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )
    decision = forms.ChoiceField(
        choices=[("ja", _("Yes")), ("nee", _("No"))],
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose yes or no."),
            "invalid_choice": _("Choose yes or no."),
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "nee" and not cleaned.get("answer"):
            self.add_error(
                "answer", _("Write why not, and what somebody can do now. They read it here.")
            )
        return cleaned
