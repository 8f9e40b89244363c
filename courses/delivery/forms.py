import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.delivery.services import known_regions
from courses.delivery.services.planning import State
from lms.accounts.models import Profession, User

TOO_LONG = _("Make this shorter: at most %(limit_value)d signs fit, and these are %(show_value)d.")


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
        self.regions = SimpleLazyObject(known_regions)
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

    def point_at_first_error(self) -> None:
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return


class MarkForm(forms.Form):
    """One tap on the list of an evening."""

    enrolment = forms.IntegerField(min_value=1)
    part = forms.IntegerField(min_value=1, max_value=99)
    is_present = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes"
    )
    way = forms.ChoiceField(choices=[(way, way) for way in ("name", "paper")])


class TrackDecisionForm(forms.Form):
    """A coordinator decides for one participant, and says why."""

    enrolment = forms.TypedChoiceField(
        label=_("Whose track"),
        coerce=int,
        error_messages={
            "required": _("Choose whose track you change."),
            "invalid_choice": _("This person does not take part any more. Choose another."),
        },
    )
    track = forms.TypedChoiceField(
        label=_("Which track it becomes"),
        coerce=uuid.UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the track it becomes."),
            "invalid_choice": _("Choose one of the tracks of this course."),
        },
    )
    reason = forms.CharField(
        label=_("Why you decide this"),
        help_text=_("It stays in the record. Nothing about patients."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why. Without a reason the track stays as it was."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(
        self,
        *args: Any,
        people: list[tuple[int, str]],
        tracks: list[tuple[uuid.UUID, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enrolment"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]
        self.fields["track"].choices = tracks  # type: ignore[attr-defined]


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


class PlanningFilterForm(forms.Form):
    """Which editions of the planning to show."""

    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        error_messages={
            "invalid_choice": _("No edition is in this region. Choose one of the list.")
        },
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *State.choices],
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(region, region) for region in known_regions()]
        self.fields["region"].choices = [("", _("All")), *regions]  # type: ignore[attr-defined]
