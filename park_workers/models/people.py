"""Natural persons and the park's register."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.search_hash import search_hash
from park_workers.models.named import NamedModel, name_begins_with, name_has
from park_workers.models.organisations import Enterprise
from park_workers.models.recorded import RecordedModel

LAST_FOUR = re.compile(r"[0-9]{3}[0-9Xx]")


class WorkerQuerySet(models.QuerySet["Worker"]):
    """People, seen from somebody's place."""

    def visible_to(self, membership: Any) -> WorkerQuerySet:
        """Bureau staff see all; an enterprise sees whoever it employed or registered."""
        if membership.sees_business_of_all:
            return self
        here = membership.organisation_id
        return self.filter(Q(employments__enterprise_id=here) | Q(registrations__enterprise_id=here)).distinct()

    def search(self, text: str) -> WorkerQuerySet:
        """Whose name begins with what was typed (signs, pinyin, initials), or whose document number ends in these four."""
        typed = clean_text(text)
        if LAST_FOUR.fullmatch(typed):
            return self.filter(last_four_hash=search_hash(typed.upper(), purpose="last_four"))
        return self.filter(name_begins_with(typed))

    def named_like(self, text: str) -> WorkerQuerySet:
        """Whose name has the text in it."""
        return self.filter(name_has(text))


class Worker(NamedModel, RecordedModel):
    """Any natural person we know: hire, trainee, introducer, a stranger on an insurance list."""

    class IdType(models.TextChoices):
        RESIDENT = "居民身份证", "居民身份证"
        PERMIT = "港澳台居民居住证", "港澳台居民居住证"
        FOREIGN = "外国人永久居留身份证", "外国人永久居留身份证"

    is_person = True

    reference = models.CharField("人员编号", max_length=20, unique=True, default=new_reference)
    person_key = models.CharField("证件号码检索值", max_length=64, unique=True)
    id_type = models.CharField("证件类型", max_length=20, choices=IdType, default=IdType.RESIDENT)
    id_number = EncryptedTextField("证件号码", bound_to="person_key")
    last_four_hash = models.CharField("末四位检索值", max_length=64, db_index=True)
    name = models.CharField("姓名", max_length=80, db_index=True)
    phone = EncryptedTextField("手机号码", bound_to="person_key")
    phone_hash = models.CharField("手机检索值", max_length=64, blank=True, default="", db_index=True)
    birth_on = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=1, choices=[("男", "男"), ("女", "女")])
    origin = models.CharField("户籍地", max_length=120, blank=True, default="")
    photo = models.ForeignKey("foundation.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="照片")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="已并入")

    objects: ClassVar[WorkerQuerySet] = WorkerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(NamedModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "人员"
        constraints = [
            models.CheckConstraint(name="worker_not_merged_into_self", condition=~Q(merged_into=F("pk"))),
            models.CheckConstraint(name="worker_sex_known", condition=Q(sex__in=["男", "女"])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def canonical_id(self) -> int:
        """The person this record stands for after merging; person-wide constraints use it."""
        return self.merged_into_id or self.pk

    def is_known_only_outside(self, bureau_id: int) -> bool:
        """Employed or registered at enterprises of other bureaus and at none of this one; somebody nobody employed is not."""
        same = Worker.objects.filter(Q(pk=self.canonical_id) | Q(merged_into=self.canonical_id))
        known = Enterprise.objects.filter(Q(employments__worker__in=same) | Q(registrations__worker__in=same))
        bureaus = set(known.order_by().values_list("bureau_id", flat=True).distinct())
        return bool(bureaus) and bureau_id not in bureaus


class WorkerRegistration(RecordedModel):
    """The act of registering in the park's register (采集登记); "registered" counts these people."""

    class Method(models.TextChoices):
        ENTERPRISE = "enterprise", "企业登记"
        QR = "qr", "扫码登记"
        FILE = "file", "名单导入"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="registrations", verbose_name="人员")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="registrations", verbose_name="企业")
    registered_on = models.DateField("采集日期")
    method = models.CharField("方式", max_length=12, choices=Method)
    trade = models.CharField("工种", max_length=40, blank=True, default="")
    is_front_line = models.BooleanField("一线", null=True)
    consent_version = models.CharField("知情同意版本", max_length=20, blank=True, default="")
    #: when the person themselves agreed; null: agreed on paper, or not recorded
    consented_at = models.DateTimeField("同意时间", null=True)
    upload = models.ForeignKey(
        "park_workers.Upload", models.PROTECT, null=True, related_name="+", verbose_name="来源文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "采集登记"
        constraints = [models.UniqueConstraint(fields=["worker", "enterprise"], name="registered_once_per_enterprise")]

    def __str__(self) -> str:
        return f"{self.worker} {self.registered_on}"
