"""What is different between two versions, in words that an editor or a licence holder can read.

Works on what revisions hold, without making pages of it: however many pages, two queries.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Field, TimeField
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from courses.curriculum.models import ContentPin, ContentVersion

NOT_CONTENT = {"page_ptr", "translation_key", "locale"}


@dataclass(frozen=True)
class Piece:
    """Words that stayed, are ``new``, or are ``gone``."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str

    @cached_property
    def pieces(self) -> list[Piece]:
        return word_diff(self.before, self.after)


@dataclass(frozen=True)
class BlockChange:
    """``kind``: added, removed, changed or moved; one that moved can have other words too."""

    kind: str
    label: str
    before: str
    after: str
    block_id: str = ""

    @cached_property
    def pieces(self) -> list[Piece]:
        return word_diff(self.before, self.after)


@dataclass
class PageChange:
    key: uuid.UUID
    title: str
    fields: list[FieldChange] = field(default_factory=list)
    blocks: list[BlockChange] = field(default_factory=list)


@dataclass(frozen=True)
class QuestionWarning:
    """A question on which answers hang; no prompt after: it is gone."""

    page_title: str
    question: str
    before: str
    after: str


@dataclass
class Differences:
    added: list[ContentPin] = field(default_factory=list)
    removed: list[ContentPin] = field(default_factory=list)
    moved: list[ContentPin] = field(default_factory=list)  # their words can have changed too
    changed: list[PageChange] = field(default_factory=list)
    warnings: list[QuestionWarning] = field(default_factory=list)

    @property
    def number_of_pages(self) -> int:
        touched = {pin.page_key for pin in self.moved} | {page.key for page in self.changed}
        return len(self.added) + len(self.removed) + len(touched)


def compare(before: ContentVersion | None, after: ContentVersion) -> Differences:
    """What ``after`` has that ``before`` had not, and the other way round."""
    old, new = pins_of(before), pins_of(after)
    found = Differences(
        added=[pin for key, pin in new.items() if key not in old],
        removed=[pin for key, pin in old.items() if key not in new],
        moved=moved_pins(old, new),
    )
    for key, pin in new.items():
        if key in old and old[key].revision_id != pin.revision_id:
            change = compare_pages(old[key], pin)
            if change.fields or change.blocks:
                found.changed.append(change)
    for key, pin in old.items():
        found.warnings += question_warnings(pin, new.get(key))
    return found


def pins_of(version: ContentVersion | None) -> dict[uuid.UUID, ContentPin]:
    if version is None:
        return {}
    pins = version.pins.select_related("revision").defer("text", "data")
    return {pin.page_key: pin for pin in pins.order_by("position")}


def moved_pins(
    old: dict[uuid.UUID, ContentPin], new: dict[uuid.UUID, ContentPin]
) -> list[ContentPin]:
    """Pages that stand under another page now, or in another place under the same one."""
    stayed: set[int] = set()
    families: dict[uuid.UUID | None, list[int]] = {}
    for key, pin in new.items():
        if key in old and old[key].parent_key == pin.parent_key:
            families.setdefault(pin.parent_key, []).append(old[key].position)
    for places in families.values():
        stayed |= in_same_order(places)
    return [pin for key, pin in new.items() if key in old and old[key].position not in stayed]


def content_fields(kind: str) -> list[Field[Any, Any]]:
    """The title, and what this kind of page has of its own."""
    model = apps.get_model("curriculum", kind)
    own = [one for one in model._meta.local_concrete_fields if one.name not in NOT_CONTENT]
    return [Page._meta.get_field("title"), *own]


def compare_pages(before: ContentPin, after: ContentPin) -> PageChange:
    change = PageChange(after.page_key, after.title)
    old, new = before.revision.content, after.revision.content
    for one in content_fields(after.kind):
        if isinstance(one, StreamField):
            change.blocks += compare_streams(one, old.get(one.name), new.get(one.name))
            continue
        was, now = words_in_field(one, old.get(one.name)), words_in_field(one, new.get(one.name))
        if was != now:
            change.fields.append(FieldChange(str(one.verbose_name), was, now))
    return change


