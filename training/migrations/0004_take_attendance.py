"""Sessions of classes and who was there: sessions of a class never overlap, a mark belongs to its class and is never edited."""

import django.db.models.deletion
import park_workers.foundation.links
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers

#: what a mark says; a correction voids the row and adds another
SAME_MARK = ("session_id", "enrolment_id", "mark", "source", "upload_id", "recorded_at", "recorded_by_id")
SAME_SESSION = ("training_class_id", "day", "number", "from_time", "to_time", "hours", "reference")
SESSIONS, MARKS = "training_classsession", "training_attendance"


def changed(columns: tuple[str, ...]) -> str:
    """SQL: one of the columns is to become another."""
    return " OR ".join(f"COALESCE(CAST(OLD.{c} AS text), '') <> COALESCE(CAST(NEW.{c} AS text), '')" for c in columns)


GUARDS = [
    triggers.no_overlap_in_a_day(
        "class_sessions_overlap", table=SESSIONS, same="training_class_id", day="day", first="from_time", last="to_time",
        where="cancelled_on IS NULL",
    ),
    triggers.row_guard(
        "session_outside_class", table=SESSIONS, events=["INSERT"],
        refuse_when="EXISTS (SELECT 1 FROM training_trainingclass c WHERE c.id = NEW.training_class_id "
        "AND (NEW.day < c.starts_on OR NEW.day > c.ends_on))",
    ),
    triggers.row_guard(
        "class_leaves_sessions_out", table="training_trainingclass", events=["UPDATE"], on="OF starts_on, ends_on",
        refuse_when="EXISTS (SELECT 1 FROM training_classsession s WHERE s.training_class_id = NEW.id "
        "AND s.cancelled_on IS NULL AND (s.day < NEW.starts_on OR s.day > NEW.ends_on))",
    ),
    triggers.row_guard(
        "session_rewritten", table=SESSIONS, events=["UPDATE"],
        refuse_when=f"(OLD.cancelled_on IS NOT NULL OR {changed(SAME_SESSION)})",
    ),
    triggers.row_guard(
        "session_cancelled_with_marks", table=SESSIONS, events=["UPDATE"], on="OF cancelled_on",
        refuse_when="NEW.cancelled_on IS NOT NULL AND EXISTS (SELECT 1 FROM training_attendance a "
        "WHERE a.session_id = NEW.id AND a.voided_at IS NULL)",
    ),
    triggers.row_guard("session_deleted", table=SESSIONS, events=["DELETE"], refuse_when="1 = 1"),
    triggers.insert_guard(
        "attendance_outside_class", table=MARKS,
        refuse_new="EXISTS (SELECT 1 FROM training_classsession s JOIN training_enrolment e ON e.id = fresh.enrolment_id "
        "WHERE s.id = fresh.session_id AND (s.training_class_id <> e.training_class_id OR s.cancelled_on IS NOT NULL))",
    ),
    triggers.row_guard(
        "attendance_rewritten", table=MARKS, events=["UPDATE"],
        refuse_when=f"(OLD.voided_at IS NOT NULL OR {changed(SAME_MARK)})",
    ),
    triggers.row_guard("attendance_deleted", table=MARKS, events=["DELETE"], refuse_when="1 = 1"),
]  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0003_file_classes'),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='ClassSession',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.links.new_link_reference, max_length=16, unique=True, verbose_name='签到编号')),
                    ('day', models.DateField(verbose_name='上课日期')),
                    ('number', models.PositiveSmallIntegerField(verbose_name='节次')),
                    ('from_time', models.TimeField(verbose_name='开始时间')),
                    ('to_time', models.TimeField(verbose_name='结束时间')),
                    ('hours', models.PositiveSmallIntegerField(verbose_name='学时')),
                    ('topic', models.CharField(blank=True, default='', max_length=80, verbose_name='内容')),
                    ('teacher', models.CharField(blank=True, default='', max_length=40, verbose_name='教师')),
                    ('place', models.CharField(blank=True, default='', max_length=80, verbose_name='地点')),
                    ('cancelled_on', models.DateField(null=True, verbose_name='取消日期')),
                    ('cancel_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='取消原因')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('training_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.trainingclass', verbose_name='班次')),
                ],
                options={
                    'verbose_name': '上课节次',
                    'verbose_name_plural': '上课节次',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('cancelled_on__isnull', True)), fields=('training_class', 'day', 'number'), name='one_session_per_number'),
                        models.CheckConstraint(condition=models.Q(('to_time__gt', models.F('from_time'))), name='session_ends_later'),
                        models.CheckConstraint(condition=models.Q(('hours__gte', 1), ('hours__lte', 12)), name='session_hours'),
                        models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 20)), name='session_number'),
                        models.CheckConstraint(condition=models.Q(models.Q(('cancel_reason', ''), ('cancelled_on__isnull', True)), models.Q(('cancelled_on__isnull', False), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='session_cancelled_with_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Attendance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('mark', models.CharField(choices=[('present', '出勤'), ('late', '迟到'), ('absent', '缺勤'), ('leave', '请假')], max_length=8, verbose_name='考勤')),
                    ('source', models.CharField(choices=[('list', '点名'), ('sheet', '考勤表'), ('qr', '扫码')], max_length=8, verbose_name='来源')),
                    ('voided_at', models.DateTimeField(null=True, verbose_name='更正时间')),
                    ('void_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='更正原因')),
                    ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='training.enrolment', verbose_name='学员')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.upload', verbose_name='来源文件')),
                    ('voided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='更正人')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='training.classsession', verbose_name='节次')),
                ],
                options={
                    'verbose_name': '考勤',
                    'verbose_name_plural': '考勤',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('session', 'enrolment'), name='one_mark_per_session'),
                        models.CheckConstraint(condition=models.Q(('mark__in', ['present', 'late', 'absent', 'leave'])), name='attendance_mark_known'),
                        models.CheckConstraint(condition=models.Q(('source', 'qr'), ('recorded_by__isnull', False), _connector='OR'), name='attendance_by_a_person'),
                        models.CheckConstraint(condition=models.Q(models.Q(('source', 'qr'), _negated=True), ('mark__in', ['present', 'late']), _connector='OR'), name='signed_in_is_there'),
                        models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at__isnull', True), ('voided_by__isnull', True)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='attendance_voided_by_a_person'),
                    ],
                },
            ),
        ]),
        *GUARDS,
    ]
