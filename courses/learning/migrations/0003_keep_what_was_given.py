from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0002_walk_through_a_lesson"),
    ]

    operations = [
        migrations.AddField(
            model_name="quizattempt",
            name="given",
            field=models.JSONField(default=dict),
        ),
    ]
