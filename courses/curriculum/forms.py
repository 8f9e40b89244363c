from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import ContentPin
from lms.accounts.models import User

LONGEST_REMARK = 4000


class RemarkForm(forms.Form):
    block_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your remark"), max_length=LONGEST_REMARK, widget=forms.Textarea({"rows": 3})
    )


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What changed"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In a few sentences, for who uses the course. The list is made by itself."),
    )


class PinsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: ContentPin) -> str:
        return obj.title


class CorrectionForm(forms.Form):
    pins = PinsField(
        ContentPin.objects.none(),
        label=_("Pages"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the pages that running courses get.")},
    )
    reason = forms.CharField(
        label=_("Why running editions get this"), widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, pins: QuerySet[ContentPin], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pins"].queryset = pins  # type: ignore[attr-defined]


class KnownPersonForm(forms.Form):
    """Somebody who has an account, by their address."""

    email = forms.EmailField(label=_("E-mail address"))

    def clean_email(self) -> User:
        email = self.cleaned_data["email"].lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise ValidationError(
                _("Nobody here has this address. Have them invited first, then ask them again.")
            )
        return user


class InviteForm(KnownPersonForm):
    email = forms.EmailField(label=_("E-mail address of who reads along"))


class FollowerForm(KnownPersonForm):
    email = forms.EmailField(label=_("E-mail address of who hears of every new version"))


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("What was done with it"), widget=forms.Textarea({"rows": 2}))
