"""What one person asks for and another decides."""

from __future__ import annotations

from django.db import models

from park_workers.foundation.workflow import StatefulModel
from park_workers.foundation.written_words import WordsField
from park_workers.models.recorded import RecordedModel


class ProposedModel(StatefulModel, RecordedModel):
    """Abstract: proposed with a reason, decided by somebody else, which each model's constraints say too (I3)."""

    reason = WordsField("原因", max_length=300)
    proposed_on = models.DateField("提出日期")
    proposed_by = models.ForeignKey("park_workers.User", models.PROTECT, related_name="+", verbose_name="提出人")
    decided_on = models.DateField("办理日期", null=True)
    decided_by = models.ForeignKey(
        "park_workers.User", models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )

    class Meta:
        abstract = True
