from django.db import migrations


def copy_answers(apps, schema_editor):
    """Until now every answer was one text."""
    QuizAttempt = apps.get_model("learning", "QuizAttempt")
    for attempt in QuizAttempt.objects.exclude(answer="").iterator():
        QuizAttempt.objects.filter(pk=attempt.pk).update(given={"chosen": [attempt.answer]})


def copy_back(apps, schema_editor):
    QuizAttempt = apps.get_model("learning", "QuizAttempt")
    for attempt in QuizAttempt.objects.iterator():
        chosen = attempt.given.get("chosen", [])
        QuizAttempt.objects.filter(pk=attempt.pk).update(answer=", ".join(chosen)[:200])


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0003_keep_what_was_given"),
    ]

    operations = [
        migrations.RunPython(copy_answers, copy_back),
    ]
