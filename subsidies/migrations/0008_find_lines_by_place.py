"""Lines of a computation in order come from one index, which takes the place of the foreign key's own.

SQLite would alter the column by making the table anew, and lose its triggers: so only the index itself is dropped.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLE, COLUMN = "subsidies_lineitem", "calculation_id"


def drop_index_of_key(apps, editor):
    line = apps.get_model("subsidies", "LineItem")
    for name in editor._constraint_names(line, [COLUMN], index=True, unique=False):
        editor.execute(f"DROP INDEX {editor.quote_name(name)}")


def restore_index_of_key(apps, editor):
    editor.execute(f"CREATE INDEX {TABLE}_{COLUMN} ON {TABLE} ({COLUMN})")


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0007_guard_numbers_receipts_and_write_offs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lineitem",
            index=models.Index(fields=["calculation", "position", "id"], name="line_place"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_index_of_key, restore_index_of_key)],
            state_operations=[
                migrations.AlterField(
                    model_name="lineitem",
                    name="calculation",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_items",
                        to="subsidies.calculation",
                        verbose_name="测算",
                    ),
                ),
            ],
        ),
    ]
