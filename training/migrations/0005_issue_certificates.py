"""The base's own certificates, corrections and revocations as rows of their own, and what numbers are judged by.

An amendment is never rewritten once it stands; its number is nobody else's; a certificate's paper never changes.
"""

import django.db.models.deletion
import park_workers.foundation.files
import park_workers.foundation.links
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation.triggers import allowed_moves, append_only, row_guard

SAME = " OR ".join(
    f"OLD.{column} IS DISTINCT FROM NEW.{column}"
    for column in (
        "kind", "base_id", "assessment_id", "certificate_id", "completion_id", "attended_hours", "theory_score",
        "practice_score", "verdict", "number", "issued_on", "reason", "proposed_on", "proposed_by_id", "recorded_by_id",
    )
)  # fmt: skip
PAPER = " OR ".join(
    f"OLD.{column} IS DISTINCT FROM NEW.{column}"
    for column in (
        "reference", "number", "base_id", "enrolment_id", "worker_id", "holder_name", "project", "institution",
        "class_number", "hours", "starts_on", "ends_on", "issued_on", "replaces_id",
    )
)  # fmt: skip
TAKEN = (
    "NEW.number <> '' AND (EXISTS (SELECT 1 FROM training_certificate other WHERE other.number = NEW.number "
    "AND other.id IS DISTINCT FROM NEW.certificate_id) OR EXISTS (SELECT 1 FROM training_amendment other "
    "WHERE other.number = NEW.number AND other.status IN ('proposed', 'confirmed') "
    "AND other.certificate_id IS DISTINCT FROM NEW.certificate_id))"
)
CORRECTED_TO = (
    "EXISTS (SELECT 1 FROM training_amendment other WHERE other.number = NEW.number "
    "AND other.status IN ('proposed', 'confirmed'))"
)
GUARDS = [
    allowed_moves(
        "amendment_moves", table="training_amendment",
        moves=[("proposed", "confirmed"), ("proposed", "refused"), ("proposed", "withdrawn")],
    ),
    row_guard(
        "amendment_stays", table="training_amendment", events=["UPDATE"], refuse_when=f"(OLD.status <> 'proposed' OR {SAME})"
    ),
    row_guard("amendment_kept", table="training_amendment", events=["DELETE"], refuse_when="1 = 1"),
    row_guard("corrected_number_free", table="training_amendment", events=["INSERT"], refuse_when=f"({TAKEN})"),
    row_guard("certificate_number_free", table="training_certificate", events=["INSERT"], refuse_when=f"({CORRECTED_TO})"),
    append_only("certificate_stays", table="training_certificate"),
    allowed_moves("completion_moves", table="training_completioncertificate", moves=[("valid", "revoked")]),
    row_guard("completion_stays", table="training_completioncertificate", events=["UPDATE"], refuse_when=f"({PAPER})"),
    row_guard("completion_kept", table="training_completioncertificate", events=["DELETE"], refuse_when="1 = 1"),
    append_only("pass_rule_stays", table="training_passrule"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0004_record_signs_of_life"),
        ("park_workers", "0012_confirm_headcounts"),
        ("training", "0004_take_attendance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name="CompletionCertificate",
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
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="证书编号")),
                    ("holder_name", models.CharField(max_length=80, verbose_name="姓名")),
                    ("project", models.CharField(max_length=80, verbose_name="培训项目")),
                    ("institution", models.CharField(max_length=120, verbose_name="培训机构")),
                    ("class_number", models.CharField(max_length=60, verbose_name="班次")),
                    ("hours", models.PositiveSmallIntegerField(verbose_name="学时")),
                    ("starts_on", models.DateField(verbose_name="开班日期")),
                    ("ends_on", models.DateField(verbose_name="结业日期")),
                    ("issued_on", models.DateField(verbose_name="发证日期")),
                    ("revoked_on", models.DateField(null=True, verbose_name="作废日期")),
                    (
                        "base",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="completions",
                            to="park_workers.trainingbase",
                            verbose_name="基地",
                        ),
                    ),
                    (
                        "enrolment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="completions",
                            to="training.enrolment",
                            verbose_name="学员",
                        ),
                    ),
                    (
                        "photo",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="foundation.storedfile",
                            verbose_name="照片",
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
                            to="training.completioncertificate",
                            verbose_name="替换的证书",
                        ),
                    ),
                    (
                        "worker",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="completions",
                            to="park_workers.worker",
                            verbose_name="持证人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "结业证",
                    "verbose_name_plural": "结业证",
                    "indexes": [
                        models.Index(fields=["base", "-id"], name="completion_of_base"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "valid")), fields=("enrolment",), name="one_standing_completion"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("revoked_on", None), ("status", "valid")),
                                models.Q(("revoked_on__isnull", False), ("status", "revoked")),
                                _connector="OR",
                            ),
                            name="completion_revoked_on_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("issued_on__gte", models.F("ends_on"))), name="completion_after_class"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Amendment",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("result", "成绩更正"),
                                ("certificate", "证书更正"),
                                ("revocation", "证书作废"),
                                ("completion", "结业证作废"),
                            ],
                            max_length=12,
                            verbose_name="种类",
                        ),
                    ),
                    ("attended_hours", models.PositiveSmallIntegerField(null=True, verbose_name="实到学时")),
                    ("theory_score", models.PositiveSmallIntegerField(null=True, verbose_name="理论成绩")),
                    ("practice_score", models.PositiveSmallIntegerField(null=True, verbose_name="实操成绩")),
                    (
                        "verdict",
                        models.CharField(
                            blank=True,
                            choices=[("合格", "合格"), ("不合格", "不合格"), ("缺考", "缺考")],
                            default="",
                            max_length=4,
                            verbose_name="结论",
                        ),
                    ),
                    ("number", models.CharField(blank=True, default="", max_length=30, verbose_name="证书编号")),
                    ("issued_on", models.DateField(null=True, verbose_name="发证日期")),
                    ("reason", models.CharField(max_length=300, verbose_name="原因")),
                    ("proposed_on", models.DateField(verbose_name="提出日期")),
                    ("decided_on", models.DateField(null=True, verbose_name="办理日期")),
                    ("decision_note", models.CharField(blank=True, default="", max_length=300, verbose_name="办理说明")),
                    (
                        "assessment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to="training.assessment",
                            verbose_name="考核",
                        ),
                    ),
                    (
                        "base",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to="park_workers.trainingbase",
                            verbose_name="基地",
                        ),
                    ),
                    (
                        "certificate",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to="training.certificate",
                            verbose_name="证书",
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="办理人",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="提出人",
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
                        "completion",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to="training.completioncertificate",
                            verbose_name="结业证",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "更正与作废",
                    "verbose_name_plural": "更正与作废",
                    "indexes": [
                        models.Index(fields=["base", "status", "-id"], name="amendment_of_base"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "proposed")), fields=("assessment", "kind"), name="one_open_amendment"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "revocation"), ("status__in", ("proposed", "confirmed"))),
                            fields=("certificate",),
                            name="certificate_revoked_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "completion"), ("status__in", ("proposed", "confirmed"))),
                            fields=("completion",),
                            name="completion_revoked_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(models.Q(("number", ""), _negated=True), ("status__in", ("proposed", "confirmed"))),
                            fields=("number",),
                            name="corrected_number_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("certificate", None), ("completion", None), ("kind", "result")),
                                models.Q(
                                    ("certificate__isnull", False),
                                    ("completion", None),
                                    ("kind__in", ("certificate", "revocation")),
                                ),
                                models.Q(("certificate", None), ("completion__isnull", False), ("kind", "completion")),
                                _connector="OR",
                            ),
                            name="amendment_names_its_subject",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("attended_hours__isnull", False),
                                    ("issued_on", None),
                                    ("kind", "result"),
                                    ("number", ""),
                                    models.Q(("verdict", ""), _negated=True),
                                ),
                                models.Q(
                                    ("attended_hours", None),
                                    ("kind", "certificate"),
                                    ("verdict", ""),
                                    models.Q(
                                        models.Q(("number", ""), _negated=True), ("issued_on__isnull", False), _connector="OR"
                                    ),
                                ),
                                models.Q(
                                    ("attended_hours", None),
                                    ("issued_on", None),
                                    ("kind__in", ("revocation", "completion")),
                                    ("number", ""),
                                    ("verdict", ""),
                                ),
                                _connector="OR",
                            ),
                            name="amendment_says_what_holds",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("theory_score", None), ("theory_score__lte", 100), _connector="OR"),
                                models.Q(("practice_score", None), ("practice_score__lte", 100), _connector="OR"),
                                models.Q(
                                    models.Q(("verdict", "合格"), _negated=True),
                                    models.Q(("practice_score__isnull", False), ("theory_score__isnull", False)),
                                    _connector="OR",
                                ),
                                models.Q(
                                    models.Q(("verdict", "缺考"), _negated=True),
                                    models.Q(("practice_score", None), ("theory_score", None)),
                                    _connector="OR",
                                ),
                            ),
                            name="amended_marks",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="amendment_has_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decided_by", None), ("decided_on", None), ("status", "proposed")),
                                models.Q(("decided_on__isnull", False), ("status", "withdrawn")),
                                models.Q(
                                    ("decided_by__isnull", False),
                                    ("decided_on__isnull", False),
                                    ("status__in", ("confirmed", "refused")),
                                ),
                                _connector="OR",
                            ),
                            name="amendment_decided",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("status__in", ("confirmed", "refused")), _negated=True),
                                models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="amended_by_two",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CompletionPrint",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.files.new_reference,
                            max_length=20,
                            unique=True,
                            verbose_name="编号",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="业务日期")),
                    ("certificates", models.PositiveIntegerField(verbose_name="张数")),
                    ("forgotten_at", models.DateTimeField(null=True, verbose_name="清理时间")),
                    ("request_id", models.CharField(max_length=64, verbose_name="请求编号")),
                    (
                        "base",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="completion_prints",
                            to="park_workers.trainingbase",
                            verbose_name="基地",
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
                            verbose_name="任务",
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
                        "training_class",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="training.trainingclass",
                            verbose_name="班次",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "结业证打印",
                    "verbose_name_plural": "结业证打印",
                    "constraints": [
                        models.UniqueConstraint(fields=("base", "request_id"), name="completion_print_asked_once"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PassRule",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    ("effective_on", models.DateField(verbose_name="生效日期")),
                    ("pass_mark", models.PositiveSmallIntegerField(default=60, verbose_name="合格分数线")),
                    ("hours_percent", models.PositiveSmallIntegerField(default=80, verbose_name="最低出勤（%）")),
                    ("burst_days", models.PositiveSmallIntegerField(default=7, verbose_name="集中发证天数")),
                    ("burst_certificates", models.PositiveIntegerField(default=200, verbose_name="集中发证本数")),
                    ("basis", models.CharField(max_length=200, verbose_name="依据")),
                    (
                        "bureau",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="park_workers.organisation",
                            verbose_name="人社局",
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
                    "verbose_name": "考核规则",
                    "verbose_name_plural": "考核规则",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("burst_certificates__gte", 1),
                                ("burst_days__gte", 1),
                                ("burst_days__lte", 366),
                                ("hours_percent__lte", 100),
                                ("pass_mark__gte", 1),
                                ("pass_mark__lte", 100),
                            ),
                            name="pass_rule_measures",
                        ),
                        models.UniqueConstraint(fields=("bureau", "effective_on"), name="one_pass_rule_a_day"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AssessorCode",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                    ("prefix", models.CharField(max_length=13, verbose_name="编号前13位")),
                    ("assessor_name", models.CharField(max_length=120, verbose_name="评价机构")),
                    ("since", models.DateField(verbose_name="起用日期")),
                    ("until", models.DateField(null=True, verbose_name="停用日期")),
                    (
                        "base",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="assessor_codes",
                            to="park_workers.trainingbase",
                            verbose_name="基地",
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
                    "verbose_name": "评价机构代码",
                    "verbose_name_plural": "评价机构代码",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until", None)), fields=("base", "prefix"), name="one_live_assessor_code"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                            name="assessor_code_span",
                        ),
                    ],
                },
            ),
        ]),
        *GUARDS,
    ]
