"""Leavers have an index of their own, who was never hired a list; heads of the month that waits are kept beside those of today."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation.triggers import note_changes

NEVER_HIRED = """
INSERT INTO park_workers_perhapsneverhired (worker_id) SELECT w.id FROM park_workers_worker w
WHERE NOT EXISTS (SELECT 1 FROM park_workers_employment e WHERE e.worker_id = w.id)
"""


def note_never_hired(apps, schema_editor):
    """Whoever is known and has never been hired."""
    schema_editor.execute(NEVER_HIRED)


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0015_correct_dates_and_remind"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="employment",
            index=models.Index(
                condition=models.Q(("left_on__isnull", False)), fields=["worker", "left_on"], name="employment_left"
            ),
        ),
        migrations.AddField(
            model_name="keptheadcount", name="month_end", field=models.DateField(null=True, verbose_name="月末")
        ),
        migrations.AddField(
            model_name="keptheadcount",
            name="month_headcount",
            field=models.PositiveIntegerField(default=0, verbose_name="月末在岗人数"),
        ),
        migrations.AddField(
            model_name="keptheadcount",
            name="month_front_line",
            field=models.PositiveIntegerField(default=0, verbose_name="月末一线人数"),
        ),
        migrations.CreateModel(
            name="PerhapsNeverHired",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "worker",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="park_workers.worker",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={"verbose_name": "可能未就业", "verbose_name_plural": "可能未就业"},
        ),
        note_changes(
            "worker_never_hired", table="park_workers_worker", watched=["id"], owner="{row}.id",
            into="park_workers_perhapsneverhired", column="worker_id", events=["INSERT"],
        ),
        note_changes(
            "employment_lost", table="park_workers_employment", watched=["worker_id"], owner="{row}.worker_id",
            into="park_workers_perhapsneverhired", column="worker_id", events=["UPDATE", "DELETE"],
        ),
        migrations.RunPython(note_never_hired, migrations.RunPython.noop),
    ]  # fmt: skip
