"""Pictures of identity cards that enterprises take when they register a hire: for a short time, and for nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.jobs import Job
from park_workers.models.employments import Employment
from park_workers.models.organisations import Enterprise
from park_workers.models.recorded import RecordedModel


class IdCardPictureQuerySet(models.QuerySet["IdCardPicture"]):
    """Pictures, seen from somebody's place."""

    def visible_to(self, membership: Any) -> IdCardPictureQuerySet:
        """Only the enterprise that took them; the bureau has no use for them."""
        return self.filter(enterprise_id=membership.organisation_id)


class IdCardPicture(RecordedModel):
    """One picture of a front side (人像面), and for minutes what was read on it; the row outlives both as a trace without content."""

    reference = models.CharField("照片编号", max_length=20, unique=True, default=new_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    employment = models.ForeignKey(
        Employment, models.PROTECT, null=True, related_name="id_card_pictures", verbose_name="就业记录"
    )
    #: watermarked; null once its term has ended
    picture = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="照片")
    #: without the watermark, which would hide letters from the reader; gone as soon as it has been read
    unread = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="待识别照片")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="识别任务")
    reading = EncryptedTextField("识别结果", bound_to="reference")
    expires_at = models.DateTimeField("删除时间", db_index=True)
    forgotten_at = models.DateTimeField("已删除时间", null=True)

    objects: ClassVar[IdCardPictureQuerySet] = IdCardPictureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "证件照片"
        constraints = [
            models.CheckConstraint(
                name="forgotten_card_holds_nothing",
                condition=Q(forgotten_at__isnull=True, picture__isnull=False)
                | Q(forgotten_at__isnull=False, picture__isnull=True, unread__isnull=True, reading=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
