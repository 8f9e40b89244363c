"""Words and shapes that every page shares: icons, fields, durations and moments in time."""

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.forms.widgets import ChoiceWidget, HiddenInput
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

DAYS_SAID_IN_WORDS = 14
SVG_CONTENT = re.compile(r"<svg\b[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
ICON_NAME = re.compile(r"[a-z0-9-]+")
SPACE_BETWEEN_SHAPES = re.compile(r"\s*\n\s*")


class UnknownIcon(LookupError):
    pass


@lru_cache(maxsize=512)
def icon_shapes(name: str) -> SafeString:
    found = finders.find(f"vendor/icons/{name}.svg") if ICON_NAME.fullmatch(name) else None
    if not found:
        raise UnknownIcon(f"No icon {name!r}: add it to the list in scripts/vendor.py and run it.")
    content = SVG_CONTENT.search(Path(str(found)).read_text())
    if content is None:
        raise UnknownIcon(f"The file of icon {name!r} holds no drawing.")
    return SafeString(SPACE_BETWEEN_SHAPES.sub("", content["shapes"]))


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """A drawing beside words, never instead of them: screen readers do not hear it."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        f" {css_class}" if css_class else "",
        icon_shapes(name),
    )


FIELD_SHAPES = ("", "score")


@register.inclusion_tag("components/field.html")
def field(bound_field: BoundField, shape: str = "", label: str = "") -> dict[str, Any]:
    """One question of a form with label, hint and errors; ``shape="score"`` draws radio buttons
    as one bar. What is too long arrives whole and is refused in words: a browser cuts it off
    without a word."""
    if shape not in FIELD_SHAPES:
        raise template.TemplateSyntaxError(f"A field has no shape {shape!r}.")
    widget = bound_field.field.widget
    widget.attrs.pop("maxlength", None)
    is_choice_list = isinstance(widget, ChoiceWidget) and bound_field.use_fieldset
    if isinstance(widget, HiddenInput):
        kind = "hidden"
    elif shape == "score" and isinstance(widget, RadioSelect):
        kind = "score"
    elif is_choice_list:
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "checkbox"
    elif bound_field.use_fieldset:
        kind = "group"
    else:
        kind = "input"
    return {
        "field": bound_field,
        "kind": kind,
        "label": label or bound_field.label,
        "hint_id": f"{bound_field.auto_id}_helptext",
        "error_id": f"{bound_field.auto_id}_error",
        "described_by": bound_field.aria_describedby,
    }


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes = (whole + 30) // 60
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def timecode(milliseconds: float | None) -> str:
    """The place in a recording, as a player shows it."""
    if milliseconds is None:
        return ""
    whole = max(0, int(milliseconds)) // 1000
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes:02d}:{seconds:02d}"


def local_day(when: date) -> date:
    if isinstance(when, datetime):
        return (timezone.localtime(when) if timezone.is_aware(when) else when).date()
    return when


@register.filter
def day(when: date | None) -> str:
    if when is None:
        return ""
    on = local_day(when)
    if on.year == timezone.localdate().year:
        return date_format(on, pgettext("day, in the date format of Django", "D j F"))
    return date_format(on, pgettext("day with its year, in the date format of Django", "D j F Y"))


@register.filter
def clock(when: datetime | None) -> str:
    if when is None:
        return ""
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return date_format(local, pgettext("time of day, in the date format of Django", "H:i"))


@register.filter
def moment(when: datetime | None) -> str:
    if when is None:
        return ""
    return _("%(day)s, %(time)s") % {"day": day(when), "time": clock(when)}


@register.filter
def until_words(when: date | None) -> str:
    """How far away a day is: in words while it is near, as a date when it is not."""
    if when is None:
        return ""
    days = (local_day(when) - timezone.localdate()).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if 1 < days <= DAYS_SAID_IN_WORDS:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    if -DAYS_SAID_IN_WORDS <= days < -1:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    return day(when)


@register.filter
def monogram(name: object) -> str:
    """The letters in somebody's avatar: of the first and the last word of the name."""
    words = re.findall(r"\w+", str(name).partition("@")[0])
    return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()
