"""Every address there is, by walking the resolver; and what the table says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.world import VISITORS

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
SAFE = {"GET", "HEAD"}
TABLE = Path(__file__).with_name("routes.yaml")
GROUPS = {
    "viewers": ["partner", "member", "trainer"],
    "participants": ["owner", "partner", "member"],
    "teachers": ["trainer", "run_along"],
    "signed_in": [who for who in VISITORS if who != "anonymous"],
    "others": VISITORS,
}


def walk(urlconf: str | None = None) -> list[str]:
    """Each once: what two patterns match, the first one answers."""
    return sorted(set(paths_of(get_resolver(urlconf))))


def paths_of(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from paths_of(pattern, here)


@dataclass(frozen=True)
class Line:
    """``answers`` gives per visitor and method the status that the relation asks for."""

    path: str
    address: str  # one to try, where the path does not say it
    ids: dict[str, str]
    methods: list[str]
    answers: dict[str, Any]
    sends: dict[str, Any]
    may_write: list[str]
    asks_sign_in_first: bool
    only: list[str]

    def expected(self, who: str, method: str) -> int:
        cell = self.cell(who)
        if isinstance(cell, dict) and method in cell:
            return cell[method]
        if method not in self.methods:
            return 302 if who == "anonymous" and self.asks_sign_in_first else 405
        return cell.get("GET", 0) if isinstance(cell, dict) else cell

    def cell(self, who: str) -> Any:
        if who in self.answers:
            return self.answers[who]
        return next(
            self.answers[group]
            for group, members in GROUPS.items()
            if who in members and group in self.answers
        )

    def address_of(self, ids: dict[str, Any]) -> str:
        path = self.address or re.sub(r"[\^$]|\(.*", "", self.path)
        for name, key in self.ids.items():
            path = re.sub(rf"<(\w+:)?{name}>", str(ids[key]), path)
        return f"/{path}"


def table() -> dict[str, Any]:
    return yaml.safe_load(TABLE.read_text())


def lines() -> list[Line]:
    return [line_of(path, said) for path, said in table()["routes"].items()]


def paths_in_table() -> list[str]:
    said = table()
    of_cms = [path for paths in said["cms"].values() for path in paths]
    return sorted({*said["routes"], *said["hidden"], *said["one_door"], *of_cms})


def line_of(path: str, said: dict[str, Any]) -> Line:
    said = dict(said)
    return Line(
        path=path,
        ids=said.pop("ids", {}),
        address=said.pop("address", ""),
        methods=said.pop("methods", ["GET", "HEAD"]),
        only=said.pop("only", METHODS),
        sends=said.pop("sends", {}),
        may_write=said.pop("may_write", []),
        asks_sign_in_first=said.pop("asks_sign_in_first", False),
        answers=said,
    )
