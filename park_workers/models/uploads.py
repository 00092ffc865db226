"""Files people gave us, what was found in them, and where they stand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.jobs import Job
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.organisations import Organisation
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import TENANT_ROLES, Role

UPLOADERS = (Role.ENTERPRISE_HR, Role.BASE_CLERK, Role.AGENCY_CLERK, Role.CLERK, Role.FINANCE, Role.CITY_REVIEWER,
             Role.APPROVER)  # fmt: skip


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads, seen from somebody's place."""

    def visible_to(self, membership: Any) -> UploadQuerySet:
        """Bureau staff see all; firms, bases and agencies what they gave; experts and administrators none."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(organisation_id=membership.organisation_id)


class Upload(StatefulModel, RecordedModel):
    """One file for one declared sheet; the same file again is the same upload, unless lines of it were refused.

    Such lines may have become good since: a roster has come in, a month has ended.  Then the file is judged anew.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "待检查"
        CHECKED = "checked", "待确认"
        CONFIRMED = "confirmed", "导入中"
        APPLIED = "applied", "已导入"
        REFUSED = "refused", "已拒收"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "check": Transition(("uploaded", "checked"), "checked", ("system",), "检查"),
        "refuse": Transition(("uploaded", "checked", "confirmed"), "refused", ("system",), "拒收"),
        "confirm": Transition(("checked",), "confirmed", UPLOADERS, "确认导入"),
        "apply": Transition(("confirmed",), "applied", ("system",), "导入"),
        "reopen": Transition(("confirmed",), "checked", ("system",), "退回待确认"),
        "withdraw": Transition(("uploaded", "checked"), "withdrawn", UPLOADERS, "撤回"),
    }
    EVENT_NAME = "upload"

    reference = models.CharField("上传编号", max_length=20, unique=True, default=new_reference)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="uploads", verbose_name="单位")
    sheet_kind = models.CharField("表类", max_length=40)
    #: what the sheet is for where one organisation files the same list for several objects, such as "batch:3"
    scope = models.CharField("用途", max_length=60, blank=True, default="")
    sha256 = models.CharField("摘要", max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    business_day = models.DateField("业务日期")
    rows = models.PositiveIntegerField("行数", default=0)
    accepted = models.PositiveIntegerField("合格", default=0)
    refused = models.PositiveIntegerField("错误", default=0)
    sheet_name = models.CharField("工作表", max_length=80, blank=True, default="")
    header_row = models.PositiveIntegerField("表头行", default=0)
    refusal = models.JSONField("拒收原因", default=dict)
    result = models.JSONField("导入结果", default=dict)
    needs_second_person = models.BooleanField("须他人确认", default=False)
    confirmed_by = models.ForeignKey(
        "park_workers.Membership", models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    check_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="检查任务")
    apply_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="导入任务")

    objects: ClassVar[UploadQuerySet] = UploadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "上传"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sheet_kind", "scope", "sha256"],
                condition=~Q(status__in=("refused", "withdrawn")) & ~Q(status="applied", refused__gt=0),
                name="same_file_is_same_upload",
            ),
            models.CheckConstraint(
                name="upload_confirmed_has_person",
                condition=Q(status__in=("uploaded", "checked", "refused", "withdrawn")) | Q(confirmed_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sheet_kind} {self.file}"


class UploadIssue(models.Model):
    """One finding in an upload: where, what, how to mend; severity error (row refused) or warning (row kept)."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="issues", verbose_name="上传")
    sheet = models.CharField("工作表", max_length=80)
    row = models.PositiveIntegerField("行")
    column = models.CharField("列", max_length=4, blank=True, default="")
    header = models.CharField("列名", max_length=80, blank=True, default="")
    code = models.CharField("代码", max_length=60)
    message = WordsField("问题", max_length=300)
    fix = models.CharField("如何修改", max_length=300, blank=True, default="")
    severity = models.CharField("程度", max_length=10, choices=[("error", "错误"), ("warning", "提示")])
    #: found after all files are in (such as an insured stranger), not when the file was read
    is_later_finding = models.BooleanField("事后核查", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "上传问题"
        ordering = ["upload_id", "row", "column", "code"]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.column}{self.row} {self.code}"
