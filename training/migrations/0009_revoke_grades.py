"""Days on which experts cannot come, evidence as PDF, and grades that two persons revoke."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import park_workers.foundation.files
from park_workers.foundation.triggers import allowed_moves, row_guard

MOVES = (("proposed", "confirmed"), ("proposed", "refused"), ("proposed", "withdrawn"))
#: of an absence only the day of its withdrawal is ever written afterwards, once
FROZEN_OF_AN_ABSENCE = " OR ".join(
    f"OLD.{name} <> NEW.{name}" for name in ("expert_id", "reference", "starts_on", "ends_on", "note", "entered_on")
)
FROZEN_OF_A_REVOCATION = " OR ".join(
    f"OLD.{name} <> NEW.{name}" for name in ("grade_id", "cause", "reason", "proposed_on", "proposed_by_id")
)
GUARDS = (
    allowed_moves("grade_revocation_moves", table="training_graderevocation", moves=MOVES),
    row_guard("grade_revocation_frozen", table="training_graderevocation", events=["UPDATE"],
              refuse_when=f"OLD.status <> 'proposed' OR {FROZEN_OF_A_REVOCATION}"),
    row_guard("grade_revocation_kept", table="training_graderevocation", events=["DELETE"], refuse_when="1 = 1"),
    row_guard("absence_frozen", table="training_expertabsence", events=["UPDATE"],
              refuse_when=f"OLD.withdrawn_on IS NOT NULL OR {FROZEN_OF_AN_ABSENCE}"),
    row_guard("absence_kept", table="training_expertabsence", events=["DELETE"], refuse_when="1 = 1"),
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0008_place_trainees'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewevidence',
            name='media',
            field=models.CharField(choices=[('picture', '照片'), ('pdf', 'PDF 文件')], default='picture', max_length=7, verbose_name='格式'),
        ),
        migrations.AlterField(
            model_name='reviewevidence',
            name='picture',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile', verbose_name='文件'),
        ),
        migrations.AddConstraint(
            model_name='reviewevidence',
            constraint=models.CheckConstraint(condition=models.Q(('media__in', ('picture', 'pdf'))), name='evidence_media_known'),
        ),
        migrations.CreateModel(
            name='ExpertAbsence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='登记编号')),
                ('starts_on', models.DateField(verbose_name='起始日')),
                ('ends_on', models.DateField(verbose_name='终止日')),
                ('note', models.CharField(blank=True, default='', max_length=80, verbose_name='说明')),
                ('entered_on', models.DateField(verbose_name='登记日期')),
                ('withdrawn_on', models.DateField(null=True, verbose_name='撤回日期')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='training.expert', verbose_name='专家')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
            ],
            options={
                'verbose_name': '专家不能参评日期',
                'verbose_name_plural': '专家不能参评日期',
                'indexes': [models.Index(fields=['expert', 'ends_on'], name='absence_of_expert')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('withdrawn_on__isnull', True)), fields=('expert', 'starts_on', 'ends_on'), name='one_absence_per_span'),
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_span'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GradeRevocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(max_length=20, verbose_name='状态')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                ('cause', models.CharField(choices=[('person', '人员有误'), ('forged', '佐证材料虚假'), ('conduct', '评审过程违规'), ('other', '其他')], max_length=8, verbose_name='情形')),
                ('reason', models.CharField(max_length=300, verbose_name='原因')),
                ('proposed_on', models.DateField(verbose_name='提出日期')),
                ('decided_on', models.DateField(null=True, verbose_name='办理日期')),
                ('decision_note', models.CharField(blank=True, default='', max_length=300, verbose_name='办理说明')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revocations', to='training.reviewgrade', verbose_name='等次')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
            ],
            options={
                'verbose_name': '等次撤销',
                'verbose_name_plural': '等次撤销',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('status__in', ('proposed', 'confirmed'))), fields=('grade',), name='grade_revoked_once'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='grade_revocation_has_reason'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_by', None), ('decided_on', None), ('status', 'proposed')), models.Q(('decided_on__isnull', False), ('status', 'withdrawn')), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), ('status__in', ('confirmed', 'refused'))), _connector='OR'), name='grade_revocation_decided'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('confirmed', 'refused')), _negated=True), models.Q(('proposed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='grade_revoked_by_two'),
                ],
            },
        ),
        *GUARDS,
    ]
