from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from video_review.deadlines import Days
from video_review.models import ConsentPerson, Scope

DAYS_BACK = 7  # how long ago a visit may be whose consent is entered afterwards
ABSENT, AGREED, NOT_AGREED = "absent", "agreed", "not-agreed"
OTHER_PREFIX = "other_"


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, help_text=help_text, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M"]
    )


class WithdrawalForm(forms.Form):
    """The code on the patient's slip, as people type it."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={
            "required": _("Type the code that is on your form."),
            "max_length": _("That is longer than a code. Type only the code."),
        },
    )


class OthersForm(forms.Form):
    """Who else can be seen or heard: one question for each kind of person."""

    def __init__(self, *args: Any, others: list[Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for person in others:
            self.fields[OTHER_PREFIX + person["kind"]] = forms.ChoiceField(
                label=person["label"],
                help_text=person["hint"],
                choices=[
                    (ABSENT, _("Not in view")),
                    (AGREED, _("In view, and agreed")),
                    (NOT_AGREED, _("In view, but did not agree")),
                ],
                initial=ABSENT,
                widget=forms.RadioSelect,
            )

    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(OTHER_PREFIX)]

    def others(self) -> dict[str, bool]:
        answers = {
            ConsentPerson.Kind(name.removeprefix(OTHER_PREFIX)): answer
            for name, answer in self.cleaned_data.items()
            if name.startswith(OTHER_PREFIX)
        }
        return {kind: answer == AGREED for kind, answer in answers.items() if answer != ABSENT}


class ConsentForm(OthersForm):
    """Before the visit. Nothing here asks who the patient is."""

    slip = forms.CharField(widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=_("Who may look?"), choices=Scope, widget=forms.RadioSelect, initial=Scope.GROUP
    )
    who_decides = forms.ChoiceField(
        label=_("Who said yes?"),
        choices=[
            ("patient", _("The patient")),
            ("representative", _("Somebody who decides for the patient, such as a parent")),
        ],
        initial="patient",
        widget=forms.RadioSelect,
    )
    before_at = moment_field(
        _("When did you ask?"),
        _("Before the conversation. Was it earlier? Then fill in that moment."),
    )
    delete_by = forms.DateField(
        label=_("The film is gone by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, days: Days, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        today = timezone.localdate()
        self.fields["delete_by"].initial = days.proposed
        self.fields["delete_by"].widget.attrs.update(min=today, max=days.latest)
        self.fields["before_at"].initial = timezone.localtime()

    def clean_before_at(self) -> datetime:
        before_at: datetime = self.cleaned_data["before_at"]
        now = timezone.now()
        if before_at > now:
            raise ValidationError(_("This moment is still to come. Ask first, then fill this in."))
        if before_at < now - timedelta(days=DAYS_BACK):
            raise ValidationError(
                _("This is more than a week ago. Ask again and fill in that moment.")
            )
        return before_at

    def clean_delete_by(self) -> Any:
        delete_by = self.cleaned_data["delete_by"]
        if delete_by < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose a day from today on."))
        if delete_by > self.days.latest:
            raise ValidationError(
                _("A film of this course may not exist after %(day)s. Choose an earlier day."),
                params={"day": f"{self.days.latest:%d-%m-%Y}"},
            )
        return delete_by

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for field in self.other_fields():
            if said.get(field.name) == NOT_AGREED:
                self.add_error(
                    field.name,
                    _(
                        "Then you cannot film like this. Make sure this person cannot be seen or"
                        " heard, or ask again."
                    ),
                )
        return said


class AfterForm(OthersForm):
    """After the visit: everybody knows by now what is on the film."""

    YES, NO = "yes", "no"

    still_agrees = forms.ChoiceField(
        label=_("Is it still all right?"),
        choices=[(YES, _("Yes, the film may be used")), (NO, _("No, it may not be used"))],
        widget=forms.RadioSelect,
    )
    after_at = moment_field(_("When did you ask this?"))
    declaration = forms.BooleanField(
        label=_("I declare that this is right"),
        required=False,
    )

    def __init__(self, *args: Any, before_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_at = before_at
        self.fields["after_at"].initial = timezone.localtime()

    def clean_after_at(self) -> datetime:
        after_at: datetime = self.cleaned_data["after_at"]
        if after_at > timezone.now():
            raise ValidationError(_("This moment is still to come. Ask first, then fill this in."))
        # The page knows minutes, not seconds: within the minute of asking is not before it.
        if after_at < self.before_at.replace(second=0, microsecond=0):
            raise ValidationError(_("This is before the moment at which you asked first."))
        return max(after_at, self.before_at)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("still_agrees") == self.YES and not said.get("declaration"):
            self.add_error(
                "declaration",
                _("Read the points above. If they are right, say so; without it we cannot go on."),
            )
        return said

    def is_refused(self) -> bool:
        return bool(self.cleaned_data["still_agrees"] == self.NO)
