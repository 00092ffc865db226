"""A class number may be used again for a later run.  Marks are out of 100, a pass has both of them, an absence has none, and a certificate has one of the five levels."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("park_workers", "0002_guard_spans_and_states"),
        ("training", "0001_create_training_tables"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="trainingclass", name="one_class_per_number"),
        migrations.AddConstraint(
            model_name="trainingclass",
            constraint=models.UniqueConstraint(
                fields=("base", "number", "starts_on"), name="one_class_per_number_and_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(theory_score__isnull=True) | Q(theory_score__lte=100), name="assessment_theory_mark"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(practice_score__isnull=True) | Q(practice_score__lte=100), name="assessment_practice_mark"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=~Q(verdict="合格") | Q(theory_score__isnull=False, practice_score__isnull=False),
                name="passed_with_both_marks",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=~Q(verdict="缺考") | Q(theory_score__isnull=True, practice_score__isnull=True),
                name="absent_without_marks",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="certificate_level"),
        ),
    ]
