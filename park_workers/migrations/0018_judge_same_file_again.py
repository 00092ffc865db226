"""A file of which lines were refused may be given again: what stood against them may be gone."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("park_workers", "0017_watch_confirmed_months")]

    operations = [
        migrations.RemoveConstraint(model_name="upload", name="same_file_is_same_upload"),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(
                fields=["organisation", "sheet_kind", "scope", "sha256"],
                condition=~Q(status__in=("refused", "withdrawn")) & ~Q(status="applied", refused__gt=0),
                name="same_file_is_same_upload",
            ),
        ),
    ]
