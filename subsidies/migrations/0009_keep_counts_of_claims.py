"""A claim says how many of its lines are eligible, and a computation's claims come in order from an index.

The column may be null, so that SQLite adds it without making the table anew, which would lose its guards.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0008_find_lines_by_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="eligible",
            field=models.PositiveIntegerField(null=True, verbose_name="合格行数"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["calculation", "position", "id"], name="claim_place"),
        ),
    ]
