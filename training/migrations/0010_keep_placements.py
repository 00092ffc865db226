"""What became of whoever passed is kept; triggers say when it must be counted anew."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation.triggers import note_changes


def count_everybody(apps, schema_editor):
    """Nothing is kept yet: whoever has a result is counted by the clock's first round."""
    schema_editor.execute(
        "INSERT INTO training_placementchange (worker_id) SELECT DISTINCT e.worker_id "
        "FROM training_enrolment e JOIN training_assessment a ON a.enrolment_id = e.id"
    )


OF_SEAT = "(SELECT worker_id FROM training_enrolment WHERE id = {row}.enrolment_id)"
OF_ASSESSMENT = """(SELECT e.worker_id FROM training_assessment a JOIN training_enrolment e ON e.id = a.enrolment_id
  WHERE a.id = {row}.assessment_id)"""
OF_REFERRAL = """(SELECT e.worker_id FROM training_referral r JOIN training_enrolment e ON e.id = r.enrolment_id
  WHERE r.id = {row}.referral_id)"""
NOTED = (
    ("assessment_changes_placement", "training_assessment", ("enrolment_id", "verdict"), {"owner": OF_SEAT}),
    (
        "enrolment_changes_placement", "training_enrolment",
        ("training_class_id", "worker_id", "withdrawn_on", "order_enterprise_name"),
        {"owner": "{row}.worker_id", "events": ("UPDATE", "DELETE")},
    ),
    (
        "class_changes_placement", "training_trainingclass", ("ends_on",),
        {"owners": "SELECT worker_id AS owner FROM training_enrolment WHERE training_class_id = {row}.id", "events": ("UPDATE",)},
    ),
    ("amendment_changes_placement", "training_amendment", ("assessment_id", "kind", "status", "verdict"), {"owner": OF_ASSESSMENT}),
    (
        "referral_changes_placement", "training_referral",
        ("enrolment_id", "referred_on", "interviewed_on", "offered_on", "ended_on"), {"owner": OF_SEAT},
    ),
    ("hire_changes_placement", "training_referralhire", ("referral_id", "employment_id"), {"owner": OF_REFERRAL}),
    (
        "employment_changes_placement", "park_workers_employment", ("worker_id", "enterprise_id", "hired_on", "left_on"),
        {"owner": "{row}.worker_id"},
    ),
    (
        "merge_changes_placement", "park_workers_worker", ("merged_into_id",),
        {"owners": "SELECT {row}.id AS owner UNION SELECT {row}.merged_into_id", "events": ("UPDATE",)},
    ),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0015_correct_dates_and_remind"),
        ("training", "0009_revoke_grades"),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='KeptPlacements',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('frame', models.BinaryField(null=True, verbose_name='各学员安置情况')),
                ],
                options={
                    'verbose_name': '当前就业安置',
                    'verbose_name_plural': '当前就业安置',
                },
            ),
            migrations.CreateModel(
                name='PlacementChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='park_workers.worker', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '就业安置变动',
                    'verbose_name_plural': '就业安置变动',
                },
            ),
        ]),
        *(
            note_changes(name, table=table, watched=watched, into="training_placementchange", column="worker_id", **owner)
            for name, table, watched, owner in NOTED
        ),
        migrations.RunPython(count_everybody, migrations.RunPython.noop),
    ]  # fmt: skip
