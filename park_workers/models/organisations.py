"""Organisations: bureaus, enterprises, training bases, agencies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.identifiers import clean_credit_code
from park_workers.models.named import NamedModel, name_contains
from park_workers.models.recorded import RecordedModel

#: fewer signs of a credit code say nothing
CODE_BEGINS_WITH = 4


def organisation_matches(text: str, *, to: str = "") -> Q:
    """Organisations (at the path `to`) by a part of the name or the beginning of the credit code."""
    code = clean_credit_code(text)
    by_code = Q(**{f"{to}credit_code__startswith": code}) if len(code) >= CODE_BEGINS_WITH else Q(pk__in=[])
    return by_code | name_contains(text, to=to)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, seen from somebody's place."""

    def visible_to(self, membership: Any) -> OrganisationQuerySet:
        """Bureau staff see all; an enterprise, base or agency sees itself only."""
        if membership.sees_business_of_all:
            return self
        return self.filter(pk=membership.organisation_id)

    def search(self, text: str) -> OrganisationQuerySet:
        """Whose name has what was typed in it (signs, pinyin, initials), or whose credit code begins with it."""
        return self.filter(organisation_matches(text))


class Organisation(NamedModel, RecordedModel):
    """A body that people act for."""

    class Kind(models.TextChoices):
        DISTRICT_BUREAU = "district_bureau", "区人社局"
        CITY_BUREAU = "city_bureau", "市人社局"
        ENTERPRISE = "enterprise", "企业"
        TRAINING_BASE = "training_base", "培训基地"
        AGENCY = "agency", "人力资源机构"

    kind = models.CharField("类别", max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=120)
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="上级单位")

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(NamedModel.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "单位"
        constraints = [
            models.CheckConstraint(name="organisation_kind_known", condition=Q(kind__in=[
                "district_bureau", "city_bureau", "enterprise", "training_base", "agency"])),
            models.CheckConstraint(
                name="enterprise_has_credit_code", condition=~Q(kind="enterprise") | Q(credit_code__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Enterprises, seen from somebody's place."""

    def visible_to(self, membership: Any) -> EnterpriseQuerySet:
        """Bureau staff see all; enterprise staff their own; others none."""
        if membership.sees_business_of_all:
            return self
        return self.filter(organisation_id=membership.organisation_id)

    def search(self, text: str) -> EnterpriseQuerySet:
        """As organisations are searched."""
        return self.filter(organisation_matches(text, to="organisation__"))

    def in_directory_order(self) -> EnterpriseQuerySet:
        """The order of 企业名录, which is also the order of payment lines."""
        return self.order_by("directory_position", "pk")


class Enterprise(RecordedModel):
    """What is known of an enterprise in the bureau's directory (企业名录)."""

    class Kind(models.TextChoices):
        TEXTILE = "纺织服装企业", "纺织服装企业"
        DISPATCH = "劳务派遣", "劳务派遣"
        OTHER = "其他", "其他"

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="enterprise", verbose_name="单位"
    )
    bureau = models.ForeignKey(
        Organisation, models.PROTECT, related_name="admitted_enterprises", verbose_name="所属人社局"
    )
    kind = models.CharField("类型", max_length=20, choices=Kind)
    park_name = models.CharField("所在园区", max_length=80, blank=True, default="")
    admitted_on = models.DateField("入园日期", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True, default="")
    contact_phone = EncryptedTextField("联系电话", bound_to="owner_key")
    directory_position = models.PositiveIntegerField("名录顺序", default=0)

    objects: ClassVar[EnterpriseQuerySet] = EnterpriseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "企业"

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def owner_key(self) -> str:
        """Natural key of the owner of encrypted values."""
        return str(self.organisation.credit_code)

    @property
    def name(self) -> str:
        """Name of the enterprise."""
        return self.organisation.name


class TrainingBase(RecordedModel):
    """A skill base (一针一线基地)."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="training_base", verbose_name="单位"
    )
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="training_bases", verbose_name="所属人社局")

    class Meta:
        verbose_name = verbose_name_plural = "培训基地"

    def __str__(self) -> str:
        return self.organisation.name
