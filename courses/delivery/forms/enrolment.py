from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.common import TOO_LONG
from lms.accounts.models import Profession, User


class CoupleAnswerForm(forms.Form):
    """Yes to taking part as a couple; the profession of whoever is new here is asked with it."""

    profession = forms.ModelChoiceField(
        label=_("Your profession"),
        queryset=Profession.objects.filter(couple_side__isnull=False).order_by("name"),
        empty_label=_("Choose your profession"),
        error_messages={
            "required": _("Choose your profession: a couple is two different ones."),
            "invalid_choice": _("Choose one of the list."),
        },
    )
    terms = forms.BooleanField(
        label=_("I agree to the terms of taking part"),
        error_messages={"required": _("Tick this to say yes. You can also say no, below.")},
    )
    secrecy = forms.BooleanField(
        label=_("What I see of patients and colleagues stays with me"),
        error_messages={"required": _("Tick this: without it nobody can watch together with you.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.profession_id is not None:
            del self.fields["profession"]


class AllowAloneForm(forms.Form):
    reason = forms.CharField(
        label=_("Why may somebody come alone?"),
        max_length=500,
        widget=forms.TextInput(),
        error_messages={
            "required": _("Write why: it is kept, for whoever asks about it later."),
            "max_length": TOO_LONG,
        },
    )
