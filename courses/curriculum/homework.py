"""The kinds of homework that editors choose from: filled by the apps that know them."""

from typing import Any

KINDS: dict[str, Any] = {}  # by name, what editors read


def homework_choices() -> list[tuple[str, Any]]:
    return list(KINDS.items())
