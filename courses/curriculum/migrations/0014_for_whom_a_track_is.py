from django.db import migrations


def copy_for_whom(apps, schema_editor):
    """What versions that were pinned before do not hold yet; their revision does."""
    pins = apps.get_model("curriculum", "ContentPin").objects.filter(kind="trackpage")
    for pin in pins.select_related("revision"):
        pin.data["for_whom"] = pin.revision.content.get("for_whom", "")
        pin.save(update_fields=["data"])


class Migration(migrations.Migration):

    dependencies = [
        ("curriculum", "0013_kinds_of_homework"),
    ]

    operations = [
        migrations.RunPython(copy_for_whom, migrations.RunPython.noop),
    ]
