"""Demand for labour, classes filed before they begin, rosters that stand from then on; what was known before is reported (补报)."""

import django.db.models.deletion
import park_workers.foundation.files
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


#: what the bureau has accepted (or is looking at); a class told of by a pass list stands as it was told
FILED = (
    "base_id", "number", "trade", "level", "starts_on", "ends_on", "planned_hours", "plan", "place", "capacity",
)  # fmt: skip
FILING_CHANGED = (
    "(OLD.is_reported <> NEW.is_reported OR (OLD.status NOT IN ('draft', 'returned') AND ("
    + " OR ".join(f"OLD.{column} <> NEW.{column}" for column in FILED)
    + " OR COALESCE(OLD.demand_id, 0) <> COALESCE(NEW.demand_id, 0))))"
)
GRANTED = "EXISTS (SELECT 1 FROM training_classchangerequest r WHERE r.status = 'granted' AND "
SEAT_TAKEN_AFTER_FILING = (
    "NOT EXISTS (SELECT 1 FROM training_trainingclass c WHERE c.id = fresh.training_class_id "
    "AND (c.status IN ('draft', 'returned') OR c.is_reported)) "
    f"AND NOT {GRANTED}r.id = fresh.added_by_change_id AND r.training_class_id = fresh.training_class_id "
    "AND r.worker_id = fresh.worker_id)"
)
SEAT_CHANGED_UNASKED = (
    "(OLD.training_class_id <> NEW.training_class_id OR OLD.worker_id <> NEW.worker_id "
    "OR (OLD.withdrawn_on IS NULL AND NEW.withdrawn_on IS NOT NULL "
    f"AND NOT {GRANTED}r.id = NEW.withdrawn_by_change_id AND r.enrolment_id = OLD.id)) "
    "OR (OLD.withdrawn_on IS NOT NULL AND NEW.withdrawn_on IS NULL "
    f"AND NOT {GRANTED}r.id = NEW.added_by_change_id AND r.id > OLD.withdrawn_by_change_id "
    "AND r.training_class_id = OLD.training_class_id AND r.worker_id = OLD.worker_id)))"
)


