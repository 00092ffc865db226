"""推荐就业名单: what a base has noted of its referrals, row by row; hires are found in the roster, never taken from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce

from park_workers.foundation.audit import record_event
from park_workers.foundation.bulk import load_rows
from park_workers.foundation.links import new_link_reference
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.models import Enterprise, TrainingBase
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import find_worker_ids, recorded_now
from training.models import Assessment, Enrolment, Referral
from training.models.placements import LIVE
from training.services.standing import verdict_now

#: what stands in a list -> the state it means
OUTCOMES: dict[str, str] = {
    label: value.value for value, label in zip(Referral.Status, Referral.Status.labels, strict=True) if value != "hired"
}
REFUSALS = {label: value for value, label in Referral.Refusal.choices}
COLUMNS = (
    "status", "version", "reference", "enrolment_id", "worker_id", "base_id", "enterprise_id", "shows_marks", "referred_on",
    "agreed_on", "interview_on", "interviewed_on", "offered_on", "ended_on", "refusal", "note", "upload_id", "recorded_at",
    "recorded_by_id",
)  # fmt: skip
LONGEST_NOTE = 200
Wrong = tuple[str, str, str, str]


@dataclass(frozen=True)
class Seat:
    """A class somebody passed."""

    enrolment_id: int
    number: str
    ends_on: date


@dataclass(frozen=True)
class ReferralLine:
    """A good row, with whom and what it names."""

    worker_id: int
    seat: Seat
    enterprise_id: int
    status: str


@dataclass
class Recorded:
    """What the rows are compared with: passed seats by person, enterprises by code and name, referrals made before."""

    workers: dict[str, int]
    seats: dict[int, list[Seat]] = field(default_factory=dict)
    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    known: set[tuple[int, int, date]] = field(default_factory=set)
    live: set[tuple[int, int]] = field(default_factory=set)


def check_referrals(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Who passed at this base, an enterprise of the bureau, days in order, one live referral a person and enterprise."""
    base = TrainingBase.objects.filter(pk=context.organisation.pk).first()
    if base is None:
        raise FileRefused("NOT_A_TRAINING_BASE", "推荐就业名单只能以培训基地的名义上传", "请由培训基地上传")
    recorded, checked = _recorded(base, rows), CheckedRows()
    lines: dict[int, ReferralLine] = {}
    seen: dict[tuple[int, int, date | str], int] = {}
    for row in rows:
        found = _line(row, recorded, context.day)
        wrong = found if isinstance(found, tuple) else _repeated(row, found, recorded, seen)
        if wrong is not None:
            checked.issues.append(context.issue(row, *wrong))
            continue
        assert isinstance(found, ReferralLine)
        lines[row.number] = found
        checked.accepted.append(row)
    checked.found = lines, recorded.known
    return checked


def _recorded(base: TrainingBase, rows: Sequence[CleanedRow]) -> Recorded:
    """Everything the rows are compared with, in four queries."""
    found = Recorded(find_worker_ids({person_key(row.values["id_number"]) for row in rows}))
    person = Coalesce("worker__merged_into_id", "worker_id")
    passed = Enrolment.objects.on_roster().filter(training_class__base=base)
    passed = passed.annotate(verdict_now=verdict_now()).filter(verdict_now=Assessment.Verdict.PASSED)
    places = passed.order_by("training_class__ends_on", "pk").values_list(
        person, "pk", "training_class__number", "training_class__ends_on"
    )
    for worker, pk, number, ends_on in places:
        found.seats.setdefault(worker, []).append(Seat(pk, number, ends_on))
    firms = Enterprise.objects.filter(bureau=base.bureau).values_list(
        "pk", "organisation__credit_code", "organisation__name"
    )
    for pk, code, name in firms:
        found.by_code[code or ""] = pk
        found.by_name.setdefault(name, []).append(pk)
    made = Referral.objects.filter(base__bureau=base.bureau)
    for worker, firm, day, status in made.values_list(person, "enterprise_id", "referred_on", "status"):
        found.known.add((worker, firm, day))
        if status in LIVE:
            found.live.add((worker, firm))
    return found


def _line(row: CleanedRow, recorded: Recorded, day: date) -> ReferralLine | Wrong:
    """The row as it is meant, or what is wrong with it: column, code, message, what to do."""
    v = row.values
    if v["referred_on"] > day:
        return "referred_on", "DATE_IN_FUTURE", f"推荐日期 {v['referred_on']} 晚于上传日 {day}", "请核对推荐日期的年份"
    worker = recorded.workers.get(person_key(v["id_number"]))
    seats = [s for s in recorded.seats.get(worker or 0, []) if s.ends_on <= v["referred_on"]]
    if v["class_number"]:
        seats = [s for s in seats if s.number == v["class_number"]]
    if worker is None or not seats:
        fix = "请核对证件号码、班次和推荐日期；合格名单未上传的请先上传"
        return "id_number", "NOT_PASSED", "推荐日之前在本基地没有考核合格的记录", fix
    firm = _enterprise(v, recorded)
    if not isinstance(firm, int):
        return firm
    return _wrong_days(v, day) or ReferralLine(
        worker, seats[-1], firm, OUTCOMES[v["outcome"] or Referral.Status.REFERRED.label]
    )


