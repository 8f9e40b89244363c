from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from lms.audit import triggers


class AuditConfig(AppConfig):
    name = "lms.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(restore_triggers, sender=self)


def restore_triggers(*, using: str, **kwargs: Any) -> None:
    """After every ``migrate`` the log is append-only again, whatever was done to it in between."""
    connection = connections[using]
    if "audit_auditevent" in connection.introspection.table_names():
        triggers.install(connection)
