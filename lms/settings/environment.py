"""The one place that reads the environment: every value is checked, nonsense stops the start."""

import base64
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

REQUIRED = object()


def text(name: str, default: Any = REQUIRED) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is REQUIRED:
        raise ImproperlyConfigured(f"{name} is not set.")
    return str(default)


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value == "yes"


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, default)
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} up, not {value!r}.")
    return int(value)


def choice(name: str, options: Sequence[str], default: Any = REQUIRED) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas between."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str, default: dict[str, Any]) -> dict[str, Any]:
    """A database from ``postgresql://user:password@host:port/name``."""
    value = text(name, "")
    if not value:
        return default
    parts = urlsplit(value)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15s -c lock_timeout=5s"
            " -c idle_in_transaction_session_timeout=30s"
        },
    }


def master_keys(name: str, default: Any = REQUIRED) -> dict[str, bytes]:
    """Master keys as ``id:base64,id:base64``, the current one first; 32 bytes each."""
    keys = {}
    for word in text(name, default).split(","):
        key_id, _, encoded = word.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(
                f"{name} must hold keys as id:base64 of 32 bytes, with commas between."
            )
        keys[key_id] = key
    return keys
