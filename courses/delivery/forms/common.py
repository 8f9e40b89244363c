"""What several forms have in common."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")
WHOLE_NUMBER = _("Fill in a whole number, such as 16.")


class OneLineField(forms.CharField):
    """A name, which stands in subjects and first lines of mails: it has no lines of its own."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class CountField(forms.IntegerField):
    """A whole number, in a field that keeps what was typed when it is none: a browser empties its
    own field for numbers, and a wheel or an arrow changes it unseen."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "required": WHOLE_NUMBER,
        "invalid": WHOLE_NUMBER,
        "min_value": _("Make it at least %(limit_value)s."),
        "max_value": _("Make it at most %(limit_value)s."),
    }


def point_at_first_error(form: forms.Form) -> None:
    """Where somebody lands who gets the form back."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return
