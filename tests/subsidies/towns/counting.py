"""Who gets what in a park, by docs/rules.md, with dates and loops only: nothing here is taken from the rules under test."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.subsidies.towns.rules import DISPATCH, Rule, Table

DAY = timedelta(days=1)


def plus(day: date, months: int) -> date:
    """Same day so many months later, at most the last of the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def lived_months(born: date, day: date) -> int:
    """Months complete on their own day number."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


@dataclass
class Firm:
    """An enterprise of the park."""

    kind: str
    admitted_on: date | None
    pk: int = 0


@dataclass
class Person:
    """Somebody, with the document number of nobody."""

    number: str
    born: date
    sex: str
    others: set[str] = field(default_factory=set)
    pk: int = 0


@dataclass
class Job:
    """One employment."""

    person: Person
    firm: Firm
    hired_on: date
    left_on: date | None
    #: (first day, last day or none, dispatch or contract)
    contracts: list[tuple[date, date | None, str]]
    #: (first day, trade, whether front line)
    posts: list[tuple[date, str, bool]]
    introducer: Person | None = None
    pk: int = 0


@dataclass
class Park:
    """Firms, people, employments, and who was insured where, when and how."""

    firms: list[Firm] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    #: (document number, place of the firm, month as year * 12 + month - 1, kind)
    insured: set[tuple[str, int, int, str]] = field(default_factory=set)
    #: code -> document numbers of those who hold a live entitlement
    paid: dict[str, set[str]] = field(default_factory=dict)

    def run(self, job: Job, rule: Rule, cutoff: date) -> int:
        """Months without a gap up to the cut-off month in which every insurance asked for was paid."""
        at, count = cutoff.year * 12 + cutoff.month - 1, 0
        place = self.firms.index(job.firm)
        while all((job.person.number, place, at - count, kind) in self.insured for kind in rule.insurances):
            count += 1
        return count


def tested_contract(job: Job, cutoff: date) -> tuple[date, date | None, str] | None:
    begun = [c for c in job.contracts if c[0] <= cutoff]
    return max(begun) if begun else min(job.contracts, default=None)


def is_front_line(job: Job, cutoff: date) -> bool:
    begun = [p for p in job.posts if p[0] <= cutoff]
    return (max(begun) if begun else min(job.posts))[2]


def limit_in_months(table: Table, sex: str, born: date, hired: date) -> int:
    """The age limit of one person in months of life."""
    if "男" not in table:
        days = sorted(table)
        table = table[max([d for d in days if d <= hired], default=days[0])]
    said = table[sex]
    if isinstance(said, int):
        return said * 12
    months = int(said["years"]) * 12 + int(said.get("months", 0))
    if "from" in said:
        reached = born.year * 12 + born.month - 1 + months
        since = reached - (said["from"].year * 12 + said["from"].month - 1)
        if since >= 0:
            months = min(months + since // int(said["one_month_per"]) + 1, int(said["until_years"]) * 12)
    return months


def refusals(park: Park, rule: Rule, job: Job, cutoff: date, months: int | None = None) -> Iterator[str]:
    """The conditions that this employment fails on the day, each by itself; `months` of an instalment."""
    person, firm = job.person, job.firm
    contract = tested_contract(job, cutoff)
    if firm.admitted_on is None or firm.admitted_on > cutoff:
        yield "NOT_ADMITTED"
    if rule.firm_kind and firm.kind != rule.firm_kind:
        yield "WRONG_KIND"
    if firm.kind == DISPATCH or contract is None or contract[2] == DISPATCH:
        yield "DISPATCHED"
    if not rule.window[0] <= job.hired_on <= rule.window[1]:
        yield "NOT_IN_TIME"
    if not is_front_line(job, cutoff):
        yield "NO_FRONT_LINE"
    if rule.contract_months and not (
        contract and (contract[1] is None or contract[1] >= plus(contract[0], rule.contract_months) - DAY)
    ):
        yield "SHORT_CONTRACT"
    if rule.insured_months and park.run(job, rule, cutoff) < rule.insured_months:
        yield "SHORT_INSURANCE"
    if job.left_on and job.left_on < cutoff and not (rule.employed_months or months):
        yield "GONE"
    if rule.youngest and lived_months(person.born, job.hired_on) // 12 < rule.youngest:
        yield "TOO_YOUNG"
    if rule.ages and lived_months(person.born, job.hired_on) >= limit_in_months(
        rule.ages, person.sex, person.born, job.hired_on
    ):
        yield "TOO_OLD"
    yield from _had_before(park, rule, person, months)
    yield from _refused_stay(rule, job, cutoff, months)
    if rule.payee == "introducer" and job.introducer:
        yield from _refused_introduction(park, rule, job, cutoff)


def _had_before(park: Park, rule: Rule, person: Person, months: int | None) -> Iterator[str]:
    for number, code in enumerate((f"{rule.code}/{months}" if months else rule.code, *rule.not_after)):
        if person.number in park.paid.get(code, ()):
            yield f"HAD_{number}"
    if person.others & set(rule.others):
        yield "HAD_OTHER"


def _refused_stay(rule: Rule, job: Job, cutoff: date, months: int | None) -> Iterator[str]:
    stay = months or rule.employed_months
    if stay:
        complete = plus(job.hired_on, stay) - DAY
        if job.left_on and job.left_on < complete:
            yield f"LEFT_{stay}"
        if complete > cutoff:
            yield f"EARLY_{stay}"


def _refused_introduction(park: Park, rule: Rule, job: Job, cutoff: date) -> Iterator[str]:
    if job.introducer is job.person:
        yield "OF_ONESELF"
    held = [p for other in park.jobs if other.person is job.introducer and other.firm is job.firm for p in other.posts]
    if any(first <= cutoff and trade in rule.staff for first, trade, _ in held):
        yield "OF_STAFF"


def expected(park: Park, rule: Rule, cutoff: date, spent: dict[tuple[str, int], int]) -> dict[tuple[int, str], Any]:
    """(employment, period) -> (failing conditions, fen) for everybody hired by the cut-off; the yearly cap goes by completed months.

    `spent`: fen that an introducer has had in a year in other batches.
    """
    found: dict[tuple[int, str], Any] = {}
    for job in park.jobs:
        if job.hired_on > cutoff or (rule.payee == "introducer" and job.introducer is None):
            continue
        parts = rule.instalments or ((0, rule.yuan),)
        for number, (months, yuan) in enumerate(parts, 1):
            codes = list(refusals(park, rule, job, cutoff, months or None))
            key = (job.pk, f"part-{number}" if rule.instalments else "once")
            found[key] = (codes, 0 if codes else round(yuan * 100))
    if rule.yearly_yuan:
        _apply_cap(park, rule, found, dict(spent))
    return found


def _apply_cap(park: Park, rule: Rule, found: dict[tuple[int, str], Any], had: dict[tuple[str, int], int]) -> None:
    assert rule.yearly_yuan and rule.employed_months
    complete = {job.pk: plus(job.hired_on, rule.employed_months) - DAY for job in park.jobs}
    good = [job for job in park.jobs if not found.get((job.pk, "once"), ([1], 0))[0]]
    for job in sorted(good, key=lambda j: (complete[j.pk], j.hired_on, park.firms.index(j.firm), j.pk)):
        assert job.introducer is not None
        key = (job.introducer.number, complete[job.pk].year)
        if had.get(key, 0) + rule.yuan * 100 > rule.yearly_yuan * 100:
            found[job.pk, "once"] = (["OVER_CAP"], 0)
        else:
            had[key] = had.get(key, 0) + round(rule.yuan * 100)
