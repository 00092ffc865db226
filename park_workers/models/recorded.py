"""What every table of business facts has: when and by whom it was recorded."""

from __future__ import annotations

from django.db import models


class RecordedModel(models.Model):
    """Abstract: `recorded_at` instant and `recorded_by` membership (null = a named system job)."""

    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)
    recorded_by = models.ForeignKey(
        "park_workers.Membership", models.PROTECT, null=True, related_name="+", verbose_name="记录人"
    )

    class Meta:
        abstract = True