def words_in_field(one: Field[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(one, RichTextField):
        return str(get_text_for_indexing(value))
    if isinstance(one, TimeField):
        return time_format(one.to_python(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(one.flatchoices).get(value, value))


def raw_blocks(value: Any) -> list[dict[str, Any]]:
    """The blocks of a stream as a revision holds them."""
    found = json.loads(value) if isinstance(value, str) and value else value
    return list(found or [])


def compare_streams(one: StreamField, before: Any, after: Any) -> list[BlockChange]:
    stream = one.stream_block
    old, new = raw_blocks(before), raw_blocks(after)
    pairs = matched(stream, old, new)
    stayed = in_same_order([place for place in pairs.values() if place is not None])
    changes = []
    for place, raw in enumerate(new):
        words = words_in_block(stream, raw)
        mate = pairs[place]
        if mate is None:
            changes.append(change_of("added", stream, raw, "", words))
            continue
        was = words_in_block(stream, old[mate])
        if mate not in stayed:
            changes.append(change_of("moved", stream, raw, was, words))
        elif was != words:
            changes.append(change_of("changed", stream, raw, was, words))
    kept = set(pairs.values())
    changes += [
        change_of("removed", stream, raw, words_in_block(stream, raw), "")
        for place, raw in enumerate(old)
        if place not in kept
    ]
    return changes


def change_of(
    kind: str, stream: blocks.StreamBlock, raw: dict[str, Any], before: str, after: str
) -> BlockChange:
    known = stream.child_blocks.get(raw["type"])
    label = str(known.label) if known else raw["type"]
    return BlockChange(kind, label, before, after, str(raw.get("id") or ""))


def matched(
    stream: blocks.StreamBlock, old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> dict[int, int | None]:
    """For every new block the old one it was: of the same id, else with the same question key,
    else with the same words (a page that was loaded anew has other ids)."""
    found: dict[int, int | None] = dict.fromkeys(range(len(new)))
    free = dict.fromkeys(range(len(old)))
    for name_of in (id_of, key_of, lambda raw: words_in_block(stream, raw)):
        names: dict[Any, list[int]] = {}
        for place in free:
            names.setdefault((old[place]["type"], name_of(old[place])), []).append(place)
        for place, raw in enumerate(new):
            name = name_of(raw)
            same = names.get((raw["type"], name))
            if found[place] is None and name and same:
                mate = same.pop(0)
                found[place] = mate
                del free[mate]
    return found


def id_of(raw: dict[str, Any]) -> str:
    return str(raw.get("id") or "")


def key_of(raw: dict[str, Any]) -> str:
    value = raw["value"]
    return str(value.get("key") or "") if isinstance(value, dict) else ""


def in_same_order(places: list[int]) -> set[int]:
    """The most blocks that still follow each other as before; the others have moved."""
    matcher = SequenceMatcher(None, sorted(places), places, autojunk=False)
    return {
        places[start + step]
        for _old, start, size in matcher.get_matching_blocks()
        for step in range(size)
    }


def words_in_block(stream: blocks.StreamBlock, raw: dict[str, Any]) -> str:
    return "\n".join(lines_of(stream.child_blocks.get(raw["type"]), raw["value"]))


def lines_of(block: blocks.Block | None, value: Any) -> Iterator[str]:
    """Everything in a block that an editor wrote or chose, also which answer is right."""
    if value is None or value == "":
        return
    if isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            yield from labelled(child, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            is_wrapped = isinstance(item, dict) and item.get("type") == "item"
            yield from lines_of(block.child_block, item["value"] if is_wrapped else item)
    elif isinstance(block, blocks.StreamBlock):
        for raw in raw_blocks(value):
            yield from lines_of(block.child_blocks.get(raw["type"]), raw["value"])
    else:
        yield words_of_value(block, value)


def labelled(child: blocks.Block, value: Any) -> Iterator[str]:
    """A value that says nothing by itself is shown with its name."""
    if isinstance(child, blocks.BooleanBlock):
        if value:
            yield str(child.label)
    else:
        yield from lines_of(child, value)


def words_of_value(block: blocks.Block | None, value: Any) -> str:
    if isinstance(block, blocks.RichTextBlock):
        return str(get_text_for_indexing(value)).strip()
    if isinstance(block, blocks.ChoiceBlock):
        choices = dict(block.field.choices)
        return str(choices.get(value, value))
    if isinstance(block, ChooserBlock):
        return str(block.to_python(value) or value)
    return str(value)


def word_diff(before: str, after: str) -> list[Piece]:
    old, new = before.split(), after.split()
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("gone", " ".join(old[i:j])))
        if k < m:
            pieces.append(Piece("new", " ".join(new[k:m])))
    return pieces


def question_warnings(before: ContentPin, after: ContentPin | None) -> list[QuestionWarning]:
    """Questions of a page that are gone or ask something else under the same key."""
    if after and before.revision_id == after.revision_id:
        return []
    now = questions_in(after) if after else {}
    return [
        QuestionWarning(before.title, key, prompt, now.get(key, ""))
        for key, prompt in questions_in(before).items()
        if now.get(key) != prompt
    ]


def questions_in(pin: ContentPin) -> dict[str, str]:
    found = {}
    for one in content_fields(pin.kind):
        if isinstance(one, StreamField):
            for raw in raw_blocks(pin.revision.content.get(one.name)):
                if key_of(raw):
                    value = raw["value"]
                    found[key_of(raw)] = str(value.get("prompt") or value.get("text") or "")
    return found
