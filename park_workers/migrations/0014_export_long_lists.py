"""Long lists are written in the background and kept for some days."""

import django.db.models.deletion
import park_workers.foundation.encryption
import park_workers.foundation.files
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_record_signs_of_life'),
        ("park_workers", "0013_keep_heads_and_find_parts_of_names"),
    ]

    operations = [
        migrations.CreateModel(
            name='ListExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='导出编号')),
                ('kind', models.CharField(max_length=30, verbose_name='名单种类')),
                ('title', models.CharField(max_length=60, verbose_name='名单')),
                ('filters', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='reference', default='', verbose_name='条件')),
                ('watermark', models.CharField(max_length=300, verbose_name='水印')),
                ('day', models.DateField(verbose_name='业务日期')),
                ('rows', models.PositiveIntegerField(verbose_name='行数')),
                ('request_id', models.CharField(max_length=64, verbose_name='请求编号')),
                ('forgotten_at', models.DateTimeField(null=True, verbose_name='清理时间')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile', verbose_name='文件')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.job', verbose_name='导出任务')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
            ],
            options={
                'verbose_name': '名单导出',
                'verbose_name_plural': '名单导出',
                'constraints': [models.UniqueConstraint(fields=('recorded_by', 'request_id'), name='one_list_export_per_request'), models.CheckConstraint(condition=models.Q(('forgotten_at__isnull', True), ('file__isnull', True), _connector='OR'), name='forgotten_list_export_has_no_file')],
            },
        ),
    ]
