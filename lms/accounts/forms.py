from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User


class LanguageForm(forms.ModelForm[User]):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["language"]


class ConfidentialityForm(forms.Form):
    agreed = forms.BooleanField(label=_("I promise this"))
