from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DESTROY_WORD = pgettext_lazy("typed to confirm", "destroy")


class ShareForm(forms.Form):
    """Whom to share with: one of what ``share_options`` offers."""

    option = forms.CharField(max_length=40)


class DestroyForm(forms.Form):
    """Destroying cannot be undone, so the word is typed."""

    word = forms.CharField(
        label=_("Type the word to confirm"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].help_text = _("Type: %(word)s") % {"word": DESTROY_WORD}

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip().lower()
        if word != str(DESTROY_WORD).lower():
            raise forms.ValidationError(
                _("That is another word. Nothing has been destroyed. Type: %(word)s"),
                params={"word": DESTROY_WORD},
            )
        return word
