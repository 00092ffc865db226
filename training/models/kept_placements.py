"""Where everybody who passed stands today, kept so that funnel and board look at no employment."""

from __future__ import annotations

from typing import Any

from django.db import models

from park_workers.models import Worker


class KeptPlacements(models.Model):
    """The one row with what became of every seat whose result says 合格: a frame as Parquet, numbers and days alone.

    A seat's part holds on every day from its `from_on` to its `until_on` (null: to all days to come), while no row beneath it
    changes.  Derived, and never relied on while a `PlacementChange` of the person is there.
    """

    frame = models.BinaryField("各学员安置情况", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "当前就业安置"

    def __str__(self) -> str:
        return f"{len(self.frame or b'')} 字节"


class PlacementChange(models.Model):
    """Something has changed that seats of this record of a person may hang on, since they were last kept; written by triggers
    alone, for everybody who is hired or leaves, trainee or not: who sits in a class may not be committed yet.

    Several rows a record are usual.  Whoever counts again first takes away the rows it sees: a change that is not committed by
    then keeps its own.  A record, not the person: whom it stands for may change too before this is committed.
    """

    worker: Any = models.ForeignKey(
        Worker, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="人员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "就业安置变动"

    def __str__(self) -> str:
        return str(self.worker_id)
