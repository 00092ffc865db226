"""What the matching of three lists comes to, kept so that its page looks at no line but those it shows."""

from __future__ import annotations

from typing import Any

from django.db import models

from subsidies.models.batches import Batch


class KeptMatch(models.Model):
    """Lines and fen of a batch by difference, answer of the city and of the bank, as `match_counts` counts them.

    Derived, and never relied on while a `MatchChange` of the batch is there.
    """

    batch = models.OneToOneField(
        Batch, models.CASCADE, primary_key=True, related_name="kept_match", verbose_name="批次"
    )
    counts = models.JSONField("统计")

    class Meta:
        verbose_name = verbose_name_plural = "三方核对统计"

    def __str__(self) -> str:
        return str(self.batch_id)


class MatchChange(models.Model):
    """Answers, payments, decisions or the notice of this batch have changed since its match was last kept; written by triggers.

    Whoever counts again first takes away the rows it sees: a change that is not committed by then keeps its own.
    """

    batch: Any = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="批次")

    class Meta:
        verbose_name = verbose_name_plural = "三方核对变动"

    def __str__(self) -> str:
        return str(self.batch_id)