def _enterprise(v: dict[str, Any], recorded: Recorded) -> int | Wrong:
    if v["credit_code"]:
        found = recorded.by_code.get(v["credit_code"])
        return found or ("credit_code", "ENTERPRISE_UNKNOWN", "企业名录中没有该信用代码", "请与企业核对信用代码")
    named = recorded.by_name.get(v["enterprise_name"], [])
    if len(named) == 1:
        return named[0]
    if named:
        return "enterprise_name", "ENTERPRISE_AMBIGUOUS", "企业名录中有几家同名企业", "请填写统一社会信用代码"
    return "enterprise_name", "ENTERPRISE_UNKNOWN", "企业名录中没有该企业", "请按营业执照填写企业全称，或填写信用代码"


def _wrong_days(v: dict[str, Any], day: date) -> Wrong | None:
    """A state has its day, in order; a refusal has its reason."""
    status = OUTCOMES[v["outcome"] or Referral.Status.REFERRED.label]
    for name, words in (("interview_on", "面试日期"), ("result_on", "结果日期")):
        if v[name] is not None and v[name] < v["referred_on"]:
            return name, "DAY_BEFORE_REFERRAL", f"{words} {v[name]} 早于推荐日期 {v['referred_on']}", "请核对两个日期"
    if v["result_on"] is not None and v["result_on"] > day:
        return "result_on", "DATE_IN_FUTURE", f"结果日期 {v['result_on']} 尚未到", "请核对结果日期"
    if status == Referral.Status.AGREED and v["interview_on"] is None:
        return "interview_on", "DAY_MISSING", "结果为“已约面试”，没有填写面试日期", "请填写面试日期"
    if status not in (Referral.Status.REFERRED, Referral.Status.AGREED) and v["result_on"] is None:
        return "result_on", "DAY_MISSING", f"结果为“{v['outcome']}”，没有填写结果日期", "请填写结果日期"
    if status == Referral.Status.REFUSED and not v["refusal"]:
        return "refusal", "REASON_MISSING", "结果为“未录用”，没有填写原因", "请从下拉列表选择原因"
    return None


def _repeated(
    row: CleanedRow, line: ReferralLine, recorded: Recorded, seen: dict[tuple[int, int, date | str], int]
) -> Wrong | None:
    """The same referral twice in the file, or a second live one; what is recorded with the same day is simply known."""
    pair, day = (line.worker_id, line.enterprise_id), row.values["referred_on"]
    first = seen.setdefault((*pair, day), row.number)
    if first != row.number:
        return (
            "id_number",
            "DUPLICATE_IN_FILE",
            f"与第 {first} 行重复（同一人、同一企业、同一日期）",
            "请删除重复的一行",
        )
    if (*pair, day) in recorded.known or line.status not in LIVE:
        return None
    first = seen.setdefault((*pair, "live"), row.number)
    if first != row.number:
        return "outcome", "ALREADY_REFERRED", f"与第 {first} 行同一人、同一企业，都还没有结果", "请填写前一次推荐的结果"
    if pair in recorded.live:
        return "outcome", "ALREADY_REFERRED", "该人已推荐给该企业，正等待答复", "请先登记前一次推荐的结果，或删除这一行"
    return None


def apply_referrals(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Referrals not recorded yet, in the state the list gives them; what is recorded is not changed.

    Counts: `new` referrals, `unchanged` lines.
    """
    lines, known = checked.found
    stamp = (context.upload.pk, recorded_now(), context.actor.pk)
    fresh = [
        _columns(row.values, lines[row.number], context.organisation.pk, stamp)
        for row in checked.accepted
        if (lines[row.number].worker_id, lines[row.number].enterprise_id, row.values["referred_on"]) not in known
    ]
    if fresh:
        load_rows("training_referral", COLUMNS, fresh)
        record_event(
            actor=context.actor,
            code="referral.listed",
            subject=context.upload,
            day=context.day,
            changes={"count": len(fresh)},
        )
    return {"new": len(fresh), "unchanged": len(checked.accepted) - len(fresh)}


def _columns(v: dict[str, Any], line: ReferralLine, base: int, stamp: tuple[Any, ...]) -> tuple[Any, ...]:
    status, result_on = line.status, v["result_on"]
    is_over = status in (Referral.Status.REFUSED, Referral.Status.WITHDRAWN)
    return (
        status, 1, new_link_reference(), line.seat.enrolment_id, line.worker_id, base, line.enterprise_id, False, v["referred_on"],
        v["referred_on"] if v["interview_on"] else None, v["interview_on"],
        result_on if status == Referral.Status.INTERVIEWED else None, result_on if status == Referral.Status.OFFERED else None,
        result_on if is_over else None, REFUSALS[v["refusal"]] if status == Referral.Status.REFUSED else "",
        v["note"][:LONGEST_NOTE], *stamp,
    )  # fmt: skip
