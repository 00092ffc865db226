"""The 22 signs of a certificate number against what is said beside it: year, level, and whose assessor gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from park_workers.foundation.identifiers import IdentifierProblem, check_certificate_number
from training.pass_list.findings import WARNING, Finding
from training.pass_list.limits import PassLimits
from training.pass_list.reader import LEVEL_NAMES, PassLine
from training.pass_list.recorded import FiledAssessor, Recorded

COLUMN = "certificate_number"
#: kind and assessor, by which filings are known
FILED_SIGNS = 5


def judge_number(
    number: str, *, trade: str, level: int, ends_on: date, issued_on: date, row: int, recorded: Recorded
) -> Iterator[Finding]:  # fmt: skip
    """Warnings only: the numbering has had several forms, and the paper decides.

    A number that is not the 22 signs has been warned about when it was read.
    """
    try:
        stated = check_certificate_number(number)
    except IdentifierProblem:
        return
    if stated.year != issued_on.year:
        message = f"证书编号中的年份为 {stated.year} 年，发证日期为 {issued_on}"
        yield Finding(row, COLUMN, "CERT_YEAR_MISMATCH", message, "请对照证书核对编号与发证日期", WARNING)
    if stated.level != level:
        message = f"证书编号中的级别为{LEVEL_NAMES[stated.level]}，填写的级别为{LEVEL_NAMES[level]}"
        yield Finding(row, COLUMN, "CERT_LEVEL_MISMATCH", message, "请对照证书核对编号与级别", WARNING)
    if stated.assessor in recorded.foreign_assessors:
        message = f"证书编号前13位 {stated.assessor} 登记在另一基地的评价机构名下"
        yield Finding(row, COLUMN, "CERT_ASSESSOR_MISMATCH", message, "请对照证书核对编号与评价机构", WARNING)
    elif recorded.assessors and stated.assessor not in recorded.assessors:
        message = f"证书编号前13位 {stated.assessor} 不是本基地已登记的评价机构代码"
        fix = "请对照证书核对；确为新的评价机构，请人社局登记其代码"
        yield Finding(row, COLUMN, "CERT_ASSESSOR_UNKNOWN", message, fix, WARNING)
    filings = recorded.filings.get(stated.assessor[:FILED_SIGNS], ())
    for code, message in _judge_filing(filings, trade, level, (ends_on, issued_on)):
        fix = "请对照证书核对编号、工种、级别和日期；属实的请联系区人社局核对该机构备案"
        yield Finding(row, COLUMN, code, message, fix, WARNING)


def _judge_filing(
    filings: Sequence[FiledAssessor], trade: str, level: int, days: tuple[date, date]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Whether the number's assessor was filed for it on one of the days: the class's last one, or that of issue.

    An assessor without any filing here is none of ours (or filed with the province): nothing is said.
    """
    in_force = [one for one in filings if any(one.lasts(day) for day in days)]
    if filings and not in_force:
        last = max(filings, key=lambda one: one.last_day)
        span = f"{last.first_day} 至 {last.last_day}"
        yield "CERT_FILING_NOT_IN_FORCE", f"证书编号所属机构“{last.name}”的备案有效期为 {span}，结业和发证均不在其内"
    scopes = [scope for one in in_force for scope in one.scopes]
    if in_force and not any(scope.holds(trade, level, day) for scope in scopes for day in days):
        name, what = in_force[-1].name, f"{trade}{LEVEL_NAMES[level]}"
        yield "CERT_OUTSIDE_FILING", f"证书编号所属机构“{name}”的备案范围不含“{what}”"


def judge_bursts(lines: Sequence[PassLine], limits: PassLimits, recorded: Recorded) -> Iterator[Finding]:
    """So many certificates of the base within so few days that somebody should look: said once a list, at its first line."""
    fresh = [
        line
        for line in lines
        if line.certificate_number and line.issued_on and line.certificate_number not in recorded.certificates
    ]
    by_day = Counter(recorded.issued)
    by_day.update(line.issued_on for line in fresh if line.issued_on)
    found = busiest_span(by_day, limits.burst_days)
    if found is None or not fresh:
        return
    first, last, count = found
    inside = [line for line in fresh if line.issued_on and first <= line.issued_on <= last]
    if count > limits.burst_certificates and inside:
        message = f"本基地 {first} 至 {last} 共发证 {count} 本，超过 {limits.burst_certificates} 本"
        fix = "请核对考核场次和发证日期；属实的可以确认"
        yield Finding(inside[0].number, "issued_on", "CERT_BURST", message, fix, WARNING)


def busiest_span(by_day: Counter[date], days: int) -> tuple[date, date, int] | None:
    """First day, last day and sum of the fullest span of so many days; None when there is nothing."""
    ordered, best, start, held = sorted(by_day), None, 0, 0
    for day in ordered:
        held += by_day[day]
        while ordered[start] <= day - timedelta(days=days):
            held -= by_day[ordered[start]]
            start += 1
        if best is None or held > best[2]:
            best = (ordered[start], day, held)
    return best
