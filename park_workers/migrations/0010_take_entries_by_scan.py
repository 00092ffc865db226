"""Workers enter themselves by scan; what they wrote waits for the enterprise, and moves along its table only (I6)."""

import django.db.models.deletion
import park_workers.foundation.encryption
import park_workers.foundation.links
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0009_keep_card_pictures'),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='SpentCaptcha',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('nonce', models.CharField(max_length=32, unique=True, verbose_name='编号')),
                    ('spent_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='使用时间')),
                ],
                options={
                    'verbose_name': '已用验证码',
                    'verbose_name_plural': '已用验证码',
                },
            ),
            migrations.CreateModel(
                name='ScanEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.links.new_link_reference, max_length=16, unique=True, verbose_name='受理编号')),
                    ('person_key', models.CharField(blank=True, default='', max_length=64, verbose_name='证件号码检索值')),
                    ('id_number', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='person_key', default='', verbose_name='证件号码')),
                    ('phone', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='person_key', default='', verbose_name='手机号码')),
                    ('phone_hash', models.CharField(blank=True, default='', max_length=64, verbose_name='手机检索值')),
                    ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='姓名')),
                    ('trade', models.CharField(blank=True, default='', max_length=40, verbose_name='工种')),
                    ('consent_version', models.CharField(max_length=20, verbose_name='知情同意版本')),
                    ('consented_at', models.DateTimeField(verbose_name='同意时间')),
                    ('entered_on', models.DateField(verbose_name='填写日期')),
                    ('request_id', models.CharField(max_length=80, verbose_name='请求编号')),
                    ('is_unproven', models.BooleanField(default=False, verbose_name='手机与已有登记不一致')),
                    ('ended_on', models.DateField(null=True, verbose_name='办结日期')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='办理时间')),
                    ('refusal_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='退回原因')),
                    ('erased_on', models.DateField(null=True, verbose_name='个人信息删除日期')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                    ('employment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scan_entries', to='park_workers.employment', verbose_name='入职登记')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scan_entries', to='park_workers.enterprise', verbose_name='企业')),
                    ('poster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scan_entries', to='park_workers.poster', verbose_name='登记海报')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('registration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scan_entries', to='park_workers.workerregistration', verbose_name='采集登记')),
                ],
                options={
                    'verbose_name': '扫码登记',
                    'verbose_name_plural': '扫码登记',
                    'indexes': [models.Index(fields=['enterprise', 'status'], name='scan_entry_waits')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_unproven', False), ('status', 'waiting')), fields=('enterprise', 'person_key'), name='one_waiting_scan_entry'), models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('enterprise', 'person_key', 'phone_hash'), name='one_waiting_entry_per_phone'), models.UniqueConstraint(fields=('enterprise', 'request_id'), name='one_entry_per_scan_request'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['confirmed', 'refused']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('ended_on__isnull', False)), _connector='OR'), name='scan_entry_decided_by_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), ('registration__isnull', False), _connector='OR'), name='scan_entry_confirmed_is_registered'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(('refusal_reason', ''), _negated=True), _connector='OR'), name='scan_entry_refused_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('erased_on__isnull', True), models.Q(('person_key', ''), _negated=True)), models.Q(('erased_on__isnull', False), ('id_number', ''), ('name', ''), ('person_key', ''), ('phone', ''), ('phone_hash', ''), models.Q(('status', 'waiting'), _negated=True)), _connector='OR'), name='scan_entry_erased_is_empty')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='workerregistration',
            name='consented_at',
            field=models.DateTimeField(null=True, verbose_name='同意时间'),
        ),
        triggers.allowed_moves(
            "scan_entry_moves",
            table="park_workers_scanentry",
            moves=[("waiting", "confirmed"), ("waiting", "refused"), ("waiting", "withdrawn"), ("waiting", "expired")],
        ),  # fmt: skip
    ]
