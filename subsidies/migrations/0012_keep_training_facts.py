"""Facts of training and placement beside the others on a line; null where the policy does not look at them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0011_keep_expert_grades'),
    ]

    operations = [
        migrations.AddField(
            model_name='lineitem',
            name='certificate_issued_on',
            field=models.DateField(null=True, verbose_name='最早发证日期'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='certificate_level',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='最高证书级别'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='certificate_levels',
            field=models.CharField(max_length=300, null=True, verbose_name='各工种证书级别'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='certificate_trades',
            field=models.CharField(max_length=200, null=True, verbose_name='证书工种'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='passed_hours',
            field=models.IntegerField(null=True, verbose_name='合格班次学时'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='placed_base',
            field=models.CharField(max_length=120, null=True, verbose_name='推荐基地'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='placement_source',
            field=models.CharField(max_length=20, null=True, verbose_name='就业来源'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='trained_hours',
            field=models.IntegerField(null=True, verbose_name='培训学时'),
        ),
    ]
