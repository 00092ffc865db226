"""Posters of enterprises, cards of workers and the sheets they are printed on; what is revoked stays revoked."""

import django.db.models.deletion
import park_workers.foundation.files
import park_workers.foundation.links
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0004_record_signs_of_life"),
        ("park_workers", "0007_find_trades"),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name="CardPrint",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.files.new_reference,
                            max_length=20,
                            unique=True,
                            verbose_name="打印编号",
                        ),
                    ),
                    ("choice", models.CharField(max_length=60, verbose_name="范围")),
                    ("day", models.DateField(verbose_name="业务日期")),
                    ("cards", models.PositiveIntegerField(verbose_name="张数")),
                    ("request_id", models.CharField(max_length=64, verbose_name="请求编号")),
                    ("forgotten_at", models.DateTimeField(null=True, verbose_name="清理时间")),
                    (
                        "enterprise",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="card_prints",
                            to="park_workers.enterprise",
                            verbose_name="企业",
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="foundation.storedfile",
                            verbose_name="文件",
                        ),
                    ),
                    (
                        "job",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="foundation.job",
                            verbose_name="制作任务",
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
                    "verbose_name": "工牌打印",
                    "verbose_name_plural": "工牌打印",
                    "constraints": [
                        models.UniqueConstraint(fields=("enterprise", "request_id"), name="one_card_print_per_request"),
                        models.CheckConstraint(
                            condition=models.Q(("forgotten_at__isnull", True), ("file__isnull", True), _connector="OR"),
                            name="forgotten_card_print_has_no_file",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Poster",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.links.new_link_reference,
                            max_length=16,
                            unique=True,
                            verbose_name="编号",
                        ),
                    ),
                    ("issued_on", models.DateField(verbose_name="发出日期")),
                    ("revoked_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                    ("revoke_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="作废原因")),
                    (
                        "enterprise",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="posters",
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
                    (
                        "replaces",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="replaced_by",
                            to="park_workers.poster",
                            verbose_name="替换的编号",
                        ),
                    ),
                    (
                        "revoked_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="park_workers.membership",
                            verbose_name="作废人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "登记海报",
                    "verbose_name_plural": "登记海报",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "valid")), fields=("enterprise",), name="one_standing_poster"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("revoke_reason", ""), ("revoked_at__isnull", True), ("status", "valid")),
                                models.Q(
                                    ("revoked_at__isnull", False),
                                    ("status", "revoked"),
                                    models.Q(("revoke_reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="poster_revoked_with_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WorkerCard",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.links.new_link_reference,
                            max_length=16,
                            unique=True,
                            verbose_name="编号",
                        ),
                    ),
                    ("issued_on", models.DateField(verbose_name="发出日期")),
                    ("revoked_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                    ("revoke_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="作废原因")),
                    (
                        "enterprise",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
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
                    (
                        "replaces",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="replaced_by",
                            to="park_workers.workercard",
                            verbose_name="替换的编号",
                        ),
                    ),
                    (
                        "revoked_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="park_workers.membership",
                            verbose_name="作废人",
                        ),
                    ),
                    (
                        "worker",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="cards",
                            to="park_workers.worker",
                            verbose_name="人员",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "工牌",
                    "verbose_name_plural": "工牌",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "valid")),
                            fields=("worker", "enterprise"),
                            name="one_standing_card",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("revoke_reason", ""), ("revoked_at__isnull", True), ("status", "valid")),
                                models.Q(
                                    ("revoked_at__isnull", False),
                                    ("status", "revoked"),
                                    models.Q(("revoke_reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="card_revoked_with_reason",
                        ),
                    ],
                },
            ),
        ]),
        triggers.allowed_moves("poster_moves", table="park_workers_poster", moves=[("valid", "revoked")]),
        triggers.allowed_moves("worker_card_moves", table="park_workers_workercard", moves=[("valid", "revoked")]),
    ]
