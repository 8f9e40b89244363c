from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.learning.lessons import Screen


class DeclarationForm(forms.Form):
    declared = forms.BooleanField(
        error_messages={"required": _("Tick the box when you have done this.")}
    )

    def __init__(self, *args: Any, screen: Screen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declared"].label = screen.value["text"]


class ScreenForm(forms.Form):
    """On which screen of a lesson somebody is, and what they did there."""

    screen = forms.IntegerField(min_value=1)


class StudyTimeForm(forms.Form):
    seconds = forms.IntegerField(min_value=1)


class SearchForm(forms.Form):
    q = forms.CharField(max_length=100, strip=True)
