"""What goes on beneath an employment: a leave taken back, contracts signed and renewed, posts changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import ContractSpan, Employment, Membership, PostSpan
from park_workers.permissions import check_can_record_leave, check_can_state_terms
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.overlaps import list_overlaps


@transaction.atomic
def undo_leave(*, actor: Membership, employment: Employment, reason: str, day: date) -> Employment:
    """The person has not left after all; who has not left anyway stays as they are.

    Raises PermissionRefused; RuleViolation without a reason, or when a later employment here would overlap.
    """
    check_can_record_leave(actor, employment)
    reason = stated_reason(reason, "请填写撤销离职登记的原因", "用几个字写明原因，将记入日志")
    employment = Employment.objects.select_for_update().get(pk=employment.pk)
    before = employment.left_on
    if before is None:
        return employment
    employment.left_on, employment.leave_reason = None, ""
    try:
        with transaction.atomic():
            employment.save(update_fields=["left_on", "leave_reason"])
    except IntegrityError as error:
        raise RuleViolation(
            "EMPLOYMENT_SPANS_OVERLAP", "该员工离职后又在本企业入职，不能撤销这次离职", "请先核对后一次入职登记"
        ) from error
    list_overlaps([employment.pk], recorded_by_id=actor.pk)
    record_event(
        actor=actor, code="employment.leave_undone", subject=employment, day=day, note=reason,
        changes={"left_on": [str(before), None]},
    )  # fmt: skip
    return employment


@transaction.atomic
def state_contract(
    *, actor: Membership, employment: Employment, starts_on: date, ends_on: date | None, is_open_ended: bool, form: str,
    day: date, instead_of: date | None = None,
) -> ContractSpan:  # fmt: skip
    """A contract by the day it begins: another day adds one (signed, renewed), a known day corrects it.

    `instead_of`: the first day of the recorded contract that is corrected, when that very day was wrong.
    Raises PermissionRefused; RuleViolation for an end before the start, or neither an end nor open-ended, or both;
    SPAN_UNKNOWN, SPAN_BEGINS_ALREADY of `instead_of`.
    """
    check_can_state_terms(actor, employment)
    if ends_on is None and not is_open_ended:
        raise RuleViolation("CONTRACT_END_MISSING", "没有填写合同终止日", "请填写合同终止日，或注明无固定期限")
    if ends_on is not None and is_open_ended:
        raise RuleViolation("CONTRACT_END_CONTRADICTS", "既填了合同终止日又注明无固定期限", "请只保留其中一项")
    if ends_on is not None and ends_on < starts_on:
        message = f"合同终止日 {ends_on} 早于合同起始日 {starts_on}"
        raise RuleViolation("CONTRACT_END_BEFORE_START", message, "请与合同原件核对两个日期")
    Employment.objects.select_for_update().get(pk=employment.pk)  # one at a time beneath one employment
    known: ContractSpan | None = _span_meant(ContractSpan.objects.filter(employment=employment), starts_on, instead_of)
    if known is not None and (known.starts_on, known.ends_on, known.form) == (starts_on, ends_on, form):
        return known
    before = [str(known.ends_on or ""), known.form] if known else None
    begins = _begins(known, starts_on)
    if known is None:
        known = ContractSpan(employment=employment, recorded_by=actor)
    known.starts_on, known.ends_on, known.form = starts_on, ends_on, form
    known.save()
    record_event(
        actor=actor, code="contract.corrected" if before else "contract.added", subject=employment, day=day,
        changes={"starts_on": begins, "terms": [before, [str(ends_on or ""), form]]},
    )  # fmt: skip
    return known


def _span_meant(rows: Any, starts_on: date, instead_of: date | None) -> Any:
    """The recorded span that is corrected: the one that begins on `instead_of`, else on `starts_on`; None adds one."""
    meant = rows.filter(starts_on=instead_of or starts_on).first()
    if instead_of is None or instead_of == starts_on:
        return meant
    if meant is None:
        raise RuleViolation("SPAN_UNKNOWN", f"没有 {instead_of} 起的记录，可能刚被更正过", "请返回员工页查看最新内容")
    if rows.filter(starts_on=starts_on).exists():
        raise RuleViolation("SPAN_BEGINS_ALREADY", f"{starts_on} 起已有另一段记录", "请直接更正那一段，或换一个起始日")
    return meant


def _begins(known: Any, starts_on: date) -> Any:
    """The first day as the log says it: before and after where it moved."""
    moved = known is not None and known.starts_on != starts_on
    return [str(known.starts_on), str(starts_on)] if moved else str(starts_on)


@transaction.atomic
def state_post(
    *, actor: Membership, employment: Employment, starts_on: date, trade: str, is_front_line: bool, day: date,
    instead_of: date | None = None,
) -> PostSpan:  # fmt: skip
    """Trade and post from a day on (until the next): another day adds a post, a known day corrects it.

    `instead_of`: the first day of the recorded post that is corrected, when that very day was wrong.
    Raises PermissionRefused; RuleViolation for a day before the hire, after the leaving date, or still to come;
    FIRST_POST (it begins with the hire), SPAN_UNKNOWN, SPAN_BEGINS_ALREADY of `instead_of`.
    """
    check_can_state_terms(actor, employment)
    employment = Employment.objects.select_for_update().get(pk=employment.pk)
    if starts_on > day:
        raise RuleViolation("DATE_IN_FUTURE", f"岗位起始日 {starts_on} 尚未到", "请在变动当日或之后登记")
    if starts_on < employment.hired_on or (employment.left_on is not None and starts_on > employment.left_on):
        message = f"岗位起始日 {starts_on} 不在在职期间（{employment.hired_on} 至 {employment.left_on or '今'}）"
        raise RuleViolation("POST_OUTSIDE_EMPLOYMENT", message, "请核对岗位起始日")
    if instead_of == employment.hired_on != starts_on:
        raise RuleViolation("FIRST_POST", "第一个岗位从入职日起", "入职日期有误的，请更正入职日期，岗位会随之更正")
    trade = trade.strip()[:40]
    known: PostSpan | None = _span_meant(PostSpan.objects.filter(employment=employment), starts_on, instead_of)
    if known is not None and (known.starts_on, known.trade, known.is_front_line) == (starts_on, trade, is_front_line):
        return known
    before = [known.trade, known.is_front_line] if known else None
    begins = _begins(known, starts_on)
    if known is None:
        known = PostSpan(employment=employment, recorded_by=actor)
    known.starts_on, known.trade, known.is_front_line = starts_on, trade, is_front_line
    known.save()
    record_event(
        actor=actor, code="post.corrected" if before else "post.changed", subject=employment, day=day,
        changes={"starts_on": begins, "post": [before, [trade, is_front_line]]},
    )  # fmt: skip
    return known
