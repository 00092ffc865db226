"""The city bureau's part: lists sent up, answered line by line, returned lines sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.foundation.workflow import check_can_move, move
from park_workers.foundation.written_words import without_personal_numbers
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import name_key
from subsidies.models import Batch, CityAnswer, CityAnswerLine, LineDecision, LineItem
from subsidies.permissions import check_can_deal_with_returned_lines
from subsidies.services.dispositions import (
    check_list_unchanged,
    check_not_before,
    check_some_line_left,
    write_decisions,
)
from subsidies.services.entitlements import release_reservations
from subsidies.services.included_lines import check_totals, included_lines
from subsidies.services.scopes import batch_of_scope

ANSWERABLE = (Batch.Status.SENT_TO_CITY, Batch.Status.ANSWERED, Batch.Status.PAYING, Batch.Status.CLOSED)
RETURNED = LineDecision.Kind.RETURNED
#: the city's two words
ACCEPTED, SENT_BACK = "同意", "退回"


@dataclass
class _AskedLine:
    """One line the city was asked about, and where it stands."""

    line_id: int
    name: str
    amount_fen: int
    is_accepted: bool
    standing: str
    standing_reason: str


@dataclass
class _Answers:
    """What the check found out: row -> line, rows that say what is recorded already."""

    lines: dict[int, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


@transaction.atomic
def send_to_city(*, actor: Membership, batch: Batch, day: date) -> Batch:
    """Send the list up once its notice has ended; refused when it is no longer the approved list (I5)."""
    batch.refresh_from_db()
    check_can_move(batch, "send", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "上报市局")
    check_not_before(day, batch.notice_ended_on, "公示期满日期")
    check_totals(batch)
    check_list_unchanged(batch)
    check_some_line_left(batch)
    move(batch, "send", actor=actor, day=day, with_fields={"sent_on": day})
    return batch


def _standing_returned(batch: Batch) -> list[int]:
    """Lines the city returned and nobody has dealt with."""
    lines = included_lines(batch).filter(decisions__is_standing=True, decisions__kind=RETURNED)
    return list(lines.values_list("pk", flat=True))


def _lock_sent(actor: Membership, batch: Batch, word: str) -> Batch:
    """The batch, locked, while the city has it; a clerk of its bureau acts."""
    check_can_deal_with_returned_lines(actor, batch, word)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Batch.Status.SENT_TO_CITY:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", f"当前状态为“{batch.status_label()}”，不能办理“{word}”", "请刷新页面查看最新状态"
        )
    return batch


@transaction.atomic
def resend_to_city(*, actor: Membership, batch: Batch, day: date, reason: str = "已补正，重新上报") -> int:
    """Send the returned lines up again; returns how many."""
    batch = _lock_sent(actor, batch, "重新上报")
    check_not_before(day, batch.sent_on, "上报日期")
    returned = _standing_returned(batch)
    if not returned:
        raise RuleViolation("NOTHING_RETURNED", "没有被市局退回且待处理的明细", "请先导入市局批复")
    reasons = dict.fromkeys(returned, reason)
    return write_decisions(actor=actor, batch=batch, reasons=reasons, kind=LineDecision.Kind.RESUBMITTED, day=day)


@transaction.atomic
def reject_returned_lines(
    *, actor: Membership, batch: Batch, reason: str, day: date, lines: Iterable[LineItem] | None = None
) -> int:
    """Give up returned lines for good: their people and money are free again; returns how many.

    With nothing left unanswered the batch is answered.
    """
    batch = _lock_sent(actor, batch, "市局终不同意")
    if not reason.strip():
        raise RuleViolation("NOTE_MISSING", "须写明原因", "请填写市局终不同意的原因")
    wanted = None if lines is None else {line.pk for line in lines}
    keys = [key for key in _standing_returned(batch) if wanted is None or key in wanted]
    if not keys:
        raise RuleViolation("NOTHING_RETURNED", "没有被市局退回且待处理的明细", "请刷新页面核对")
    reasons = dict.fromkeys(keys, reason.strip())
    write_decisions(actor=actor, batch=batch, reasons=reasons, kind=LineDecision.Kind.REJECTED, day=day)
    given_up = LineItem.objects.filter(pk__in=keys)
    release_reservations(actor=actor, batch=batch, reason=f"市局终不同意：{reason.strip()}", day=day, lines=given_up)
    _finish_answers(actor, batch, day)
    return len(keys)


def _finish_answers(actor: Membership, batch: Batch, day: date) -> None:
    """The batch is answered when every included line is accepted."""
    open_lines = included_lines(batch).exclude(city_answers__is_accepted=True)
    if not open_lines.exists():
        move(batch, "answer", actor=actor, day=day, with_fields={"answered_on": day})


# --- the sheet ---------------------------------------------------------------------------------


def _asked_lines(batch: Batch) -> dict[tuple[str, str], list[_AskedLine]]:
    """Included lines by (person key, credit code); a merged person is found under both numbers."""
    accepted = set(
        CityAnswerLine.objects.filter(answer__batch=batch, is_accepted=True).values_list("line_id", flat=True)
    )
    decisions = LineDecision.objects.filter(line__calculation_id=batch.current_id, is_standing=True)
    standing = {line: (kind, reason) for line, kind, reason in decisions.values_list("line_id", "kind", "reason")}
    found: dict[tuple[str, str], list[_AskedLine]] = defaultdict(list)
    rows = included_lines(batch).values_list(
        "pk", "worker__name", "amount_fen", "worker__person_key", "worker__merged_into__person_key",
        "employment__enterprise__organisation__credit_code", "claim__organisation__credit_code",
    )  # fmt: skip
    for pk, name, amount, own, canonical, employer, payee in rows:
        kind, reason = standing.get(pk, ("", ""))
        line = _AskedLine(pk, name or "", amount, pk in accepted, kind, reason)
        for key in {own, canonical} - {None}:
            found[key, payee or employer or ""].append(line)
    return found


def _judge_answer(
    context: ImportContext, batch: Batch, row: CleanedRow, lines: list[_AskedLine]
) -> tuple[str, str, str, str] | _AskedLine:
    """The line this row answers, or (column, code, message, fix)."""
    v = row.values
    if v["batch"] != batch.name:
        return "batch", "BATCH_DIFFERS", f"批次“{v['batch']}”与所选批次“{batch.name}”不符", "请核对上传的批次"
    if not lines:
        return "id_number", "LINE_NOT_FOUND", "该人员在该企业没有上报的明细", "请核对证件号码和统一社会信用代码"
    line = next((line for line in lines if line.amount_fen == v["amount_fen"]), None)
    if line is None:
        return "amount_fen", "AMOUNT_DIFFERS", "金额与上报金额不符", "请核对金额"
    if name_key(v["name"]) != name_key(line.name):
        return "name", "NAME_DIFFERS", "姓名与上报名单不符", "请核对姓名和证件号码"
    if v["result"] != ACCEPTED and not v["reason"]:
        return "reason", "RETURN_REASON_MISSING", "退回的明细没有写明原因", "请填写退回原因"
    if batch.sent_on is not None and not batch.sent_on <= v["answered_on"] <= context.day:
        message = f"批复日期应在上报日 {batch.sent_on} 至今日 {context.day} 之间"
        return "answered_on", "ANSWER_DATE_WRONG", message, "请核对批复日期"
    return line


def _is_known(row: CleanedRow, line: _AskedLine) -> bool:
    """The row says what is recorded already."""
    if row.values["result"] == ACCEPTED:
        return line.is_accepted
    return line.standing == RETURNED and line.standing_reason == without_personal_numbers(row.values["reason"][:200])


def check_city_answers(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Match each row with a line of the batch; a line answered already or not sent again is refused."""
    batch = batch_of_scope(context.scope)
    if context.actor.organisation_id not in (batch.bureau_id, batch.bureau.parent_id):
        raise FileRefused("NOT_YOUR_ORGANISATION", "不能为其他单位的批次上传批复", "请切换到本单位岗位")
    if batch.status not in ANSWERABLE:
        raise FileRefused(
            "BATCH_NOT_SENT", f"批次当前状态为“{batch.status_label()}”，尚未上报市局", "请上报后再导入批复"
        )
    checked, answers = CheckedRows(), _Answers()
    asked, used = _asked_lines(batch), dict[int, int]()
    for row in rows:
        lines = asked.get((person_key(row.values["id_number"]), row.values["credit_code"]), [])
        # Two instalments of one amount: each row answers one of them.
        candidates = [line for line in lines if line.line_id not in used] or lines
        judged = _judge_answer(context, batch, row, candidates)
        if isinstance(judged, _AskedLine):
            judged = _judge_state(batch, row, judged, used) or judged
        if isinstance(judged, _AskedLine):
            used[judged.line_id] = row.number
            answers.lines[row.number] = judged.line_id
            if _is_known(row, judged):
                answers.known.add(row.number)
            checked.accepted.append(row)
        else:
            checked.issues.append(context.issue(row, *judged))
    checked.found = answers
    return checked


