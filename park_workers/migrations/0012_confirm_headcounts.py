"""Enterprises confirm each month who was there; what was confirmed is never changed."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from park_workers.foundation import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0011_open_ways_in_by_phone"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeadcountConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                ("month", models.DateField(help_text="当月 1 日", verbose_name="月份")),
                ("edition", models.PositiveIntegerField(verbose_name="版次")),
                ("confirmed_on", models.DateField(verbose_name="确认日期")),
                ("heads_at_start", models.PositiveIntegerField(verbose_name="上月末在岗")),
                ("joined", models.PositiveIntegerField(verbose_name="本月入职")),
                ("left", models.PositiveIntegerField(verbose_name="本月离职")),
                ("heads_at_end", models.PositiveIntegerField(verbose_name="月末在岗")),
                ("front_line", models.PositiveIntegerField(verbose_name="月末一线")),
                ("digest", models.CharField(max_length=64, verbose_name="名单摘要")),
                ("people", models.JSONField(default=list, verbose_name="名单")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="park_workers.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "在岗确认",
                "verbose_name_plural": "在岗确认",
                "indexes": [models.Index(fields=["month"], name="headcount_confirmation_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise", "month", "edition"), name="one_confirmation_per_edition"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "heads_at_end",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("heads_at_start"), "+", models.F("joined")
                                    ),
                                    "-",
                                    models.F("left"),
                                ),
                            )
                        ),
                        name="confirmed_heads_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("front_line__lte", models.F("heads_at_end"))),
                        name="confirmed_front_line_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_on__gte", models.F("month"))), name="confirmed_once_month_began"
                    ),
                ],
            },
        ),
        triggers.append_only("headcount_confirmations_stay", table="park_workers_headcountconfirmation"),
    ]
