"""Bodies of hires, leavers, contracts and posts (就业记录)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from api.fields import Body, DayField, IdNumberField, NumberField, PhoneField, Reason
from park_workers.models import ContractSpan
from park_workers.services.hires import hire_of
from park_workers.services.rosters.hire import Hire


class HireForm(Body):
    """A hire as stated."""

    enterprise = NumberField(required=False, help_text="默认为本企业；经办人员须指明企业")
    name = serializers.CharField(max_length=80)
    id_number = IdNumberField(max_length=40)
    hired_on = DayField()
    contract_starts_on = DayField()
    contract_ends_on = DayField(required=False, allow_null=True)
    is_open_ended = serializers.BooleanField(required=False, default=False)
    form = serializers.ChoiceField(ContractSpan.Form.choices, required=False, default=ContractSpan.Form.CONTRACT)
    trade = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    is_front_line = serializers.BooleanField(required=False, default=False)
    id_type = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    sex = serializers.ChoiceField(["男", "女"], required=False, allow_blank=True, default="")
    origin = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    phone = PhoneField(max_length=40, required=False, allow_blank=True, default="")
    introducer_id_number = IdNumberField(max_length=40, required=False, allow_blank=True, default="")
    id_card_picture = NumberField(required=False, allow_null=True, help_text="先用 id-card-pictures/ 上传的照片编号")


class LeaveForm(Body):
    """The last day; it still counts as employed."""

    left_on = DayField()
    reason = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class HireDateForm(Reason):
    """Another hire date."""

    hired_on = DayField()


INSTEAD_OF = "更正起始日时填写：所更正的那一段原来的起始日"


class ContractForm(Body):
    """A contract by the day it begins; without an end it has to be said that it is open-ended."""

    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True, default=None)
    is_open_ended = serializers.BooleanField(required=False, default=False)
    form = serializers.ChoiceField(ContractSpan.Form.choices, required=False, default=ContractSpan.Form.CONTRACT)
    instead_of = DayField(required=False, allow_null=True, default=None, help_text=INSTEAD_OF)


class PostForm(Body):
    """Trade and post from a day on."""

    starts_on = DayField()
    trade = serializers.CharField(max_length=40)
    is_front_line = serializers.BooleanField()
    instead_of = DayField(required=False, allow_null=True, default=None, help_text=INSTEAD_OF)


class HireWithCardForm(HireForm):
    """The same as a form with the picture of the identity card (人像面) in it."""

    id_card = serializers.FileField(
        max_length=255, required=False, help_text="身份证人像面照片；加水印、加密保存，到期自动删除"
    )


HIRE_EXAMPLE = {
    "name": "张三", "id_number": "441899199005179011", "hired_on": "2026-11-02", "contract_starts_on": "2026-11-02",
    "contract_ends_on": "2029-11-01", "trade": "平车", "is_front_line": True, "phone": "13800005678",
}  # fmt: skip


def readable(form: HireForm, given: Any) -> Hire:
    """What can be read of a refused form; the rest is missing."""
    values: dict[str, Any] = {}
    for name, field in form.fields.items():
        try:
            values[name] = field.run_validation(given.get(name, empty)) if name not in form.errors else None
        except (serializers.ValidationError, SkipField, AttributeError):
            values[name] = None
    days = ("hired_on", "contract_starts_on", "contract_ends_on")
    return hire_of(**{name: value if name in days else value or "" for name, value in values.items()})
