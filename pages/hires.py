"""The form of a hire, the same for the bureau's desk and the enterprise's phone: read, registered, every wrong field named at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from pages.days import typed_day
from pages.typed_forms import key_of, say, typed_texts
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, Membership
from park_workers.services.employments import FieldsInvalid, Registration, judge_form, register_employment
from park_workers.services.hires import hire_of

DATES = ("hired_on", "contract_starts_on", "contract_ends_on")
TEXTS = ("name", "id_number", "phone", "trade", "form", "origin", "introducer_id_number")
#: what only the phone's form asks
PHONE_ONLY = ("introducer", "other_trade", "consent")
#: frequent trades of the park, offered while typing
TRADES = ("平车", "冚车", "打边", "裁床", "包装", "整烫", "印花", "水洗", "跟单", "打版师", "保安", "文员")


@dataclass
class HireForm:
    """What was typed, what is wrong with it by field, and the registration once it stands."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    registration: Registration | None = None
    #: names this filling-in of the form: a second tap sends the same key and makes no second row
    key: str = ""


def blank(enterprise: Enterprise | None = None) -> HireForm:
    """An empty form with a key of its own."""
    typed = dict.fromkeys((*TEXTS, *DATES, "is_open_ended", "is_front_line"), "")
    typed |= {"form": "劳动合同", "is_front_line": "1", "enterprise": str(enterprise.pk) if enterprise else ""}
    return HireForm(typed, key=str(uuid.uuid4()))


#: registers what was stated: the whole form, and whatever else a door asks for
Register = Callable[..., Registration]


def ticks_in(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """Boxes of a form: "1" for one that is ticked."""
    return {name: "1" if request.POST.get(name) == "1" else "" for name in names}


def spans_in(typed: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """The days of a hire as stated, and whether its contract is open-ended; days that cannot be read are named in `errors`.

    An end that cannot be read is missing, also beside the tick that would make it needless: such a form registers nothing.
    """
    days = {name: typed_day(typed, name, errors) for name in DATES}
    return days | {"is_open_ended": typed["is_open_ended"] == "1" and "contract_ends_on" not in errors}


def say_refused(errors: dict[str, str], refusal: RuleViolation) -> None:
    """Why a hire does not stand, at the field that mends it."""
    say(errors, refusal, "hired_on" if refusal.code in ("ALREADY_REGISTERED", "EMPLOYMENT_SPANS_OVERLAP") else "whole")


def read(
    request: HttpRequest, member: Membership, enterprise: Enterprise | None, register: Register = register_employment
) -> HireForm:
    """Read the form and register; the errors of every field together, what was typed kept."""
    typed = typed_texts(request, (*TEXTS, *DATES, *PHONE_ONLY, "enterprise"), 120)
    typed["trade"] = typed["trade"] or typed["other_trade"]
    form = HireForm(typed | ticks_in(request, ("is_open_ended", "is_front_line")), key=key_of(request))
    stated: dict[str, Any] = {name: typed[name] for name in TEXTS} | spans_in(form.typed, form.errors)
    stated["is_front_line"] = form.typed["is_front_line"] == "1"
    if enterprise is None:
        form.errors["enterprise"] = "请选择企业。"
    day = business_day()
    try:
        if enterprise is None:
            raise FieldsInvalid(judge_form(hire_of(**stated), day))
        form.registration = register(actor=member, enterprise=enterprise, day=day, request_id=form.key, **stated)
    except RuleViolation as refusal:
        if refusal.code == "IDEMPOTENCY_CONFLICT":
            # The answer to the first one was lost, and the next person was typed into the same form.
            form.errors["whole"] = "上一次提交的内容已登记成功。如果这是另一位员工，请核对后再点一次“登记入职”。"
            form.key = str(uuid.uuid4())
        say_refused(form.errors, refusal)
    return form
