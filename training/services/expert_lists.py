"""评审专家名册: a whole list of experts put into the pool; each entry still waits for a second person, as one put in by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from park_workers.foundation.audit import record_event
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.models import Membership, Organisation, Role
from park_workers.services.imports import CheckedRows, ImportContext
from training.models import Expert, ExpertTie, Rubric
from training.services.experts import SHORTAGE_TRADES, add_tie, propose_expert

BETWEEN_TRADES = re.compile(r"[、,，;；/\s]+")
LONGEST = {"title": 80, "username": 150}
Wrong = tuple[str, str, str, str]


@dataclass(frozen=True)
class ExpertLine:
    """A good row: whose account, which trades, tied to which employer; `is_known`: the same person is in the pool already."""

    membership: Membership
    trades: tuple[str, ...]
    employer: Organisation | None
    is_known: bool


@dataclass
class Pool:
    """What the rows are compared with."""

    accounts: dict[str, Membership]
    trades: set[str]
    #: person's key -> account in the pool, and the other way round
    accounts_by_key: dict[str, int]
    keys_by_account: dict[int, str]
    employers: dict[str, list[Organisation]] = field(default_factory=dict)


def check_experts(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """An expert's account of this bureau with that name, a person nobody has put in yet, known trades, one employer."""
    pool, checked = _pool(context, rows), CheckedRows()
    lines: dict[int, ExpertLine] = {}
    seen: dict[str, int] = {}
    for row in rows:
        found = _line(context, row, pool)
        wrong = found if isinstance(found, tuple) else _repeated(row, seen)
        if wrong is not None:
            checked.issues.append(context.issue(row, *wrong))
            continue
        assert isinstance(found, ExpertLine)
        lines[row.number] = found
        checked.accepted.append(row)
    checked.found = lines
    return checked


def _pool(context: ImportContext, rows: Sequence[CleanedRow]) -> Pool:
    """Accounts, trades, entries and employers in four queries."""
    bureau = context.organisation
    held = Membership.objects.in_force().filter(organisation=bureau, role=Role.EXPERT).select_related("user")
    entries = Expert.objects.filter(bureau=bureau).values_list("person_key", "membership_id")
    found = Pool(
        {one.user.username.lower(): one for one in held},
        {*SHORTAGE_TRADES, *Rubric.objects.filter(bureau=bureau).values_list("trade", flat=True)},
        dict(entries),
        {account: key for key, account in entries},
    )
    codes = {row.values["credit_code"] for row in rows if row.values["credit_code"]}
    names = {row.values["employer"] for row in rows if row.values["employer"]}
    organisations = Organisation.objects.filter(credit_code__in=codes) | Organisation.objects.filter(name__in=names)
    for one in organisations.distinct():
        for word in {one.credit_code or "", one.name}:
            found.employers.setdefault(word, []).append(one)
    return found


def _line(context: ImportContext, row: CleanedRow, pool: Pool) -> ExpertLine | Wrong:
    """The row as it is meant, or what is wrong with it: column, code, message, what to do."""
    v = row.values
    for name, longest in LONGEST.items():
        if len(v[name]) > longest:
            return name, "TEXT_TOO_LONG", f"有 {len(v[name])} 个字，超过 {longest} 个字", "请缩短后重新上传"
    account = pool.accounts.get(v["username"].lower())
    if account is None:
        return (
            "username",
            "ACCOUNT_UNKNOWN",
            "本局没有这个评审专家账号",
            "请先由安全管理员授予“评审专家”岗位，并核对登录名",
        )
    if account.user.display_name != v["name"]:
        message = f"与账号登记的姓名不一致（账号为 {account.user.display_name}）"
        return "name", "NAME_DIFFERS", message, "请核对姓名和登录名是否同一人"
    if account.user_id == context.actor.person_id:
        return "username", "NOT_FOR_YOURSELF", "不能提出本人入库", "请由另一位经办办理"
    trades = tuple(sorted({part for part in BETWEEN_TRADES.split(v["trades"]) if part}))
    unknown = [trade for trade in trades if trade not in pool.trades]
    if unknown:
        return "trades", "TRADE_UNKNOWN", f"没有“{'、'.join(unknown)}”工种", f"可填：{'、'.join(sorted(pool.trades))}"
    employer = _employer(v, pool)
    if isinstance(employer, tuple):
        return employer
    key = person_key(v["id_number"])
    in_pool, kept = pool.accounts_by_key.get(key), pool.keys_by_account.get(account.pk)
    if (in_pool is not None and in_pool != account.pk) or (kept is not None and kept != key):
        column = "id_number" if in_pool is not None else "username"
        return column, "EXPERT_KNOWN", "该证件号码或账号已在库，与本行不一致", "请在专家库中查找并核对"
    return ExpertLine(account, trades, employer, in_pool is not None)


def _employer(v: dict[str, Any], pool: Pool) -> Organisation | Wrong | None:
    """The employer by code or by its whole name; nobody for a row that names none."""
    word, column = (v["credit_code"], "credit_code") if v["credit_code"] else (v["employer"], "employer")
    found = pool.employers.get(word, []) if word else []
    if word and not found:
        return column, "ORGANISATION_UNKNOWN", "名录中没有该单位", "请填写全称或信用代码；不在园区的单位不必填写"
    if len(found) > 1:
        return column, "ORGANISATION_UNCLEAR", "名录中有几家同名单位", "请填写统一社会信用代码"
    return found[0] if found else None


def _repeated(row: CleanedRow, seen: dict[str, int]) -> Wrong | None:
    for column in ("id_number", "username"):
        first = seen.setdefault(f"{column}:{row.values[column].lower()}", row.number)
        if first != row.number:
            return column, "DUPLICATE_IN_FILE", f"与第 {first} 行重复", "一人一行，请删除重复的一行"
    return None


def apply_experts(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Entries proposed by whoever confirmed the file, with the tie to the employer; who is in the pool is left as they are.

    Counts: `new` entries, `unchanged` lines.
    """
    lines: dict[int, ExpertLine] = checked.found
    fresh = [row for row in checked.accepted if not lines[row.number].is_known]
    for row in fresh:
        v, line = row.values, lines[row.number]
        since = v["available_from"] or context.day
        made = propose_expert(
            actor=context.actor, membership=line.membership, id_number=v["id_number"], trades=line.trades, title=v["title"],
            available_from=since, day=context.day,
        )  # fmt: skip
        if line.employer is not None:
            add_tie(
                actor=context.actor, expert=made, kind=ExpertTie.Kind.EMPLOYER, organisation=line.employer, id_number="",
                note="名册登记", starts_on=v["employed_from"] or since, ends_on=None, day=context.day,
            )  # fmt: skip
    if fresh:
        record_event(actor=context.actor, code="expert.listed", subject=context.upload, day=context.day,
                     changes={"count": len(fresh)})  # fmt: skip
    return {"new": len(fresh), "unchanged": len(checked.accepted) - len(fresh)}
