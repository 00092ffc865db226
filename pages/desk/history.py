"""What happened to a batch, in words, and what a new computation changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from pages import why
from park_workers.foundation.audit import AuditEvent
from subsidies.models import (
    Batch,
    Calculation,
    Clawback,
    LineDecision,
    LineItem,
    Objection,
    PaymentFile,
    PublicNotice,
    WriteOff,
)
from subsidies.rules.terms import PolicyTerms

#: audit actions in words
WORDS = {
    "opened": "新建批次", "open": "新建批次", "compute": "测算", "computed": "测算", "submit": "初审并提交复核",
    "pass_review": "复核通过", "approve": "审批通过", "approval_signed": "审批签署", "return": "退回", "publish": "发布公示",
    "republish": "重新公示", "end_notice": "公示期满", "send": "上报市局", "answer": "市局批复完毕", "pay": "制作拨付文件",
    "close": "办结", "cancel": "撤销", "resent": "重新上报退回明细", "lines_resubmitted": "重新上报退回明细",
    "city_answered": "登记市局批复", "city_answer_recorded": "登记市局批复", "cancellation_proposed": "申请撤销",
    "review_signed": "复核签署", "cancellation_declined": "不同意撤销", "reservations_released": "释放占用的人员和资金",
    "reopen": "退回修改",
}  # fmt: skip
#: events of what hangs on the batch, by their whole code
WORDS_OF_PARTS = {
    "payment_file.made": "生成付款文件", "payment_file.send": "付款文件送银行", "payment_file.record_return": "付款文件已全部回盘",
    "payment_file.downloaded": "下载付款文件", "clawback.proposed": "提出追回", "clawback.approve": "批准追回",
    "clawback.refuse": "不予追回", "clawback.money_returned": "追回的资金退回可用额度", "write_off.proposed": "提出不再补付",
    "write_off.approve": "批准不再补付", "write_off.refuse": "不予批准不再补付", "objection.received": "收到异议",
    "objection.uphold": "异议成立", "objection.reject": "异议不成立", "objection.contact_revealed": "查看异议人联系方式",
    "notice.close": "公示期限已过",
    "notice.supersede": "公示撤下",
}  # fmt: skip
CHANGES_SHOWN = 200
#: how a line can differ from the computation before
IN, OUT, AMOUNT, REASON = "转为合格", "转为不合格", "金额变化", "原因变化"
KINDS = (IN, OUT, AMOUNT, REASON)


@dataclass(frozen=True)
class Happening:
    """One entry of the history."""

    at: datetime
    what: str
    who: str
    note: str
    day: date | None


@dataclass(frozen=True)
class Change:
    """One line that a computation judged otherwise than the one before."""

    name: str
    firm: str
    before: str
    after: str
    amount_fen: int
    kind: str


def words_of(code: str) -> str:
    """An audit event in Chinese."""
    return WORDS_OF_PARTS.get(code) or WORDS.get(code.rpartition(".")[2], "其他办理")


def _about(batch: Batch) -> Q:
    """Events of the batch itself and of its notices, objections, payment files, clawbacks and payments given up."""
    found = Q(subject_kind=batch._meta.label, subject_id=batch.pk)
    parts: tuple[tuple[Any, str], ...] = (
        (PublicNotice, "batch"), (Objection, "notice__batch"), (PaymentFile, "batch"),
        (Clawback, "line__calculation__batch"), (WriteOff, "disbursement__payment_file__batch"),
    )  # fmt: skip
    for model, path in parts:
        keys = model.objects.filter(**{path: batch}).values("pk")
        found |= Q(subject_kind=model._meta.label, subject_id__in=keys)
    return found


def batch_history(batch: Batch) -> list[Happening]:
    """Events of the batch and decisions about its lines, newest first."""
    # What became of lines is told by the decisions below.
    events = AuditEvent.objects.filter(_about(batch)).exclude(code__startswith="line.")
    found = [Happening(e.recorded_at, words_of(e.code), e.actor_label, e.note, e.business_day) for e in events]
    decisions = LineDecision.objects.filter(line__calculation__batch=batch).select_related(
        "line__worker", "recorded_by__user", "line__claim"
    )
    found += [
        Happening(
            d.recorded_at,
            f"{d.get_kind_display()}：{d.line.worker or '明细'}",
            str(d.recorded_by or "系统"),
            d.reason,
            d.decided_on,
        )
        for d in decisions[:CHANGES_SHOWN]
    ]
    return sorted(found, key=lambda h: h.at, reverse=True)


def changes_since_last(batch: Batch) -> dict[str, Any]:
    """The computations of a batch, and the lines on which the newest two differ."""
    runs = list(batch.calculations.select_related("computed_by").order_by("-number"))
    found: dict[str, Any] = {"runs": runs, "changes": [], "more": 0}
    current = next((run for run in runs if run.pk == batch.current_id), None)
    earlier = next((run for run in runs if current and run.number < current.number), None)
    if current and earlier and current.digest == earlier.digest:
        found["same_as"] = earlier
    elif current and earlier:
        changes = _changes(batch, earlier, current)
        found |= {"changes": changes[:CHANGES_SHOWN], "more": max(len(changes) - CHANGES_SHOWN, 0), "earlier": earlier}
        found["kinds"] = [(kind, sum(one.kind == kind for one in changes)) for kind in KINDS]
        found["fen"] = sum(one.amount_fen for one in changes)
    return found


def _changes(batch: Batch, earlier: Calculation, current: Calculation) -> list[Change]:
    terms = batch.policy_version.parsed_terms
    before, after = _judgements(earlier), _judgements(current)
    changed = [key for key in {**before, **after} if before.get(key, ())[:2] != after.get(key, ())[:2]]
    return sorted(
        (_change(before.get(key), after.get(key), terms) for key in changed), key=lambda one: KINDS.index(one.kind)
    )


def _change(old: tuple[Any, ...] | None, new: tuple[Any, ...] | None, terms: PolicyTerms) -> Change:
    one = new or old
    assert one is not None
    was, now = old is not None and old[0] == 0, new is not None and new[0] == 0
    kind = IN if now and not was else OUT if was and not now else AMOUNT if was and now else REASON
    fen = (new[1] if new else 0) - (old[1] if old else 0)
    return Change(one[2], one[3], _word(old, terms), _word(new, terms), fen, kind)


def _judgements(run: Calculation) -> dict[Any, tuple[Any, ...]]:
    rows = LineItem.objects.filter(Q(corrects__isnull=True), calculation=run).order_by("position")
    values = rows.values_list("employment_id", "worker_id", "period_key", "fail_mask", "amount_fen", "worker__name",
                              "employment__enterprise__organisation__name")  # fmt: skip
    return {row[:3]: (row[3], row[4], row[5] or "—", row[6] or "—") for row in values}


def _word(judgement: tuple[Any, ...] | None, terms: PolicyTerms) -> str:
    if judgement is None:
        return "不在名单"
    reasons = why.reasons_of(judgement[0], terms)
    return "、".join(words for _, words in reasons) if reasons else "合格"
