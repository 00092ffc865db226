"""Enterprises ask for another hire date once it was judged (moves guarded, I6); reminders of the month's confirmation, once a stage."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import park_workers.foundation.files
from park_workers.foundation import triggers


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("park_workers", "0014_export_long_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="HireDateRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(max_length=20, verbose_name="状态")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                (
                    "reference",
                    models.CharField(
                        default=park_workers.foundation.files.new_reference,
                        max_length=20,
                        unique=True,
                        verbose_name="申请编号",
                    ),
                ),
                ("before", models.DateField(verbose_name="原入职日期")),
                ("hired_on", models.DateField(verbose_name="申请的入职日期")),
                ("reason", models.CharField(max_length=200, verbose_name="原因和依据")),
                ("asked_on", models.DateField(verbose_name="申请日期")),
                ("decided_on", models.DateField(null=True, verbose_name="决定日期")),
                ("decision_note", models.CharField(blank=True, default="", max_length=200, verbose_name="决定说明")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "employment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hire_date_requests",
                        to="park_workers.employment",
                        verbose_name="就业记录",
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
                "verbose_name": "入职日期更正申请",
                "verbose_name_plural": "入职日期更正申请",
                "indexes": [models.Index(fields=["status", "asked_on"], name="hire_date_request_queue")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")),
                        fields=("employment",),
                        name="one_waiting_hire_date_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="hire_date_request_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hired_on", models.F("before")), _negated=True),
                        name="hire_date_request_asks_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("granted", "refused")), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hire_date_request_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), _negated=True),
                            models.Q(("decision_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="hire_date_request_refused_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeadcountReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="当月 1 日", verbose_name="月份")),
                (
                    "stage",
                    models.CharField(
                        choices=[("open", "开始确认"), ("due", "临近期限"), ("late", "逾期催办")],
                        max_length=8,
                        verbose_name="阶段",
                    ),
                ),
                ("reminded_on", models.DateField(verbose_name="提醒日期")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="发出时间")),
                ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="未发出原因")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="headcount_reminders",
                        to="park_workers.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提醒的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "在岗确认提醒",
                "verbose_name_plural": "在岗确认提醒",
                "indexes": [models.Index(fields=["month"], name="headcount_reminder_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("enterprise", "month", "stage"), name="one_reminder_per_stage"),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at__isnull", True), ("reason", ""), _connector="OR"),
                        name="reminder_sent_or_why_not",
                    ),
                ],
            },
        ),
        triggers.allowed_moves(
            "hire_date_request_moves",
            table="park_workers_hiredaterequest",
            moves=[("waiting", "granted"), ("waiting", "refused"), ("waiting", "withdrawn")],
        ),
    ]