def _judge_state(
    batch: Batch, row: CleanedRow, line: _AskedLine, used: dict[int, int]
) -> tuple[str, str, str, str] | None:
    """Whether the line still waits for an answer."""
    if line.line_id in used:
        return "id_number", "DUPLICATE_IN_FILE", f"与第 {used[line.line_id]} 行重复", "请删除重复的一行"
    if _is_known(row, line):
        return None
    if line.is_accepted:
        return "result", "ALREADY_ACCEPTED", "该明细市局此前已同意，不能再退回", "请核对批复结果"
    if line.standing == RETURNED:
        return "result", "NOT_RESUBMITTED", "该明细已被退回，尚未重新上报", "请先重新上报"
    if batch.status != Batch.Status.SENT_TO_CITY:
        return "batch", "BATCH_NOT_SENT", "批次已批复完毕", "请核对批次"
    return None


def apply_city_answers(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Record the new answers; the batch is answered when its last included line is accepted."""
    batch = Batch.objects.select_for_update().get(pk=batch_of_scope(context.scope).pk)
    answers: _Answers = checked.found
    fresh = [row for row in checked.accepted if row.number not in answers.known]
    figures = {"new": len(fresh), "known": len(checked.accepted) - len(fresh)}
    if not fresh:
        return figures
    accepted = [row for row in fresh if row.values["result"] == ACCEPTED]
    returned = [row for row in fresh if row.values["result"] != ACCEPTED]
    day = max(row.values["answered_on"] for row in fresh)
    answer = CityAnswer.objects.create(
        batch=batch, upload=context.upload, answered_on=day, accepted=len(accepted), returned=len(returned),
        recorded_by=context.actor,
    )  # fmt: skip
    CityAnswerLine.objects.bulk_create(
        [
            CityAnswerLine(
                answer=answer, line_id=answers.lines[row.number], is_accepted=row.values["result"] == ACCEPTED,
                reason="" if row.values["result"] == ACCEPTED else row.values["reason"][:200], row=row.number,
            )
            for row in fresh
        ],
        batch_size=1_000,
    )  # fmt: skip
    record_event(actor=context.actor, code="batch.city_answer_recorded", subject=batch, day=day,
                 changes={"accepted": len(accepted), "returned": len(returned)})  # fmt: skip
    reasons = {answers.lines[row.number]: row.values["reason"][:200] for row in returned}
    write_decisions(actor=context.actor, batch=batch, reasons=reasons, kind=RETURNED, day=day)
    if batch.status == Batch.Status.SENT_TO_CITY:
        _finish_answers(context.actor, batch, day)
    return figures | {"accepted": len(accepted), "returned": len(returned)}
