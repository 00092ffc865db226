"""What a version would do, tried on real rows before it is published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from park_workers.foundation.jobs import Job
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch
from subsidies.models.policies import PolicyVersion


class SimulationQuerySet(models.QuerySet["Simulation"]):
    """Simulations."""

    def of_batch(self, batch: Batch) -> SimulationQuerySet:
        """Those a trial batch belongs to (one at most)."""
        return self.filter(models.Q(batch=batch) | models.Q(baseline_batch=batch))


class Simulation(RecordedModel):
    """Two trial batches on one date: everybody under this version, and under the one in force; nothing is reserved."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="simulations", verbose_name="政策版本")
    number = models.PositiveIntegerField("第几次")
    baseline = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+", verbose_name="对照版本")
    cutoff_on = models.DateField("截止日")
    #: whether everybody is judged as if nothing had been paid under the family so far
    is_from_start = models.BooleanField("从头测算", default=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", verbose_name="试算批次")
    baseline_batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", verbose_name="对照试算批次")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="测算任务")

    objects: ClassVar[SimulationQuerySet] = SimulationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "模拟测算"
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_simulation_per_number")]

    def __str__(self) -> str:
        return f"{self.version} 模拟 {self.number}"
