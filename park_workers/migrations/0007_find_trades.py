"""The trades of the park come one after another from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0006_fill_pinyin"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="postspan",
            index=models.Index(fields=["trade"], name="post_trade"),
        ),
    ]
