"""What is asked of an edition and of each of its evenings, and what stands there when that is
opened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import ContentVersion
from courses.curriculum.reading import EveningOutline
from courses.delivery.forms.common import TOO_LONG, CountField
from courses.delivery.forms.moments import PAST, DayField, local, moment_of, shows_same
from courses.delivery.models import Edition, Evening
from courses.delivery.services import known_regions, spelling_of
from courses.delivery.services.changes import has_been, is_version_fixed
from courses.delivery.services.editions import after
from lms.accounts.models import CareGroup

BEGIN = "17:30"
MOST_PEOPLE = 500
MOST_DAYS = 90


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: ContentVersion) -> str:
        said = {"course": str(obj.course), "number": obj.number}
        if obj.published_at is not None:
            said["day"] = date_format(timezone.localtime(obj.published_at), "j F Y")
        return gettext("%(course)s, version %(number)s (%(day)s)") % ({"day": "–"} | said)


class EditionForm(forms.Form):
    content = VersionField(
        label=_("Version of the course"),
        queryset=ContentVersion.objects.none(),
        empty_label=None,
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Leave it empty, and it becomes one of region and season."),
        max_length=200,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    region = forms.CharField(
        label=_("Region"),
        help_text=_("Such as Twente. Empty: the name of the care group."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-regions", "autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )
    care_group = forms.ModelChoiceField(
        label=_("Care group"),
        queryset=CareGroup.objects.order_by("name"),
        required=False,
        empty_label=_("None"),
        error_messages={"invalid_choice": _("Choose a care group of the list, or none.")},
    )
    is_open = forms.TypedChoiceField(
        label=_("Who can apply"),
        choices=[
            ("open", _("Open: every practice")),
            ("closed", _("Closed: only practices of the care group")),
        ],
        coerce=lambda word: word == "open",
        initial="open",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who can apply."),
            "invalid_choice": _("Choose open or closed."),
        },
    )
    capacity = CountField(
        label=_("Places"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=16,
        help_text=_("People, not couples."),
    )
    track_choice_days = CountField(
        label=_("Choosing a track ends so many days before the first evening of a track"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=14,
    )
    track_minimum = CountField(
        label=_("Fewest people in a track"),
        min_value=0,
        max_value=MOST_PEOPLE,
        initial=4,
        help_text=_("With fewer you are warned."),
    )

    def __init__(self, *args: Any, edition: Edition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.is_version_fixed = edition is not None and is_version_fixed(edition)
        field = self.fields["content"]
        field.queryset = versions_for(edition, is_fixed=self.is_version_fixed)  # type: ignore[attr-defined]
        words = {
            True: _("This version stands: people can find the edition, or take part in it."),
            False: _("This version is not there, or is still a draft. Choose one of the list."),
        }[self.is_version_fixed]
        field.error_messages |= {"required": words, "invalid_choice": words}

    @cached_property
    def regions(self) -> list[str]:
        return known_regions()

    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        taken = self.edition.seats_taken if self.edition else 0
        if capacity < taken:
            text = gettext(
                "%(taken)d places are taken. Make it at least that many, or sign people off first."
            )
            raise ValidationError(text % {"taken": taken})
        return capacity

    def clean_region(self) -> str:
        region = " ".join(self.cleaned_data["region"].split())
        return spelling_of(region) if region else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        care_group = cleaned.get("care_group")
        if cleaned.get("is_open") is False and "care_group" in cleaned and care_group is None:
            text = _("A closed edition is for one care group. Choose which, or make it open.")
            self.add_error("care_group", text)
        if "region" in cleaned and not cleaned["region"]:
            if care_group is None:
                self.add_error("region", _("Fill in the region, or choose a care group."))
            else:
                cleaned["region"] = care_group.name[:100]
        return cleaned


def versions_for(edition: Edition | None, *, is_fixed: bool) -> Any:
    """Published ones, the newest first; once people can find the edition, its own alone."""
    versions = ContentVersion.objects.select_related("course").order_by("-published_at", "-pk")
    if is_fixed and edition is not None:
        return versions.filter(pk=edition.content_id)
    return versions.published()


class EveningForm(forms.Form):
    """One evening of the chosen version."""

    date = DayField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the date of this evening."),
            "invalid": _("This is not a date. Choose one in the calendar."),
        },
    )
    begins = forms.TimeField(
        label=_("Begins"),
        initial=BEGIN,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Fill in when it begins, such as 17:30."),
            "invalid": _("This is not a time. Fill in one such as 17:30."),
        },
    )
    ends = forms.TimeField(
        label=_("Ends"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("This is not a time. Fill in one such as 21:30.")},
    )
    is_online = forms.BooleanField(label=_("Online"), required=False)
    online_url = forms.URLField(
        label=_("Link to the meeting"),
        required=False,
        assume_scheme="https",
        max_length=200,
        error_messages={
            "invalid": _("This is not a whole link yet. It looks like https://meeting.example/12."),
            "max_length": TOO_LONG,
        },
    )
    same_place = forms.BooleanField(label=_("Same place as the first evening"), required=False)
    place = forms.CharField(
        label=_("Place"),
        help_text=_("Such as the name of a health centre. It may follow later."),
        max_length=200,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, error_messages={"max_length": TOO_LONG}
    )
    practical = forms.CharField(
        label=_("Practical"),
        help_text=_("Parking, the meal and diets, which door."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self,
        *args: Any,
        page: EveningOutline,
        stored: Evening | None,
        is_first: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.stored = page, stored
        if is_first:
            del self.fields["same_place"]
        text = _("Empty: %(minutes)d minutes after it begins, as long as the programme is.")
        self.fields["ends"].help_text = text % {"minutes": page.minutes}

    def clean_practical(self) -> str:
        """Lines end as they are kept, whatever a browser sends."""
        return same_lines(self.cleaned_data["practical"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "date" in cleaned and "begins" in cleaned:
            self.clean_moments(cleaned)
        if cleaned.get("is_online") and "online_url" in cleaned and not cleaned["online_url"]:
            text = _("Add the link to the meeting, or take the tick at online away.")
            self.add_error("online_url", text)
        if cleaned.get("same_place") and (cleaned.get("place") or cleaned.get("address")):
            text = _("Take the tick at same place away, or leave this empty: now there are two.")
            self.add_error("place", text)
        return cleaned

    def clean_moments(self, cleaned: dict[str, Any]) -> None:
        starts_at = self.moment("begins", cleaned["begins"])
        if starts_at is None:
            return
        if starts_at <= timezone.now() and (
            self.stored is None or starts_at != self.stored.starts_at
        ):
            self.add_error("date", PAST)
            return
        if self.stored and starts_at != self.stored.starts_at and has_been(self.stored):
            text = _("People were noted as present here. Put the date and the time back.")
            self.add_error("date", text)
            return
        if cleaned.get("ends") is None:
            ends_at: datetime | None = after(starts_at, self.page.minutes)
        else:
            ends_at = self.moment("ends", cleaned["ends"])
        if ends_at is not None and ends_at <= starts_at:
            self.add_error("ends", _("It would end before it begins. Choose a later time."))
        elif ends_at is not None and "ends" not in self.errors:
            cleaned["starts_at"], cleaned["ends_at"] = starts_at, ends_at

    def moment(self, name: str, clock: Any) -> datetime | None:
        """What was stored, where nothing was typed that differs from it."""
        own = self.stored
        stored = {"begins": own.starts_at, "ends": own.ends_at}[name] if own else None
        day: date = self.cleaned_data["date"]
        if stored and (local(stored).date(), local(stored).time()) == (day, clock):
            return stored
        try:
            return moment_of(day, clock)
        except ValidationError as error:
            self.add_error(name, error)
            return None

    def evening(self, first: "EveningForm") -> Evening | None:
        """As it is wanted, not saved; None while it is not known when."""
        cleaned = self.cleaned_data if self.is_bound else {}
        if "starts_at" not in cleaned:
            return None
        where = first.cleaned_data if cleaned.get("same_place") else cleaned
        return Evening(
            page_key=self.page.key,
            code=self.page.code,
            number=self.page.number,
            track_key=self.page.track_key,
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            cancelled_at=self.stored.cancelled_at if self.stored else None,
            place=where.get("place", ""),
            address=where.get("address", ""),
            practical=cleaned.get("practical", ""),
            is_online=bool(cleaned.get("is_online")),
            online_url=cleaned.get("online_url", ""),
        )


def same_lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def initial_edition(edition: Edition | None, typed: Mapping[str, Any] | None) -> dict[str, Any]:
    if typed is not None:
        return {name: typed.get(name, "") for name in EditionForm.base_fields}
    if edition is None:
        return {}
    return {name: getattr(edition, name) for name in EditionForm.base_fields} | {
        "content": edition.content_id,
        "care_group": edition.care_group_id,
        "is_open": "open" if edition.is_open else "closed",
    }


def initial_evening(
    page: EveningOutline,
    stored: Evening | None,
    first: Evening | None,
    typed: Mapping[str, Any] | None,
) -> dict[str, Any]:
    prefix = f"avond-{page.code}-"
    if typed is not None and f"{prefix}date" in typed:
        return {name: typed.get(prefix + name, "") for name in EveningForm.base_fields}
    if stored is None:
        return {"same_place": True}
    begin, end = local(stored.starts_at), local(stored.ends_at)
    is_usual = shows_same(stored.ends_at, after(stored.starts_at, page.minutes))
    is_same = first is not None and stored != first and lies_where(stored, first)
    return {
        "date": begin.date(),
        "begins": begin.time(),
        "ends": None if is_usual else end.time(),
        "is_online": stored.is_online,
        "online_url": stored.online_url,
        "same_place": is_same,
        "place": "" if is_same else stored.place,
        "address": "" if is_same else stored.address,
        "practical": stored.practical,
    }


def lies_where(evening: Evening, first: Evening) -> bool:
    return bool(first.place) and (evening.place, evening.address) == (first.place, first.address)
