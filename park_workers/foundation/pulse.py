"""Signs of life: each tick that a worker has run leaves its instant, which proves beat, broker, worker and database at once."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone


class Pulse(models.Model):
    """When a worker last ran a piece of periodic work."""

    name = models.CharField("定时任务", max_length=60, unique=True)
    beaten_at = models.DateTimeField("最近完成")

    class Meta:
        verbose_name = verbose_name_plural = "后台心跳"

    def __str__(self) -> str:
        return self.name


def record_pulse(name: str) -> None:
    """The tick of this name has just been run."""
    now = timezone.now()
    if not Pulse.objects.filter(name=name).update(beaten_at=now):
        Pulse.objects.get_or_create(name=name, defaults={"beaten_at": now})


def last_pulse() -> datetime | None:
    """The newest sign of life; None when no worker has ever run."""
    newest: datetime | None = Pulse.objects.aggregate(newest=models.Max("beaten_at"))["newest"]
    return newest
