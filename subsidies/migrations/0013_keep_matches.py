"""What the matching of three lists comes to is kept with a batch; triggers say when it must be counted anew."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation.triggers import note_changes

OF_LINE = """(SELECT c.batch_id FROM subsidies_lineitem l JOIN subsidies_calculation c ON c.id = l.calculation_id
  WHERE l.id = {row}.line_id)"""
OF_ANSWER = "(SELECT batch_id FROM subsidies_cityanswer WHERE id = {row}.answer_id)"
OF_PAYMENT = """(SELECT f.batch_id FROM subsidies_disbursement d JOIN subsidies_paymentfile f ON f.id = d.payment_file_id
  WHERE d.id = {row}.disbursement_id)"""
OF_FILE = "(SELECT batch_id FROM subsidies_paymentfile WHERE id = {row}.payment_file_id)"
NOTED = (
    ("batch_changes_match", "subsidies_batch", ("current_id", "status"), "{row}.id"),
    ("notice_changes_match", "subsidies_publicnotice", ("batch_id", "edition", "recorded_at"), "{row}.batch_id"),
    ("decision_changes_match", "subsidies_linedecision", ("line_id", "kind", "is_standing", "excludes"), OF_LINE),
    ("answer_changes_match", "subsidies_cityanswerline", ("answer_id", "line_id", "is_accepted"), OF_ANSWER),
    ("paid_line_changes_match", "subsidies_disbursementline", ("disbursement_id", "line_id"), OF_PAYMENT),
    ("payment_changes_match", "subsidies_disbursement", ("payment_file_id", "status"), OF_FILE),
)


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0012_keep_training_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptMatch",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="kept_match",
                        serialize=False,
                        to="subsidies.batch",
                        verbose_name="批次",
                    ),
                ),
                ("counts", models.JSONField(verbose_name="统计")),
            ],
            options={"verbose_name": "三方核对统计", "verbose_name_plural": "三方核对统计"},
        ),
        migrations.CreateModel(
            name="MatchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="subsidies.batch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={"verbose_name": "三方核对变动", "verbose_name_plural": "三方核对变动"},
        ),
        *(
            note_changes(
                name, table=table, watched=watched, owner=owner, into="subsidies_matchchange", column="batch_id"
            )
            for name, table, watched, owner in NOTED
        ),
    ]
