"""What an editor asks somebody to look at, another editor approves. The group that Wagtail has for
it has no members here, so a page that was sent to it was locked until its writer took it back."""

from django.db import migrations

EDITORS = "Editors"
AS_WAGTAIL_NAMES_IT = "Moderators approval"
AS_EDITORS_READ_IT = "Nakijken door een collega"


def rename(apps, old, new):
    for kind in ("Workflow", "Task"):
        apps.get_model("wagtailcore", kind).objects.filter(name=old).update(name=new)


def ask_editors(apps, schema_editor):
    editors = apps.get_model("auth", "Group").objects.filter(name=EDITORS)
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    for task in tasks.filter(name=AS_WAGTAIL_NAMES_IT):
        task.groups.add(*editors)
    rename(apps, AS_WAGTAIL_NAMES_IT, AS_EDITORS_READ_IT)


def ask_moderators(apps, schema_editor):
    editors = apps.get_model("auth", "Group").objects.filter(name=EDITORS)
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    for task in tasks.filter(name=AS_EDITORS_READ_IT):
        task.groups.remove(*editors)
    rename(apps, AS_EDITORS_READ_IT, AS_WAGTAIL_NAMES_IT)


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0010_names_for_editors"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(ask_editors, ask_moderators)]
