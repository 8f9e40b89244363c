"""What several forms have in common."""

from django import forms
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")


def point_at_first_error(form: forms.Form) -> None:
    """Where somebody lands who gets the form back."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return
