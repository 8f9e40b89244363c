from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG, OneLineField
from lms.accounts.models import CareGroup, User

WHICH = {
    "required": _("Choose the care group."),
    "invalid_choice": _("This care group is not there any more. Choose one of the list."),
}


class ContactForm(forms.Form):
    """Whom a coordinator asks to be the contact of a care group."""

    care_group = forms.ModelChoiceField(
        label=_("Care group"),
        queryset=CareGroup.objects.order_by("name"),
        empty_label=_("Choose a care group"),
        error_messages=WHICH,
    )
    first_name = OneLineField(
        label=_("First name"),
        max_length=150,
        error_messages={"required": _("Fill in the first name."), "max_length": TOO_LONG},
    )
    last_name = OneLineField(
        label=_("Last name"),
        max_length=150,
        error_messages={"required": _("Fill in the last name."), "max_length": TOO_LONG},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes to this address. Nobody else can follow its link."),
        max_length=254,
        error_messages={
            "required": _("Fill in the e-mail address: the invitation goes there."),
            "invalid": _("This is not a whole e-mail address yet. It looks like name@practice.nl."),
            "max_length": TOO_LONG,
        },
    )


class ContactEndForm(forms.Form):
    care_group = forms.ModelChoiceField(CareGroup.objects.all(), error_messages=WHICH)
    person = forms.ModelChoiceField(User.objects.all())
