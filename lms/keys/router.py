from typing import Any

from django.db.models import Model


class KeysRouter:
    """Keeps the key store in its own database, and nothing else there."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "keys" if model._meta.app_label == "keys" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "keys") == (app_label == "keys")
