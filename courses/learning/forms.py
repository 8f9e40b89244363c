from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.learning.lessons import Screen
from courses.learning.models import ContinuationPoint


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


TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")


class ContinuationPointForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """One point of a continuation plan; left blank it is no point."""

    use_required_attribute = False

    class Meta:
        model = ContinuationPoint
        fields = ["what", "with_whom", "planned_on"]
        labels = {
            "what": _("What do you go on with?"),
            "with_whom": _("With whom?"),
            "planned_on": _("When?"),
        }
        help_texts = {
            "what": _("Small is good: something that you can do within a few weeks."),
            "with_whom": _("A colleague, your partner, your peer group. Empty means on your own."),
        }
        widgets = {
            "what": forms.Textarea(attrs={"rows": 2}),
            "planned_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        error_messages = {
            "what": {
                "required": _("Write what you go on with, or make the whole point empty."),
                "max_length": TOO_LONG,
            },
            "with_whom": {"max_length": TOO_LONG},
            "planned_on": {
                "required": _("Choose a day. You can always move it."),
                "invalid": _("This is not a day yet. Write it like 2027-03-15."),
            },
        }

    @property
    def is_blank(self) -> bool:
        return not any(str(self[name].value() or "").strip() for name in self.fields)

    def clean_planned_on(self) -> date:
        day: date = self.cleaned_data["planned_on"]
        if "planned_on" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        return day
