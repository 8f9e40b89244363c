"""What an editor asks somebody to look at, another editor approves. The group that Wagtail has for
it has no members here, so a page that was sent to it was locked until its writer took it back."""

from django.db import migrations

EDITORS = "Editors"
AS_WAGTAIL_NAMES_IT = "Moderators approval"  # both the workflow and its one task
WORKFLOW = "collega-redacteur"  # in the button: send it on to
TASK = "Nakijken door een collega"


def keys_of_editors(apps):
    groups = apps.get_model("auth", "Group").objects.filter(name=EDITORS)
    return groups.values_list("pk", flat=True)


def ask_editors(apps, schema_editor):
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    for task in tasks.filter(name=AS_WAGTAIL_NAMES_IT):
        task.groups.add(*keys_of_editors(apps))
    rename(apps, "Workflow", AS_WAGTAIL_NAMES_IT, WORKFLOW)
    rename(apps, "Task", AS_WAGTAIL_NAMES_IT, TASK)


def ask_moderators(apps, schema_editor):
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    for task in tasks.filter(name=TASK):
        task.groups.remove(*keys_of_editors(apps))
    rename(apps, "Workflow", WORKFLOW, AS_WAGTAIL_NAMES_IT)
    rename(apps, "Task", TASK, AS_WAGTAIL_NAMES_IT)


def rename(apps, kind, old, new):
    apps.get_model("wagtailcore", kind).objects.filter(name=old).update(name=new)


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0010_names_for_editors"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(ask_editors, ask_moderators)]
