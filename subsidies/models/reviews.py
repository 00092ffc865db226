"""Signatures: four eyes and more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from park_workers.foundation.written_words import WordsField
from park_workers.models import User
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch


class Review(RecordedModel):
    """One person's verdict on one round of a batch; a person signs a round once (I3), never as its maker (trigger)."""

    class Step(models.TextChoices):
        REVIEW = "review", "复核"
        APPROVAL = "approval", "审批"

    class Verdict(models.TextChoices):
        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="reviews", verbose_name="批次")
    round = models.PositiveIntegerField("提交轮次")
    step = models.CharField("环节", max_length=10, choices=Step)
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews", verbose_name="签署人")
    reviewed_on = models.DateField("签署日期")
    note = WordsField("说明", max_length=300, blank=True, default="")
    digest_seen = models.CharField("所见摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "签署"
        constraints = [
            models.UniqueConstraint(fields=["batch", "round", "reviewer"], name="one_signature_per_person"),
            models.CheckConstraint(name="return_has_note", condition=~Q(verdict="returned") | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.get_step_display()}{self.get_verdict_display()}"
