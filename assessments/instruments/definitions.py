"""Reading a form from its file, with a readable complaint where the file is wrong."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class BadDefinition(Exception):
    """The file does not describe a form; says where and why."""


@dataclass(frozen=True)
class ItemDefinition:
    code: str
    text: str
    kind: str
    kba: list[int]
    options: list[str]


@dataclass(frozen=True)
class SectionDefinition:
    code: str
    title: str
    hint: str
    items: list[ItemDefinition]


@dataclass(frozen=True)
class FormDefinition:
    code: str
    title: str
    author: str
    licence: str
    language: str
    intro: str
    scale: list[dict[str, Any]]
    sections: list[SectionDefinition]
    source_hash: str


OPEN_FIELDS = "open"  # the code of the untitled section that holds them


def read_definition(path: Path) -> FormDefinition:
    try:
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadDefinition(f"{path.name}: {error}") from error
    if not isinstance(source, dict):
        raise BadDefinition(f"{path.name}: a form is a mapping of its parts.")
    try:
        return define(source)
    except KeyError as missing:
        raise BadDefinition(f"{path.name}: {missing} is missing.") from missing
    except BadDefinition as error:
        raise BadDefinition(f"{path.name}: {error}") from error


def define(source: dict[str, Any]) -> FormDefinition:
    sections = [define_section(section) for section in source["sections"]]
    open_fields = [define_item(field) for field in source.get("open_fields", [])]
    if open_fields:
        sections.append(SectionDefinition(OPEN_FIELDS, "", "", open_fields))
    refuse_doubles([section.code for section in sections])
    refuse_doubles([item.code for section in sections for item in section.items])
    scale = source["scale"]
    refuse_doubles([step["value"] for step in scale])
    return FormDefinition(
        code=source["code"],
        title=source["title"],
        author=source["author"],
        licence=source["licence"],
        language=source["language"],
        intro=source.get("intro", ""),
        scale=[
            {"value": step["value"], "label": step["label"], "meaning": step.get("meaning", "")}
            for step in scale
        ],
        sections=sections,
        source_hash=hash_of(source),
    )


def define_section(source: dict[str, Any]) -> SectionDefinition:
    items = [define_item(item) for item in source["items"]]
    if not items:
        raise BadDefinition(f"section {source['code']} has no items.")
    return SectionDefinition(source["code"], source["title"], source.get("hint", ""), items)


def define_item(source: dict[str, Any]) -> ItemDefinition:
    kind = source.get("kind", "score")
    if kind not in ("score", "text"):
        raise BadDefinition(f"item {source['code']} has an unknown kind, {kind!r}.")
    return ItemDefinition(
        code=source["code"],
        text=source["text"],
        kind=kind,
        kba=source.get("kba", []),
        options=source.get("options", []),
    )


def refuse_doubles(codes: list[Any]) -> None:
    doubles = sorted({str(code) for code in codes if codes.count(code) > 1})
    if doubles:
        raise BadDefinition(f"{', '.join(doubles)} stands there twice.")


def hash_of(source: dict[str, Any]) -> str:
    """Of what the file says, not of how it is laid out: a comment makes no new version."""
    text = json.dumps(source, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
