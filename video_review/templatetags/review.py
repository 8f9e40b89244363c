"""Scores in words and as a drawing."""

from django import template
from django.utils.translation import gettext as _

from assessments.instruments.scores import Comparison

register = template.Library()


@register.simple_tag
def score(value: float | None) -> str:
    return _("no score") if value is None else str(round(value))


@register.inclusion_tag("video_review/includes/comparison_chart.html")
def comparison_chart(comparison: Comparison) -> dict[str, str]:
    return {
        "own": percent(comparison.own),
        "others": percent(comparison.others),
        "lowest": percent(comparison.lowest),
        "highest": percent(comparison.highest),
    }


def percent(value: float | None) -> str:
    """As SVG reads it, whatever the language writes for a decimal point."""
    return "" if value is None else f"{value:.1f}%"
