"""What several forms have in common."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")


class OneLineField(forms.CharField):
    """A name, which stands in subjects and first lines of mails: it has no lines of its own."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


def point_at_first_error(form: forms.Form) -> None:
    """Where somebody lands who gets the form back."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return
