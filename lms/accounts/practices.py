"""Practices as people write them: one that is known is found again, and stands here once."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, product
from typing import Any

from django.db import transaction
from django.db.models import Count

from lms.accounts.models import Practice, PracticeAlias, User
from lms.audit.services import record

# What says that it is a practice, and not which one.
COMMON = frozenset(
    {"centrum", "de", "dokter", "dr", "en", "gc", "gezondheidscentrum", "groepspraktijk", "hap"}
    | {"het", "huisarts", "huisartsen", "huisartsenpraktijk", "huisartspraktijk", "in", "maatschap"}
    | {"mc", "medisch", "praktijk", "t", "van", "voor"}
)
ALIKE = 0.8  # of the letters, for a slip of the pen
MOST_SIMILAR = 5
MOST_PAIRS = 50  # on the page: the rest follows once these are merged


class NotTwoPractices(Exception):
    """One and the same, or one of the two is gone already."""


def spelling(text: str) -> str:
    """Without capitals, accents and signs."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " en ")).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", "".join(filter(str.isascii, plain))))


def known_practice(name: str, place: str) -> Practice | None:
    """The one that is written like this, whatever its capitals and signs; or was so before it was
    merged with another."""
    meant = (spelling(name), spelling(place))
    for practice in Practice.objects.order_by("pk"):
        if (spelling(practice.name), spelling(practice.place)) == meant:
            return practice
    for alias in PracticeAlias.objects.select_related("practice").order_by("pk"):
        if (spelling(alias.name), spelling(alias.place)) == meant:
            return alias.practice
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


@dataclass(frozen=True)
class Pair:
    """Two that may be one; ``stays`` is the one with more people, or the older of the two."""

    stays: Practice
    goes: Practice


def likely_pairs() -> list[Pair]:
    known = Practice.objects.annotate(people=Count("users", distinct=True))
    per_place: dict[str, list[Practice]] = {}
    for practice in known.order_by("name", "pk"):
        per_place.setdefault(spelling(practice.place), []).append(practice)
    found = [
        as_pair(one, other)
        for one, other in near_each_other(per_place)
        if likeness_of(one.name, other.name) >= ALIKE
    ]
    return found[:MOST_PAIRS]


def near_each_other(per_place: dict[str, list[Practice]]) -> Iterator[tuple[Practice, Practice]]:
    """Practices of one place, or of two that are written almost alike."""
    for practices in per_place.values():
        yield from combinations(practices, 2)
    for place, other in combinations(per_place, 2):
        if is_one_place(place, other):
            yield from product(per_place[place], per_place[other])


def as_pair(one: Practice, other: Practice) -> Pair:
    stays, goes = sorted([one, other], key=lambda each: (-each.people, each.pk))  # type: ignore[attr-defined]
    return Pair(stays, goes)


@transaction.atomic
def merge_practices(stays: Practice, goes: Practice, *, by: User) -> Practice:
    """All that belongs to the one is of the other from now on, in whichever app; the name that
    goes is recognised when somebody types it later."""
    held = {one.pk: one for one in lock(stays, goes)}
    if len(held) != 2:
        raise NotTwoPractices
    stays, goes = held[stays.pk], held[goes.pk]
    moved = {
        relation.related_model._meta.label_lower: follow(relation, goes, stays)
        for relation in Practice._meta.related_objects
    }
    if stays.care_group_id is None and goes.care_group_id is not None:
        stays.care_group = goes.care_group
        stays.save(update_fields=["care_group"])
    if (spelling(goes.name), spelling(goes.place)) != (spelling(stays.name), spelling(stays.place)):
        PracticeAlias.objects.create(practice=stays, name=goes.name, place=goes.place)
    record(
        "practice.merged",
        stream=f"practice:{stays.pk}",
        actor=by,
        role="coordinator",
        object_type="practice",
        object_ref=str(stays.pk),
        detail={"from": goes.pk, "name": goes.name, "place": goes.place, "moved": moved},
    )
    goes.delete()
    return stays


def lock(*practices: Practice) -> list[Practice]:
    wanted = Practice.objects.filter(pk__in=[one.pk for one in practices])
    return list(wanted.select_for_update().order_by("pk"))


def follow(relation: Any, goes: Practice, stays: Practice) -> int:
    """How many rows now point to the one that stays."""
    name = relation.field.name
    rows = relation.related_model._base_manager.filter(**{name: goes})
    return int(rows.update(**{name: stays}))
