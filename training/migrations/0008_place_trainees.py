"""Whom bases refer to which enterprise.  Only who passed is referred, by the base whose class it was; a state follows the table;
nobody is hired but by an employment at that enterprise since the referral, and that link stays."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables

import park_workers.foundation.links
from park_workers.foundation import triggers

LIVE = ("referred", "interview_agreed", "interviewed", "offered")
MOVES = [
    ("referred", "interview_agreed"), ("referred", "interviewed"), ("interview_agreed", "interviewed"),
    ("referred", "offered"), ("interview_agreed", "offered"), ("interviewed", "offered"),
    *((state, end) for state in LIVE for end in ("refused", "withdrawn", "hired")),
]  # fmt: skip
PASSED_THERE = """NOT EXISTS (
  SELECT 1 FROM training_assessment a JOIN training_enrolment e ON e.id = a.enrolment_id
  JOIN training_trainingclass c ON c.id = e.training_class_id JOIN park_workers_worker w ON w.id = e.worker_id
  WHERE e.id = NEW.enrolment_id AND e.withdrawn_on IS NULL AND c.base_id = NEW.base_id AND COALESCE((
      SELECT m.verdict FROM training_amendment m WHERE m.assessment_id = a.id AND m.kind = 'result' AND m.status = 'confirmed'
      ORDER BY m.id DESC LIMIT 1), a.verdict) = '合格'
    AND COALESCE(w.merged_into_id, w.id) = NEW.worker_id)"""
#: a demand answered is that enterprise's own
OTHER_DEMAND = """(NEW.demand_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM training_labourdemand d WHERE d.id = NEW.demand_id AND d.enterprise_id = NEW.enterprise_id))"""
EMPLOYED_THERE_SINCE = """NOT EXISTS (
  SELECT 1 FROM training_referral r JOIN park_workers_employment e ON e.id = NEW.employment_id
  WHERE r.id = NEW.referral_id AND r.enterprise_id = e.enterprise_id AND e.hired_on >= r.referred_on)"""
IS_LINKED = "SELECT 1 FROM training_referralhire h WHERE h.referral_id = NEW.id"



class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0007_review_by_experts'),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Referral',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.links.new_link_reference, max_length=16, unique=True, verbose_name='推荐编号')),
                    ('shows_marks', models.BooleanField(default=False, verbose_name='向企业显示成绩')),
                    ('referred_on', models.DateField(verbose_name='推荐日期')),
                    ('agreed_on', models.DateField(null=True, verbose_name='约定日期')),
                    ('interview_on', models.DateField(null=True, verbose_name='面试日期')),
                    ('interviewed_on', models.DateField(null=True, verbose_name='面试登记日期')),
                    ('offered_on', models.DateField(null=True, verbose_name='录用日期')),
                    ('ended_on', models.DateField(null=True, verbose_name='结束日期')),
                    ('refusal', models.CharField(blank=True, choices=[('skill', '技能与岗位不符'), ('pay', '薪酬未谈拢'), ('place', '本人嫌远或不便住宿'), ('absent', '本人未到面试'), ('unreached', '联系不上本人'), ('elsewhere', '本人另有工作'), ('filled', '岗位已招满'), ('other', '其他')], default='', max_length=12, verbose_name='未录用原因')),
                    ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='说明')),
                    ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='park_workers.trainingbase', verbose_name='基地')),
                    ('demand', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='training.labourdemand', verbose_name='用工需求')),
                    ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='training.enrolment', verbose_name='学员')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='park_workers.enterprise', verbose_name='企业')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.upload', verbose_name='来源文件')),
                    ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='park_workers.worker', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '就业推荐',
                    'verbose_name_plural': '就业推荐',
                    'indexes': [
                        models.Index(fields=['enterprise', 'status'], name='referral_waits'),
                        models.Index(fields=['base', 'status'], name='referral_of_base'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('status__in', ('referred', 'interview_agreed', 'interviewed', 'offered'))), fields=('worker', 'enterprise'), name='one_live_referral'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'interview_agreed'), _negated=True), models.Q(('agreed_on__isnull', False), ('interview_on__isnull', False)), _connector='OR'), name='referral_agreed_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'interviewed'), _negated=True), ('interviewed_on__isnull', False), _connector='OR'), name='referral_interviewed_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'offered'), _negated=True), ('offered_on__isnull', False), _connector='OR'), name='referral_offered_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('status__in', ('refused', 'withdrawn'))), models.Q(models.Q(('status__in', ('refused', 'withdrawn')), _negated=True), ('ended_on__isnull', True)), _connector='OR'), name='referral_ended_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(('refusal', ''), _negated=True), _connector='OR'), name='referral_refused_has_reason'),
                        models.CheckConstraint(condition=models.Q(('agreed_on__isnull', True), ('agreed_on__gte', models.F('referred_on')), _connector='OR'), name='referral_agreed_on_after'),
                        models.CheckConstraint(condition=models.Q(('interview_on__isnull', True), ('interview_on__gte', models.F('referred_on')), _connector='OR'), name='referral_interview_on_after'),
                        models.CheckConstraint(condition=models.Q(('interviewed_on__isnull', True), ('interviewed_on__gte', models.F('referred_on')), _connector='OR'), name='referral_interviewed_on_after'),
                        models.CheckConstraint(condition=models.Q(('offered_on__isnull', True), ('offered_on__gte', models.F('referred_on')), _connector='OR'), name='referral_offered_on_after'),
                        models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('referred_on')), _connector='OR'), name='referral_ended_on_after'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReferralHire',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('linked_on', models.DateField(verbose_name='接上日期')),
                    ('employment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral_hire', to='park_workers.employment', verbose_name='就业记录')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hire', to='training.referral', verbose_name='就业推荐')),
                ],
                options={
                    'verbose_name': '推荐入职',
                    'verbose_name_plural': '推荐入职',
                },
            ),
        ]),
        triggers.allowed_moves("referral_moves", table="training_referral", moves=MOVES),
        triggers.row_guard(
            "referral_of_passed", table="training_referral", events=["INSERT", "UPDATE"], refuse_when=PASSED_THERE,
            on="OF enrolment_id, worker_id, base_id",
        ),
        triggers.row_guard(
            "referral_of_own_demand", table="training_referral", events=["INSERT", "UPDATE"], refuse_when=OTHER_DEMAND,
            on="OF demand_id, enterprise_id",
        ),
        triggers.row_guard(
            "referral_hired_is_linked", table="training_referral", events=["INSERT", "UPDATE"], on="OF status",
            refuse_when=f"(NEW.status = 'hired' AND NOT EXISTS ({IS_LINKED}))",
        ),
        triggers.row_guard(
            "referral_hire_fits", table="training_referralhire", events=["INSERT"], refuse_when=EMPLOYED_THERE_SINCE
        ),
        triggers.append_only("referral_hire_kept", table="training_referralhire"),
    ]  # fmt: skip
