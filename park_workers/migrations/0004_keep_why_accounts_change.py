"""Why an account changes, by what paper, and the file it came in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0003_create_sign_ins_and_second_factors'),
    ]

    operations = [
        migrations.AddField(
            model_name='payeeaccount',
            name='evidence',
            field=models.CharField(blank=True, max_length=200, null=True, verbose_name='依据材料'),
        ),
        migrations.AddField(
            model_name='payeeaccount',
            name='reason',
            field=models.CharField(blank=True, max_length=200, null=True, verbose_name='变更原因'),
        ),
        migrations.AddField(
            model_name='payeeaccount',
            name='upload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.upload', verbose_name='来源文件'),
        ),
    ]