def being_written(row: str) -> str:
    """SQL: the class of a row is still the base's own to write."""
    return (
        f"EXISTS (SELECT 1 FROM training_trainingclass c WHERE c.id = {row}.training_class_id "
        "AND c.status IN ('draft', 'returned'))"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0002_guard_marks_and_levels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='ClassTeacher',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('name', models.CharField(max_length=80, verbose_name='姓名')),
                    ('qualification', models.CharField(max_length=120, verbose_name='资质')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('training_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teachers', to='training.trainingclass', verbose_name='班次')),
                ],
                options={
                    'verbose_name': '教师',
                    'verbose_name_plural': '教师',
                    'constraints': [
                        models.UniqueConstraint(fields=('training_class', 'name'), name='teacher_named_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='LabourDemand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='需求编号')),
                    ('trade', models.CharField(max_length=40, verbose_name='工种')),
                    ('level', models.PositiveSmallIntegerField(help_text='5 为五级，1 为一级；空为不限', null=True, verbose_name='最低级别')),
                    ('heads', models.PositiveSmallIntegerField(verbose_name='人数')),
                    ('wage_from_fen', models.PositiveIntegerField(null=True, verbose_name='月工资下限（分）')),
                    ('wage_to_fen', models.PositiveIntegerField(null=True, verbose_name='月工资上限（分）')),
                    ('posted_on', models.DateField(verbose_name='发布日期')),
                    ('needed_by', models.DateField(verbose_name='到岗期限')),
                    ('has_dormitory', models.BooleanField(default=False, verbose_name='提供宿舍')),
                    ('has_meals', models.BooleanField(default=False, verbose_name='提供伙食')),
                    ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='说明')),
                    ('ended_on', models.DateField(null=True, verbose_name='结束日期')),
                    ('end_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='结束原因')),
                    ('request_id', models.CharField(max_length=80, verbose_name='请求编号')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='park_workers.enterprise', verbose_name='企业')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '用工需求',
                    'verbose_name_plural': '用工需求',
                    'indexes': [
                        models.Index(fields=['status', 'needed_by'], name='demand_by_state'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('enterprise', 'request_id'), name='one_demand_per_request'),
                        models.CheckConstraint(condition=models.Q(('heads__gte', 1)), name='demand_of_somebody'),
                        models.CheckConstraint(condition=models.Q(('level__isnull', True), models.Q(('level__gte', 1), ('level__lte', 5)), _connector='OR'), name='demand_level'),
                        models.CheckConstraint(condition=models.Q(('wage_from_fen__isnull', True), ('wage_to_fen__isnull', True), ('wage_to_fen__gte', models.F('wage_from_fen')), _connector='OR'), name='demand_wage_range'),
                        models.CheckConstraint(condition=models.Q(('needed_by__gte', models.F('posted_on'))), name='demand_needed_after_posting'),
                        models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='demand_ended_on'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), models.Q(('end_reason', ''), _negated=True), _connector='OR'), name='demand_closed_with_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ClassChangeRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('kind', models.CharField(choices=[('add', '增补'), ('remove', '退出'), ('replace', '替换')], max_length=8, verbose_name='变更')),
                    ('reason', models.CharField(max_length=200, verbose_name='原因')),
                    ('asked_on', models.DateField(verbose_name='申请日期')),
                    ('decided_on', models.DateField(null=True, verbose_name='决定日期')),
                    ('decision_note', models.CharField(blank=True, default='', max_length=200, verbose_name='决定说明')),
                    ('request_id', models.CharField(max_length=80, verbose_name='请求编号')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                    ('enrolment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='training.enrolment', verbose_name='退出的学员')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('training_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='training.trainingclass', verbose_name='班次')),
                    ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.worker', verbose_name='增补的人员')),
                ],
                options={
                    'verbose_name': '名册变更申请',
                    'verbose_name_plural': '名册变更申请',
                    'indexes': [
                        models.Index(fields=['status', 'asked_on'], name='class_change_queue'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('training_class', 'request_id'), name='one_change_per_request'),
                        models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('enrolment',), name='one_waiting_change_per_seat'),
                        models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('training_class', 'worker'), name='one_waiting_change_per_person'),
                        models.CheckConstraint(condition=models.Q(models.Q(('enrolment__isnull', True), ('kind', 'add'), ('worker__isnull', False)), models.Q(('enrolment__isnull', False), ('kind', 'remove'), ('worker__isnull', True)), models.Q(('enrolment__isnull', False), ('kind', 'replace'), ('worker__isnull', False)), _connector='OR'), name='change_names_its_people'),
                        models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='change_has_reason'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('granted', 'refused')), _negated=True), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('decision_note', ''), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='change_decided_by_another'),
                    ],
                },
            ),
        ]),
        migrations.AddField(
            model_name='enrolment',
            name='withdrawn_on',
            field=models.DateField(null=True, verbose_name='退出日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='cancel_reason',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='取消原因'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='cancelled_on',
            field=models.DateField(null=True, verbose_name='取消日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='capacity',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='名额'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='completed_on',
            field=models.DateField(null=True, verbose_name='办结日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受理人'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='decided_on',
            field=models.DateField(null=True, verbose_name='受理或退回日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='filed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='报备人'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='filed_on',
            field=models.DateField(null=True, verbose_name='报备日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='is_reported',
            field=models.BooleanField(default=True, verbose_name='补报'),
        ),
        migrations.AlterField(
            model_name='trainingclass',
            name='is_reported',
            field=models.BooleanField(default=False, verbose_name='补报'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='place',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='地点'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='plan',
            field=models.TextField(blank=True, default='', verbose_name='教学计划'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='request_id',
            field=models.CharField(max_length=80, null=True, verbose_name='请求编号'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='return_reason',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='退回原因'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='started_on',
            field=models.DateField(null=True, verbose_name='实际开班日期'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='status',
            field=models.CharField(default='completed', max_length=20, verbose_name='状态'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='version',
            field=models.PositiveIntegerField(default=1, verbose_name='版本'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='attended_hours',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='实到学时'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='added_by_change',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.classchangerequest', verbose_name='增补依据'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='withdrawn_by_change',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.classchangerequest', verbose_name='退出依据'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_by_change__isnull', True), ('withdrawn_on__isnull', True)), models.Q(('withdrawn_by_change__isnull', False), ('withdrawn_on__isnull', False)), _connector='OR'), name='withdrawn_by_a_change'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='demand',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='classes', to='training.labourdemand', verbose_name='订单需求'),
        ),
        migrations.AddIndex(
            model_name='trainingclass',
            index=models.Index(fields=['status', 'starts_on'], name='class_by_state'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.UniqueConstraint(fields=('base', 'request_id'), name='one_class_per_request'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(('is_reported', False), models.Q(('filed_on__isnull', True), ('status', 'completed')), _connector='OR'), name='reported_class_is_over'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(('is_reported', True), ('status__in', ('draft', 'returned', 'cancelled')), models.Q(('capacity__gte', 1), ('filed_by__isnull', False), ('filed_on__isnull', False), models.Q(('plan', ''), _negated=True), models.Q(('place', ''), _negated=True)), _connector='OR'), name='filed_class_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(('is_reported', True), models.Q(('status__in', ('accepted', 'running', 'completed', 'returned')), _negated=True), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('decided_by', models.F('filed_by')), _negated=True)), _connector='OR'), name='accepted_by_the_bureau'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'returned'), _negated=True), models.Q(('return_reason', ''), _negated=True), _connector='OR'), name='class_returned_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('cancelled_on__isnull', False), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='class_cancelled_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='trainingclass',
            constraint=models.CheckConstraint(condition=models.Q(('is_reported', True), models.Q(('status', 'completed'), _negated=True), models.Q(('completed_on__gte', models.F('ends_on')), ('started_on__isnull', False)), _connector='OR'), name='class_completed_after_its_end'),
        ),
        triggers.allowed_moves(
            "demand_moves",
            table="training_labourdemand",
            moves=[("open", "filled"), ("open", "withdrawn"), ("open", "closed")],
        ),
        triggers.allowed_moves(
            "class_moves",
            table="training_trainingclass",
            moves=[
                ("draft", "filed"), ("returned", "filed"), ("filed", "returned"), ("filed", "accepted"), ("accepted", "running"),
                ("running", "completed"), ("draft", "cancelled"), ("filed", "cancelled"), ("returned", "cancelled"),
                ("accepted", "cancelled"), ("running", "cancelled"),
            ],
        ),
        triggers.allowed_moves(
            "class_change_moves",
            table="training_classchangerequest",
            moves=[("waiting", "granted"), ("waiting", "refused"), ("waiting", "withdrawn")],
        ),
        triggers.row_guard(
            "filing_stands", table="training_trainingclass", events=["UPDATE"], refuse_when=FILING_CHANGED
        ),
        triggers.row_guard(
            "teachers_come_before_filing", table="training_classteacher", events=["INSERT"],
            refuse_when=f"NOT {being_written('NEW')}",
        ),
        triggers.row_guard(
            "teachers_stand", table="training_classteacher", events=["UPDATE", "DELETE"],
            refuse_when=f"NOT {being_written('OLD')}",
        ),
        triggers.insert_guard("roster_is_frozen", table="training_enrolment", refuse_new=SEAT_TAKEN_AFTER_FILING),
        triggers.row_guard(
            "seats_stand", table="training_enrolment", events=["DELETE"], refuse_when=f"NOT {being_written('OLD')}"
        ),
        triggers.row_guard(
            "seats_change_by_request", table="training_enrolment", events=["UPDATE"], refuse_when=SEAT_CHANGED_UNASKED
        ),
    ]
