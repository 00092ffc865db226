"""The rows of lists that may be taken away: the same people, words and masks as on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from pages import why
from pages.desk.batches import batches_seen_by
from pages.desk.enterprise_figures import with_figures
from pages.desk.tabs import lines_of
from pages.desk.workers import chosen_workers, with_work
from park_workers.foundation.masking import mask_id_number, mask_phone
from park_workers.models import Membership
from park_workers.services.exports import long_list
from subsidies.models import Batch, LineDecision, LineItem

AT_ONCE = 1_000
WORKERS, BATCH_LINES = "workers", "batch_lines"
WORKER_HEADERS = (
    "姓名", "证件号码", "性别", "出生日期", "手机号码", "户籍地", "最近企业", "工种", "一线", "入职日期", "离职日期", "状态",
)  # fmt: skip
LINE_HEADERS = (
    "序号", "结果", "姓名", "证件号码", "企业或收款人", "入职日期", "合同月数", "连续参保月数", "不合格原因", "处理", "处理理由",
    "金额（元）",
)  # fmt: skip
FIRM_HEADERS = (
    "企业", "统一社会信用代码", "类型", "园区", "入园日期", "在职人数", "一线人数", "年度到账（元）", "待拨付（元）", "收款账户",
)  # fmt: skip


@long_list(WORKERS, WORKER_HEADERS)
def worker_lines(member: Membership, parameters: Mapping[str, str], day: date) -> Iterator[tuple[Any, ...]]:
    """A line for each person, read a thousand at a time so that memory stays flat."""
    rows, _ = chosen_workers(parameters, member)
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = found[-1].pk
        with_work(found, day)
        for one in found:
            work, post = one.work, one.post
            yield (
                one.name, mask_id_number(one.open_id_number()), one.sex, one.birth_on, mask_phone(one.open_phone()), one.origin,
                work.enterprise.name if work else "", post.trade if post else "", ("是" if post.is_front_line else "否") if post else "",
                work.hired_on if work else "", work.left_on if work else "",
                "在职" if one.is_employed else ("已离职" if work else "未就业"),
            )  # fmt: skip


@long_list(BATCH_LINES, LINE_HEADERS)
def batch_lines(member: Membership, parameters: Mapping[str, str], day: date) -> Iterator[tuple[Any, ...]]:
    """Every line of the batch's computation in force, with its reasons in words and what was decided on it since."""
    batch = batches_seen_by(member).get(pk=parameters["batch"])
    terms, last = batch.policy_version.parsed_terms, (-1, 0)
    while found := list(lines_of(batch).filter(_after(last))[:AT_ONCE]):
        last = (found[-1].position, found[-1].pk)
        standing = LineDecision.objects.filter(line__in=[line.pk for line in found], is_standing=True)
        decided = {decision.line_id: decision for decision in standing}
        for line in found:
            yield _line(line, decided.get(line.pk), terms)


def _after(last: tuple[int, int]) -> Q:
    return Q(position__gt=last[0]) | Q(position=last[0], pk__gt=last[1])


def _line(line: LineItem, decision: LineDecision | None, terms: Any) -> tuple[Any, ...]:
    worker: Any = line.worker
    months = "无固定期限" if line.contract_is_open_ended else line.contract_months
    return (
        line.position, "合格" if line.is_eligible else "不合格", worker.name if worker else "",
        mask_id_number(worker.open_id_number()) if worker else "", line.claim.payee_name, line.hired_on, months,
        line.insured_run_months, "；".join(words for _, words in why.reasons_of(line.fail_mask, terms, line.period_key)),
        decision.get_kind_display() if decision else "", decision.reason if decision else "", _yuan(line.amount_fen),
    )  # fmt: skip


def line_count(batch: Batch) -> int:
    """Lines of the computation in force."""
    return batch.current.lines if batch.current else 0


def firm_lines(rows: Any, day: date, year: int) -> Iterator[tuple[Any, ...]]:
    """A line for each enterprise with the figures of a year."""
    found = list(rows.in_directory_order())
    with_figures(found, day, year)
    for one in found:
        yield (
            one.name, one.organisation.credit_code, one.kind, one.park_name, one.admitted_on or "", one.heads, one.fronts,
            _yuan(one.paid_fen), _yuan(one.owed_fen), "在用" if one.has_account else "没有",
        )  # fmt: skip


def _yuan(fen: int) -> str:
    """Yuan with two places, as text: a float is no money."""
    return f"{fen // 100}.{fen % 100:02d}"
