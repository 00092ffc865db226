"""Receipts of money, payments given up, simulations of drafts, and whose number a payment file bears."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_record_signs_of_life'),
        ('park_workers', '0004_keep_why_accounts_change'),
        ('subsidies', '0004_keep_merged_people_paid_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Receipt',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                    ('received_on', models.DateField(verbose_name='到位日期')),
                    ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='备注')),
                    ('appropriation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='subsidies.appropriation', verbose_name='资金')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='subsidies.receipt', verbose_name='冲销的到位记录')),
                ],
                options={
                    'verbose_name': '到位记录',
                    'verbose_name_plural': '到位记录',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('appropriation', 'received_on', 'amount_fen', 'note'), name='one_receipt_per_day_amount_note'),
                        models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('reverses__isnull', True)), models.Q(('amount_fen__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='reversal_is_negative'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Simulation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('number', models.PositiveIntegerField(verbose_name='第几次')),
                    ('cutoff_on', models.DateField(verbose_name='截止日')),
                    ('is_from_start', models.BooleanField(default=False, verbose_name='从头测算')),
                    ('baseline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.policyversion', verbose_name='对照版本')),
                    ('baseline_batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.batch', verbose_name='对照试算批次')),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.batch', verbose_name='试算批次')),
                    ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.job', verbose_name='测算任务')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='simulations', to='subsidies.policyversion', verbose_name='政策版本')),
                ],
                options={
                    'verbose_name': '模拟测算',
                    'verbose_name_plural': '模拟测算',
                    'constraints': [
                        models.UniqueConstraint(fields=('version', 'number'), name='one_simulation_per_number'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='WriteOff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                    ('reason', models.CharField(max_length=300, verbose_name='原因')),
                    ('proposed_on', models.DateField(verbose_name='提出日期')),
                    ('decided_on', models.DateField(null=True, verbose_name='审批日期')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                    ('disbursement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='write_offs', to='subsidies.disbursement', verbose_name='退票的拨付')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '不再补付',
                    'verbose_name_plural': '不再补付',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('status', 'refused'), _negated=True), fields=('disbursement',), name='one_write_off_per_payment'),
                        models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='write_off_is_positive'),
                        models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='write_off_decided_by_another'),
                        models.CheckConstraint(condition=models.Q(('status', 'proposed'), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False)), _connector='OR'), name='write_off_decided_has_person'),
                    ],
                },
            ),
        ]),
        migrations.AddField(
            model_name='paymentfile',
            name='bureau',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment_files', to='park_workers.organisation', verbose_name='人社局'),
        ),
        migrations.AlterField(
            model_name='linedecision',
            name='kind',
            field=models.CharField(choices=[('held', '暂缓'), ('released', '解除暂缓'), ('removed', '移除'), ('objected', '异议成立移除'), ('returned', '市局退回'), ('resubmitted', '重新上报'), ('rejected', '市局终不同意'), ('bounced', '退票'), ('repaid', '重新拨付'), ('clawed_back', '追回'), ('written_off', '不再补付')], max_length=12, verbose_name='处理'),
        ),
    ]
