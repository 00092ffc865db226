"""A part of a name is found by its signs: two Chinese characters are too short for trigrams.  Trades come from an index."""

from django.db import migrations, models

INDEX = "worker_name_signs"


def index_signs(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE INDEX {INDEX} ON park_workers_worker USING gin (string_to_array(name, NULL))")


def drop_index(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0006_fill_pinyin"),
    ]

    operations = [
        migrations.RunPython(index_signs, drop_index),
        migrations.AddIndex(
            model_name="postspan",
            index=models.Index(fields=["trade"], name="post_trade"),
        ),
    ]
