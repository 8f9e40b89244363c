"""Practices as people write them: one that is known is found again, and stands here once."""

import re
import unicodedata
from difflib import SequenceMatcher

from lms.accounts.models import Practice

# What says that it is a practice, and not which one.
COMMON = frozenset(
    {"centrum", "de", "dokter", "dr", "en", "gc", "gezondheidscentrum", "groepspraktijk", "hap"}
    | {"het", "huisarts", "huisartsen", "huisartsenpraktijk", "huisartspraktijk", "in", "maatschap"}
    | {"mc", "medisch", "praktijk", "t", "van", "voor"}
)
ALIKE = 0.8  # of the letters, for a slip of the pen
MOST_SIMILAR = 5


def spelling(text: str) -> str:
    """Without capitals, accents and signs."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " en ")).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", "".join(filter(str.isascii, plain))))


def known_practice(name: str, place: str) -> Practice | None:
    """The one that is written like this, whatever its capitals and signs."""
    meant = (spelling(name), spelling(place))
    for practice in Practice.objects.order_by("pk"):
        if (spelling(practice.name), spelling(practice.place)) == meant:
            return practice
    return None


def similar_practices(name: str, place: str) -> list[Practice]:
    """Those that may be meant, the most alike first."""
    found = []
    for practice in Practice.objects.order_by("name", "place", "pk"):
        likeness = likeness_of(practice.name, name)
        if likeness >= ALIKE and is_one_place(practice.place, place):
            found.append((likeness, practice))
    found.sort(key=lambda one: -one[0])
    return [practice for _likeness, practice in found[:MOST_SIMILAR]]


def practice_of(name: str, place: str) -> Practice:
    """The one that is known, or else a new one."""
    known = known_practice(name, place)
    if known is not None:
        return known
    practice, _ = Practice.objects.get_or_create(
        name=" ".join(name.split()), place=" ".join(place.split())
    )
    return practice


def likeness_of(one: str, other: str) -> float:
    """From 0 to 1. One that has all words of the other, and more, is as like as can be."""
    words, others = own_words(one), own_words(other)
    if words <= others or others <= words:
        return 1.0
    return SequenceMatcher(None, " ".join(sorted(words)), " ".join(sorted(others))).ratio()


def own_words(name: str) -> frozenset[str]:
    """The words that tell a practice from others; all of them when there are no such words."""
    words = frozenset(spelling(name).split())
    return words - COMMON or words


def is_one_place(one: str, other: str) -> bool:
    return SequenceMatcher(None, spelling(one), spelling(other)).ratio() >= ALIKE
