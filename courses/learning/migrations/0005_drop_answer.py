from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0004_copy_answers"),
    ]

    operations = [
        # With a default first, so that the way back has something to put into old rows.
        migrations.AlterField(
            model_name="quizattempt",
            name="answer",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.RemoveField(
            model_name="quizattempt",
            name="answer",
        ),
    ]
