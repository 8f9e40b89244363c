import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.delivery.forms.common import TOO_LONG
from courses.delivery.services import public_regions
from lms.accounts.models import Profession


class InterestForm(forms.Form):
    """Left by visitors who have no account, for dates in their region."""

    region = forms.CharField(
        label=_("In which region do you work?"),
        help_text=_("Such as Twente, or the name of your care group."),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "interest-regions", "autocomplete": "off"}),
        error_messages={
            "required": _("Fill in your region, so that we know which dates to tell you of."),
            "max_length": TOO_LONG,
        },
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We write to you when dates are planned in your region, and for nothing else."),
        max_length=254,  # of the model; a form's own default is more
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in your e-mail address. Without it we cannot tell you of dates."),
            "invalid": _("This is not a whole e-mail address yet. It looks like name@practice.nl."),
            "max_length": TOO_LONG,
        },
    )
    profession = forms.ModelChoiceField(
        label=_("Your profession"),
        queryset=Profession.objects.order_by("name"),
        required=False,
        empty_label=_("Another one, or rather not say"),
        error_messages={"invalid_choice": _("Choose one of the list, or leave it as it was.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": TOO_LONG},
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    # People do not see it, machines fill it in.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = SimpleLazyObject(public_regions)
        self.kept_days = settings.INTEREST_KEPT_DAYS

    def clean_region(self) -> str:
        return " ".join(self.cleaned_data["region"].split())

    def clean_page(self) -> uuid.UUID | None:
        """Where it was left. Of a page that is not there nothing is kept, and nothing is said."""
        try:
            key = uuid.UUID(self.cleaned_data["page"])
        except ValueError:
            return None
        return key if Page.objects.live().filter(translation_key=key).exists() else None

    def clean(self) -> dict[str, Any]:
        """A browser may fill in the hidden field by itself, so nothing that was typed is lost."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website"):
            self.add_error(
                None, _("This looked as if a machine had filled it in. Send it once more.")
            )
        return cleaned
