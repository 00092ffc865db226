"""Claims put before the enterprises and what a clerk asks them to correct; confirmations and rounds never change."""

import django.db.models.deletion
import park_workers.foundation.files
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0010_take_entries_by_scan'),
        ('subsidies', '0009_keep_counts_of_claims'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='ClaimConfirmation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('lines_digest', models.CharField(max_length=64, verbose_name='所见明细摘要')),
                    ('people', models.PositiveIntegerField(verbose_name='人数')),
                    ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                    ('commitment', models.CharField(max_length=20, verbose_name='承诺书版本')),
                    ('bank_name', models.CharField(max_length=120, verbose_name='开户行')),
                    ('last_four', models.CharField(max_length=4, verbose_name='账号末四位')),
                    ('confirmed_on', models.DateField(verbose_name='确认日期')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.payeeaccount', verbose_name='收款账户')),
                    ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='subsidies.claim', verbose_name='申报')),
                    ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '企业确认',
                    'verbose_name_plural': '企业确认',
                    'constraints': [models.UniqueConstraint(fields=('claim', 'lines_digest'), name='one_confirmation_per_claim_and_list')],
                },
            ),
            migrations.CreateModel(
                name='ConfirmationRound',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('number', models.PositiveIntegerField(verbose_name='第几次')),
                    ('asked_on', models.DateField(verbose_name='发出日期')),
                    ('last_day', models.DateField(verbose_name='截止日期')),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation_rounds', to='subsidies.batch', verbose_name='批次')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '请企业确认',
                    'verbose_name_plural': '请企业确认',
                    'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='one_confirmation_round_per_number'), models.CheckConstraint(condition=models.Q(('last_day__gt', models.F('asked_on'))), name='confirmation_round_term')],
                },
            ),
            migrations.CreateModel(
                name='CorrectionRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='更正编号')),
                    ('about', models.CharField(choices=[('contract', '劳动合同'), ('post', '岗位（一线）'), ('leave', '离职登记'), ('hire', '入职日期'), ('identity', '姓名或证件号码'), ('insurance', '社保缴费'), ('account', '收款账户'), ('other', '其他')], max_length=12, verbose_name='更正事项')),
                    ('text', models.CharField(max_length=300, verbose_name='更正要求')),
                    ('asked_on', models.DateField(verbose_name='提出日期')),
                    ('until', models.DateField(verbose_name='办理期限')),
                    ('answer', models.CharField(blank=True, default='', max_length=300, verbose_name='企业答复')),
                    ('answered_on', models.DateField(null=True, verbose_name='答复日期')),
                    ('closed_on', models.DateField(null=True, verbose_name='办结日期')),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                    ('employment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='park_workers.employment', verbose_name='就业记录')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='park_workers.enterprise', verbose_name='企业')),
                    ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction_requests', to='subsidies.lineitem', verbose_name='明细')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='park_workers.worker', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '更正要求',
                    'verbose_name_plural': '更正要求',
                    'indexes': [models.Index(fields=['enterprise', 'status'], name='correction_of_enterprise')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='correction_says_what'), models.CheckConstraint(condition=models.Q(('until__gte', models.F('asked_on'))), name='correction_term'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('answered', 'closed')), _negated=True), models.Q(('answered_by__isnull', False), ('answered_on__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_answer_complete'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('closed', 'withdrawn')), _negated=True), ('closed_on__isnull', False), _connector='OR'), name='correction_end_has_date')],
                },
            ),
        ]),
        triggers.append_only("claim_confirmation_stays", table="subsidies_claimconfirmation"),
        triggers.append_only("confirmation_round_stays", table="subsidies_confirmationround"),
        triggers.row_guard(
            "correction_begins_as_open", table="subsidies_correctionrequest", events=["INSERT"],
            refuse_when="NEW.status <> 'open'",
        ),
        triggers.row_guard(
            "correction_stays", table="subsidies_correctionrequest", events=["DELETE"], refuse_when="1 = 1"
        ),
        triggers.allowed_moves(
            "correction_moves", table="subsidies_correctionrequest",
            moves=[
                ("open", "answered"), ("answered", "open"), ("answered", "closed"),
                ("open", "withdrawn"), ("answered", "withdrawn"),
            ],
        ),
    ]
