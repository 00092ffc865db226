"""Long lists that somebody took away as a workbook."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.jobs import Job
from park_workers.models.recorded import RecordedModel


class ListExportQuerySet(models.QuerySet[Any]):
    """Exports, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ListExportQuerySet:
        """Whoever asked for it: a list shows what its reader may see, so it is nobody else's."""
        return self.filter(recorded_by=membership)


class ListExport(RecordedModel):
    """A list asked for: written by a job, kept for some days, encrypted."""

    reference = models.CharField("导出编号", max_length=20, unique=True, default=new_reference)
    #: which list, as it was declared (`park_workers/services/list_exports.py`)
    kind = models.CharField("名单种类", max_length=30)
    title = models.CharField("名单", max_length=60)
    #: the filter as JSON; it may hold a name
    filters = EncryptedTextField("条件", bound_to="reference")
    #: the instant on every sheet and who took it away
    watermark = models.CharField("水印", max_length=300)
    day = models.DateField("业务日期")
    rows = models.PositiveIntegerField("行数")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="导出任务")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    request_id = models.CharField("请求编号", max_length=64)
    forgotten_at = models.DateTimeField("清理时间", null=True)

    objects: ClassVar[ListExportQuerySet] = ListExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "名单导出"
        constraints = [
            models.UniqueConstraint(fields=["recorded_by", "request_id"], name="one_list_export_per_request"),
            models.CheckConstraint(
                name="forgotten_list_export_has_no_file", condition=Q(forgotten_at__isnull=True) | Q(file__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.reference}"
