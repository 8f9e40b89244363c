from django import forms

from courses.delivery.forms.applying import (
    colleague_email,
    colleague_first_name,
    colleague_last_name,
)


class AnotherPartnerForm(forms.Form):
    """The colleague who comes in place of the one who stopped."""

    first_name = colleague_first_name()
    last_name = colleague_last_name()
    email = colleague_email()
