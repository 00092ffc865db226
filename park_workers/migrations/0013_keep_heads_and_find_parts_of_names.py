"""Heads of today are kept beside each enterprise; triggers say when they must be counted anew.  Parts of names have an index."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation import triggers


def count_everybody(apps, schema_editor):
    """Nothing is kept yet: whoever has employed anybody is counted by the clock's first round."""
    change, enterprise = apps.get_model("park_workers", "HeadcountChange"), apps.get_model("park_workers", "Enterprise")
    keys = enterprise.objects.values_list("pk", flat=True)
    change.objects.bulk_create([change(enterprise_id=pk) for pk in keys], batch_size=5_000)


#: every sign of a name and every two that follow one another, in upper case: short parts that an index of trigrams passes over
PARTS = """
CREATE FUNCTION name_parts(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT substr(upper(name), place, length))
  FROM generate_series(1, char_length(name)) place, generate_series(1, 2) length WHERE place + length - 1 <= char_length(name)
$$
"""
PARTS_INDEX = """
CREATE INDEX worker_name_parts ON park_workers_worker USING gin (name_parts(name)) WITH (gin_pending_list_limit = 512)
"""


def find_parts(apps, schema_editor):
    """SQLite, which has no such index, looks at every name."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PARTS)
        schema_editor.execute(PARTS_INDEX)


def find_no_parts(apps, schema_editor):
    """Without the index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX worker_name_parts")
        schema_editor.execute("DROP FUNCTION name_parts(text)")


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0012_confirm_headcounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptHeadcount",
            fields=[
                (
                    "enterprise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="kept_headcount",
                        serialize=False,
                        to="park_workers.enterprise",
                        verbose_name="企业",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起")),
                ("until_on", models.DateField(null=True, verbose_name="止")),
                ("headcount", models.PositiveIntegerField(verbose_name="在岗人数")),
                ("front_line", models.PositiveIntegerField(verbose_name="一线人数")),
            ],
            options={
                "verbose_name": "当前人数",
                "verbose_name_plural": "当前人数",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("front_line__lte", models.F("headcount"))), name="kept_front_line_within"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                        ),
                        name="kept_headcount_span",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeadcountChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "enterprise",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="park_workers.enterprise",
                        verbose_name="企业",
                    ),
                ),
            ],
            options={
                "verbose_name": "人数变动",
                "verbose_name_plural": "人数变动",
            },
        ),
        migrations.AddIndex(
            model_name="insuredmonth",
            index=models.Index(fields=["credit_code", "month"], name="insured_month_employer"),
        ),
        triggers.note_changes(
            "employment_changes_heads",
            table="park_workers_employment",
            watched=["enterprise_id", "hired_on", "left_on"],
            owner="{row}.enterprise_id",
            into="park_workers_headcountchange",
            column="enterprise_id",
        ),
        triggers.note_changes(
            "post_changes_heads",
            table="park_workers_postspan",
            watched=["employment_id", "starts_on", "is_front_line"],
            owner="(SELECT enterprise_id FROM park_workers_employment WHERE id = {row}.employment_id)",
            into="park_workers_headcountchange",
            column="enterprise_id",
        ),
        migrations.RunPython(count_everybody, migrations.RunPython.noop),
        migrations.RunPython(find_parts, find_no_parts),
    ]
