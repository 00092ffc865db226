"""A line keeps the grade of the technical review (技术评审) it was judged on, where its policy asks for one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0010_ask_enterprises'),
    ]

    operations = [
        migrations.AddField(
            model_name='lineitem',
            name='expert_grade',
            field=models.CharField(max_length=200, null=True, verbose_name='技术评审等次'),
        ),
        migrations.AddField(
            model_name='lineitem',
            name='expert_grade_on',
            field=models.DateField(null=True, verbose_name='技术评审等次生效日期'),
        ),
    ]
