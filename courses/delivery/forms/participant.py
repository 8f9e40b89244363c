"""What a coordinator changes for one participant."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.delivery.forms.absence import name_of
from courses.delivery.forms.common import TOO_LONG, CountField
from courses.delivery.models import Evening
from courses.delivery.services.absence import CatchUp
from courses.delivery.services.deadlines import MOST_DAYS
from lms.web.templatetags.web import moment

LATER = "later"


def reason_field(label: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("It stays in the record. Nothing about patients, and no more than is needed."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": required, "max_length": TOO_LONG},
    )


class MoreDaysForm(forms.Form):
    assignment = forms.TypedChoiceField(
        label=_("For which homework"),
        coerce=uuid.UUID,
        error_messages={
            "required": _("Choose for which homework."),
            "invalid_choice": _("This homework is not in the course. Choose one of the list."),
        },
    )
    days = CountField(
        label=_("How many days more"),
        help_text=_("Counted from the deadline of everybody, so that it moves with the evening."),
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={
            "required": _("Fill in how many days more, such as 7."),
            "invalid": _("Fill in a whole number of days, such as 7."),
            "min_value": _("Give at least one day. Taking days back goes beside the homework."),
            "max_value": _("Give at most %(limit_value)d days; more is another evening."),
        },
    )
    reason = reason_field(
        _("Why they get more days"), _("Write why. Without a reason the deadline stays.")
    )

    def __init__(
        self, *args: Any, homework: Sequence[tuple[uuid.UUID, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose the homework")), *homework]
        self.fields["assignment"].choices = choices  # type: ignore[attr-defined]


class CatchUpForm(forms.Form):
    """Which evening, and where instead, in one choice: that works without JavaScript."""

    place = forms.ChoiceField(
        label=_("Which evening, and with which group instead"),
        error_messages={
            "required": _("Choose the evening that is missed and where it is caught up."),
            "invalid_choice": _(
                "That place has just been taken, or the evening was moved. Choose another one."
            ),
        },
    )

    def __init__(
        self, *args: Any, places: Sequence[tuple[Evening, Sequence[CatchUp]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meant: dict[str, tuple[Evening, Evening | None]] = {}
        groups = [
            (self.heading(evening), self.options(evening, found)) for evening, found in places
        ]
        choices = [("", _("Choose an evening")), *groups]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def heading(self, evening: Evening) -> str:
        words = {"code": evening.code, "when": moment(evening.starts_at)}
        return _("Evening %(code)s, %(when)s") % words

    def options(self, evening: Evening, found: Sequence[CatchUp]) -> list[tuple[str, str]]:
        options = []
        for one in found:
            value = f"{evening.public_id}/{one.evening.public_id}"
            self.meant[value] = (evening, one.evening)
            options.append((value, name_of(one)))
        value = f"{evening.public_id}/{LATER}"
        self.meant[value] = (evening, None)
        words = {"code": evening.code}
        return [*options, (value, _("Misses evening %(code)s, no place yet") % words)]


class OtherTrackForm(forms.Form):
    evening = forms.TypedChoiceField(
        label=_("Which evening of the other track"),
        coerce=uuid.UUID,
        error_messages={
            "required": _("Choose the evening."),
            "invalid_choice": _("Choose an evening of a track that is not their own."),
        },
    )
    reason = reason_field(
        _("Why they attend it"), _("Write why. Without a reason everybody stays with one track.")
    )

    def __init__(self, *args: Any, evenings: Sequence[Evening], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (
                evening.public_id,
                _("Evening %(code)s, %(when)s")
                % {"code": evening.code, "when": moment(evening.starts_at)},
            )
            for evening in evenings
        ]
        field = self.fields["evening"]
        field.choices = [("", _("Choose an evening")), *choices]  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    """A button beside something that a coordinator gave."""

    assignment = forms.UUIDField(required=False)
    visit = forms.IntegerField(required=False)
