"""Words of the glossary in what one reads: the first time a word occurs, it opens its meaning."""

import re
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.curriculum.reading import Term

TAG = re.compile(r"(<[^>]+>)")
APOSTROPHE = re.compile(r"['’]|&#x27;|&#39;")  # as typed, as set, as escaped in HTML
WITHIN = re.compile(r"<(/?)(a|button|footer|h[1-6]|summary)\b", re.IGNORECASE)


def mark_terms(markup: str, terms: Iterable[Term]) -> tuple[SafeString, list[Term]]:
    """The same HTML with buttons around the words, and the terms that occur in it.

    Only text is touched: never a tag, a link, a heading or a source.
    """
    found: list[Term] = []
    by_form = {
        same(form): term for term in terms for form in (term.term, *term.also) if form.strip()
    }
    if not by_form:
        return mark_safe(markup), found  # noqa: S308 -- what the caller has rendered
    longest_first = sorted(by_form, key=len, reverse=True)
    forms = "|".join(
        re.escape(form).replace("’", f"(?:{APOSTROPHE.pattern})") for form in longest_first
    )
    word = re.compile(rf"(?<!\w)({forms})(?!\w)", re.IGNORECASE)

    def button(match: re.Match[str]) -> str:
        term = by_form[same(match[0])]
        if term in found:
            return match[0]
        found.append(term)
        return format_html(
            '<button type="button" class="term" popovertarget="term-{}">{}</button>',
            term.slug,
            mark_safe(match[0]),  # noqa: S308 -- text of the same markup
        )

    depth, parts = 0, []
    for part in TAG.split(markup):
        if part.startswith("<"):
            inside = WITHIN.match(part)
            if inside:
                depth += -1 if inside[1] else 1
            parts.append(part)
        else:
            parts.append(part if depth > 0 else word.sub(button, part))
    return mark_safe("".join(parts)), found  # noqa: S308 -- the same markup, with buttons


def same(form: str) -> str:
    """One spelling for a word, with whatever capitals and apostrophe it was written."""
    return APOSTROPHE.sub("’", form.casefold())
