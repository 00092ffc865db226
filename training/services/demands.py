"""用工需求: an enterprise says whom it looks for, and when that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Enterprise, Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import LabourDemand
from training.permissions import check_can_end_demand, check_can_post_demand

MOST_HEADS = 2_000
#: fen a month beyond which a wage was typed wrongly: ¥100,000
MOST_WAGE_FEN = 10_000_000
MIN_REASON = 2


@dataclass(frozen=True)
class DemandTerms:
    """What is wanted; wages in fen a month, level 5 (五级) to 1 or None for any."""

    trade: str
    heads: int | None
    needed_by: date | None
    level: int | None = None
    wage_from_fen: int | None = None
    wage_to_fen: int | None = None
    has_dormitory: bool = False
    has_meals: bool = False
    note: str = ""


def post_demand(
    *, actor: Membership, enterprise: Enterprise, terms: DemandTerms, day: date, request_id: str
) -> LabourDemand:  # fmt: skip
    """Post a demand; the same `request_id` again is the same demand.

    Raises PermissionRefused; FieldsInvalid naming every wrong field.
    """
    check_can_post_demand(actor, enterprise)
    problems = judge_terms(terms, day)
    if problems:
        raise FieldsInvalid(problems)
    fields = vars(terms) | {"trade": terms.trade.strip(), "note": terms.note.strip()[:300]}
    try:
        with transaction.atomic():
            demand = LabourDemand.objects.create(
                status=LabourDemand.Status.OPEN, enterprise=enterprise, posted_on=day, request_id=request_id, recorded_by=actor,
                **fields,
            )  # fmt: skip
            changes = {"firm": enterprise.name, "trade": demand.trade, "heads": demand.heads}
            record_event(actor=actor, code="demand.posted", subject=demand, day=day, to_state="open", changes=changes)
    except IntegrityError:
        again = LabourDemand.objects.filter(enterprise=enterprise, request_id=request_id).first()
        if again is None:
            raise
        return again
    return demand


def judge_terms(terms: DemandTerms, day: date) -> list[Problem]:
    """Every wrong field, in the order of the form."""
    found = []
    if not terms.trade.strip():
        found.append(Problem("trade", "TRADE_MISSING", "没有填写工种", "请填写需要的工种，如平车"))
    elif len(terms.trade.strip()) > 40:
        found.append(Problem("trade", "TEXT_TOO_LONG", "工种超过 40 个字", "请缩短"))
    if terms.heads is None or not 1 <= terms.heads <= MOST_HEADS:
        found.append(Problem("heads", "HEADS_INVALID", "人数不正确", f"请填写 1 至 {MOST_HEADS} 的整数"))
    if terms.level is not None and not 1 <= terms.level <= 5:
        found.append(Problem("level", "LEVEL_INVALID", "级别不正确", "请选择五级至一级，或不限"))
    found += _judge_wages(terms.wage_from_fen, terms.wage_to_fen)
    if terms.needed_by is None:
        found.append(Problem("needed_by", "NEEDED_BY_MISSING", "没有填写到岗期限", "请填写希望到岗的最晚日期"))
    elif terms.needed_by < day:
        found.append(Problem("needed_by", "DATE_IN_PAST", f"到岗期限 {terms.needed_by} 已过", "请填写今天或以后的日期"))
    return found


def _judge_wages(low: int | None, high: int | None) -> list[Problem]:
    found = [
        Problem(name, "WAGE_INVALID", "月工资不正确", "请填写每月多少元，如 4500，不超过 10 万元")
        for name, fen in (("wage_from", low), ("wage_to", high))
        if fen is not None and not 0 < fen <= MOST_WAGE_FEN
    ]
    if not found and low is not None and high is not None and high < low:
        found.append(Problem("wage_to", "WAGE_RANGE_REVERSED", "工资上限低于下限", "请核对两个金额"))
    return found


@transaction.atomic
def end_demand(
    *, actor: Membership, demand: LabourDemand, action: str, day: date, reason: str = "", seen_version: int | None = None
) -> LabourDemand:  # fmt: skip
    """Withdraw it, mark it as filled, or (a clerk, with a reason) close it.

    `action` is withdraw, fill or close.  Raises PermissionRefused, TransitionRefused, RuleViolation REASON_MISSING.
    """
    check_can_end_demand(actor, demand, action)
    reason = reason.strip()[:200]
    if action == "close" and len(reason) < MIN_REASON:
        raise RuleViolation("REASON_MISSING", "请填写关闭原因", "用几个字写明原因，企业会看到")
    fields = {"ended_on": day, "end_reason": reason}
    move(demand, action, actor=actor, day=day, note=reason, seen_version=seen_version, with_fields=fields)
    return demand
