"""Editors publish single pages, as they publish versions. Whether a page is complete is asked of
everybody (GuardedPage), and running editions stay on their version."""

from django.db import migrations

EDITORS = "Editors"  # the group that Wagtail makes; it may only write


def rights_to_publish(apps):
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="wagtailcore", codename="publish_page"
    )
    groups = apps.get_model("auth", "Group").objects.filter(name=EDITORS)
    roots = apps.get_model("wagtailcore", "Page").objects.filter(depth=1)
    return [
        {"group": group, "page": root, "permission": permission}
        for group in groups
        for root in roots
    ]


def give(apps, schema_editor):
    given = apps.get_model("wagtailcore", "GroupPagePermission").objects
    for right in rights_to_publish(apps):
        given.get_or_create(**right)


def take_back(apps, schema_editor):
    given = apps.get_model("wagtailcore", "GroupPagePermission").objects
    for right in rights_to_publish(apps):
        given.filter(**right).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0004_remark_says_about_what"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(give, take_back)]
