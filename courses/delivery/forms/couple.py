from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.applying import address, short


class AnotherPartnerForm(forms.Form):
    """The colleague who comes in place of the one who stopped."""

    first_name = short(
        _("First name of your colleague"),
        _("Fill in the first name of your colleague."),
        longest=150,
    )
    last_name = short(
        _("Last name of your colleague"),
        _("Fill in the last name of your colleague."),
        longest=150,
    )
    email = address(
        _("E-mail address of your colleague"),
        _("Fill in the e-mail address of your colleague, who says yes or no by mail."),
        complete="off",
    )
