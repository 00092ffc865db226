"""Confirmed months are looked at again when people change, a trade included; reminders of such a month, one after each confirmation."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation import triggers

POSTS = {
    "table": "park_workers_postspan",
    "owner": "(SELECT enterprise_id FROM park_workers_employment WHERE id = {row}.employment_id)",
    "into": "park_workers_headcountchange",
    "column": "enterprise_id",
}
BEFORE = triggers.note_changes("post_changes_heads", watched=["employment_id", "starts_on", "is_front_line"], **POSTS)
NOW = triggers.note_changes("post_changes_heads", watched=["employment_id", "starts_on", "trade", "is_front_line"], **POSTS)


def look_at_everybody(apps, schema_editor):
    """Nothing was looked at yet: the clock's first round does."""
    look, confirmation = (apps.get_model("park_workers", name) for name in ("ConfirmedMonthsLook", "HeadcountConfirmation"))
    firms = confirmation.objects.order_by().values_list("enterprise_id", flat=True).distinct()
    look.objects.bulk_create([look(enterprise_id=pk) for pk in firms], batch_size=5_000)


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0016_find_leavers_and_never_hired"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfirmedMonthsLook",
            fields=[
                (
                    "enterprise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="months_look",
                        serialize=False,
                        to="park_workers.enterprise",
                        verbose_name="企业",
                    ),
                ),
                ("is_due", models.BooleanField(default=True, verbose_name="待核对")),
                ("months", models.JSONField(default=dict, verbose_name="确认后有变动的月份")),
            ],
            options={"verbose_name": "已确认月份核对", "verbose_name_plural": "已确认月份核对"},
        ),
        migrations.AddField(
            model_name="headcountreminder",
            name="edition",
            field=models.PositiveIntegerField(default=0, verbose_name="所变动的版次"),
        ),
        migrations.AlterField(
            model_name="headcountreminder",
            name="stage",
            field=models.CharField(
                choices=[("open", "开始确认"), ("due", "临近期限"), ("late", "逾期催办"), ("changed", "确认后有变动")],
                max_length=8,
                verbose_name="阶段",
            ),
        ),
        migrations.RemoveConstraint(model_name="headcountreminder", name="one_reminder_per_stage"),
        migrations.AddConstraint(
            model_name="headcountreminder",
            constraint=models.UniqueConstraint(
                fields=("enterprise", "month", "stage", "edition"), name="one_reminder_per_stage"
            ),
        ),
        migrations.AddConstraint(
            model_name="headcountreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("edition__gt", 0), ("stage", "changed")),
                    models.Q(models.Q(("stage", "changed"), _negated=True), ("edition", 0)),
                    _connector="OR",
                ),
                name="reminder_of_change_names_edition",
            ),
        ),
        triggers.Guard(BEFORE.reverse_code, BEFORE.code),
        NOW,
        migrations.RunPython(look_at_everybody, migrations.RunPython.noop),
    ]
