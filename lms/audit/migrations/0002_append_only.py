from django.db import migrations

from lms.audit import triggers


def install(apps, schema_editor):
    if schema_editor.connection.alias == "default":
        triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    if schema_editor.connection.alias == "default":
        triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]

    operations = [migrations.RunPython(install, remove)]
