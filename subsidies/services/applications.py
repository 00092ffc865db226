"""申报名单: employments put forward in a batch, firm by firm from one joint list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.money import format_fen
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused, Issue
from park_workers.models import Employment, Organisation
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import find_worker_ids, name_key, recorded_now
from subsidies.models import Application, Batch
from subsidies.services.scopes import batch_of_scope

OPEN_STATES = (Batch.Status.DRAFT, Batch.Status.COMPUTED)
COLUMNS = (
    "recorded_at", "recorded_by_id", "batch_id", "employment_id", "applied_on", "sequence", "amount_fen", "upload_id",
)  # fmt: skip
#: what the columns of an application hold
LARGEST_SEQUENCE, LARGEST_FEN = 2**31 - 1, 10**15
Wrong = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Staff:
    """Employments of one firm by canonical person, and who is named by a document number."""

    hires: dict[int, dict[date, int]]
    names: dict[int, str]
    people: dict[str, int]

    @classmethod
    def read(cls, firm: Organisation, keys: set[str]) -> _Staff:
        """Everybody ever employed by the firm; a merged person is found under both numbers."""
        hires: dict[int, dict[date, int]] = defaultdict(dict)
        names = {}
        rows = Employment.objects.filter(enterprise=firm.pk).order_by("pk").values_list(
            "pk", "hired_on", "worker_id", "worker__name", "worker__merged_into_id", "worker__merged_into__name"
        )  # fmt: skip
        for pk, hired_on, own_id, name, canonical_id, canonical_name in rows:
            person = canonical_id or own_id
            hires[person].setdefault(hired_on, pk)
            names[person] = canonical_name or name
        return cls(hires, names, find_worker_ids(keys))


@dataclass
class _Found:
    """Row -> employment, and the batch's employments that stand in it already."""

    employments: dict[int, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


def _open_batch(context: ImportContext, batch: Batch) -> Batch:
    """The batch, if this firm may still file a list for it; raises FileRefused."""
    if batch.bureau_id != context.bureau.pk:
        raise FileRefused("SCOPE_UNKNOWN", "没有指明批次，或批次不存在", "请在批次页面上传")
    if batch.candidates != Batch.Candidates.APPLICATIONS:
        word = Batch.Candidates(batch.candidates).label
        raise FileRefused("BATCH_TAKES_NO_LIST", f"批次“{batch.name}”按“{word}”测算，不收申报名单", "请核对批次")
    if batch.status not in OPEN_STATES:
        raise FileRefused(
            "BATCH_NOT_OPEN",
            f"批次“{batch.name}”当前状态为“{batch.status_label()}”，已不收申报名单",
            "请在下一批次申报",
        )
    return batch


def _rows_of_others(context: ImportContext, rows: Sequence[CleanedRow]) -> set[int]:
    """Rows of the file that name another firm, whatever else is wrong with them."""
    own = (context.organisation.credit_code, "")
    return {row.number for row in (*rows, *context.rows_read.bad) if row.values["credit_code"] not in own}


def check_applications(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """The firm's own lines name hires on its rosters; other firms' lines are left alone.

    Raises FileRefused (SCOPE_UNKNOWN, BATCH_TAKES_NO_LIST, BATCH_NOT_OPEN).
    """
    batch = _open_batch(context, batch_of_scope(context.scope))
    others = _rows_of_others(context, rows)
    mine = [row for row in rows if row.number not in others]
    keys = {row.number: person_key(row.values["id_number"]) for row in mine}
    staff = _Staff.read(context.organisation, set(keys.values()))
    live = Application.objects.filter(
        batch=batch, withdrawn_at__isnull=True, employment__enterprise=context.organisation.pk
    )
    found = _Found(known=set(live.values_list("employment_id", flat=True)))
    checked = CheckedRows(left_alone=len(others), others=others, found=found)
    seen: dict[int, int] = {}
    for row in mine:
        employment = _employment_of(row, staff.people.get(keys[row.number]), staff, batch)
        if isinstance(employment, int):
            employment = _what_is_wrong(context, row, seen.get(employment)) or employment
        if isinstance(employment, int):
            seen[employment] = row.number
            found.employments[row.number] = employment
            checked.accepted.append(row)
            checked.issues.extend(_notices(context, row, staff.names[staff.people[keys[row.number]]], batch))
        else:
            checked.issues.append(context.issue(row, *employment))
    return checked


def _employment_of(row: CleanedRow, person: int | None, staff: _Staff, batch: Batch) -> int | Wrong:
    """The employment a row names, or (column, code, message, fix)."""
    hires = staff.hires.get(person, {}) if person is not None else {}
    if not hires:
        return "id_number", "EMPLOYMENT_UNKNOWN", "本企业花名册中没有该人员", "请核对证件号码，或先报送花名册"
    employment = hires.get(row.values["hired_on"])
    if employment is None:
        days = "、".join(str(day) for day in sorted(hires))
        return (
            "hired_on", "EMPLOYMENT_UNKNOWN", f"花名册中该人员的入职日期为 {days}，与申报不一致",
            "请按花名册填写入职日期；花名册有误的请联系经办人员更正",
        )  # fmt: skip
    return employment


def _what_is_wrong(context: ImportContext, row: CleanedRow, first: int | None) -> Wrong | None:
    v = row.values
    if first is not None:
        return "id_number", "DUPLICATE_IN_FILE", f"与第 {first} 行重复（同一人、同一入职日期）", "请删除重复的一行"
    if v["applied_on"] is not None and v["applied_on"] > context.day:
        message = f"申请日期 {v['applied_on']} 晚于上传日 {context.day}"
        return "applied_on", "DATE_IN_FUTURE", message, "请核对申请日期"
    if v["sequence"] is not None and not 1 <= v["sequence"] <= LARGEST_SEQUENCE:
        return "sequence", "NUMBER_INVALID", f"序号“{v['sequence']}”不是正整数", "请填写从 1 开始的序号"
    if v["amount_fen"] is not None and not 0 < v["amount_fen"] <= LARGEST_FEN:
        return "amount_fen", "AMOUNT_INVALID", "申请金额应大于零", "请核对申请金额"
    return None


def _notices(context: ImportContext, row: CleanedRow, name: str, batch: Batch) -> list[Issue]:
    """What does not stop a line: people are matched by number only, and the amount is the policy's, not the list's."""
    v, found = row.values, []
    if v["name"] and name_key(v["name"]) != name_key(name):
        message = f"姓名与花名册“{name}”不一致，按证件号码比对"
        found.append(context.issue(row, "name", "NAME_DIFFERS", message, "请核对姓名和证件号码", "warning"))
    amount = batch.policy_version.parsed_terms.amount_fen
    if amount and v["amount_fen"] is not None and v["amount_fen"] != amount:
        message = f"申请金额 {format_fen(v['amount_fen'])} 与政策标准 {format_fen(amount)} 不同，以政策标准为准"
        found.append(context.issue(row, "amount_fen", "AMOUNT_DIFFERS", message, "请核对申请金额", "warning"))
    return found


def apply_applications(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Applications that do not stand in the batch yet; one that does keeps its day and place.

    Raises FileRefused BATCH_NOT_OPEN when the batch went on meanwhile.
    """
    locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch_of_scope(context.scope).pk)
    batch = _open_batch(context, locked)
    found: _Found = checked.found
    fresh = [row for row in checked.accepted if found.employments[row.number] not in found.known]
    now, actor = recorded_now(), context.actor.pk
    added = load_rows(
        "subsidies_application",
        COLUMNS,
        (
            (
                now, actor, batch.pk, found.employments[row.number], row.values["applied_on"] or context.day,
                row.values["sequence"] or row.number, row.values["amount_fen"], context.upload.pk,
            )
            for row in fresh
        ),
        skip_known=True,
    )  # fmt: skip
    return {"new": added, "unchanged": len(checked.accepted) - added}
