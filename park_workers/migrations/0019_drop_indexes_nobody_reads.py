"""What a hire or a line of a roster writes and nobody reads: indexes that another one begins with, and on PostgreSQL those for
the beginnings of texts that are only ever looked for whole."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation.triggers import Guard

#: table, column of a foreign key whose own index another one covers, that index
COVERED = (
    ("park_workers_employment", "worker_id", "park_workers_employment_worker_id_093f1f4d"),
    ("park_workers_employment", "enterprise_id", "park_workers_employment_enterprise_id_a2ba9688"),
    ("park_workers_contractspan", "employment_id", "park_workers_contractspan_employment_id_d417e57e"),
    ("park_workers_postspan", "employment_id", "park_workers_postspan_employment_id_9c663f87"),
)
LOOKED_FOR_WHOLE = (
    ("park_workers_worker", "reference"),
    ("park_workers_worker", "person_key"),
    ("park_workers_worker", "last_four_hash"),
    ("park_workers_worker", "phone_hash"),
    ("park_workers_employment", "reference"),
)
BEGINNINGS = (
    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s AND indexdef LIKE %s"
)


def drop(apps, schema_editor):
    """By name; those of beginnings are found by what they index."""
    for _, _, name in COVERED:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")
    if schema_editor.connection.vendor == "postgresql":
        for table, column in LOOKED_FOR_WHOLE:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(BEGINNINGS, [table, f"%({column} varchar_pattern_ops)"])
                names = [name for (name,) in cursor.fetchall()]
            for name in names:
                schema_editor.execute(f"DROP INDEX {name}")


def create(apps, schema_editor):
    """Backwards: those of foreign keys; nobody misses the others."""
    for table, column, name in COVERED:
        schema_editor.execute(f"CREATE INDEX {name} ON {table} ({column})")


def unindexed(model, field, to, related, label):
    """The foreign key as the model has it now."""
    key = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, verbose_name=label
    )
    return migrations.AlterField(model, field, key)


class Migration(migrations.Migration):
    dependencies = [("park_workers", "0018_judge_same_file_again")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                unindexed("employment", "worker", "park_workers.worker", "employments", "人员"),
                unindexed("employment", "enterprise", "park_workers.enterprise", "employments", "企业"),
                unindexed("contractspan", "employment", "park_workers.employment", "contracts", "就业记录"),
                unindexed("postspan", "employment", "park_workers.employment", "posts", "就业记录"),
            ],
            database_operations=[Guard(drop, create)],
        )
    ]
