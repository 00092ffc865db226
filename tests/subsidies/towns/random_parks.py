"""Random parks whose days lie at the edges of a rule: the last of a month, a birthday, the day before a contract is long enough."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

from tests.subsidies.towns.counting import DAY, Firm, Job, Park, Person, limit_in_months, plus
from tests.subsidies.towns.rules import DISPATCH, INJURY, OTHER, PENSION, TEXTILE, UNEMPLOYMENT, Rule


def random_park(rule: Rule, number_of: Callable[[int, date], str], *, seed: int, people: int = 36) -> Park:
    """A park whose days lie at the edges of a rule; `number_of(order, born)` gives a document number, odd orders are men."""
    chance, park = random.Random(f"{rule.code} {seed}"), Park()
    cutoff = chance.choice(rule.cutoffs)
    for n in range(5):
        admitted = (
            chance.choice([date(2021, 3, 31), cutoff, cutoff + DAY, cutoff - DAY, None]) if n else date(2021, 1, 1)
        )
        park.firms.append(Firm(chance.choice([TEXTILE, TEXTILE, OTHER, DISPATCH]) if n > 2 else TEXTILE, admitted))
    for order in range(people):
        hired = _hire_day(rule, chance)
        sex = chance.choice("男女")
        born = _birthday(rule, chance, sex, hired)
        person = Person(number_of(100 + 2 * order + (sex == "男"), born), born, sex)
        if chance.random() < 0.12:
            person.others.add(chance.choice([*rule.others, "无关补贴"]))
        park.people.append(person)
        _add_jobs(park, rule, chance, person, hired)
    for job in park.jobs:
        if chance.random() < 0.8:
            few = park.people[:2]
            job.introducer = job.person if chance.random() < 0.06 else chance.choice(few)
    return park


def _hire_day(rule: Rule, chance: random.Random) -> date:
    first, last = rule.window
    edges = [first - DAY, first, last, last + DAY]
    # months of staying end on the cut-off days
    for stay in filter(None, (rule.employed_months, *(months for months, _ in rule.instalments))):
        edges += [plus(cutoff + DAY, -stay) + DAY * n for cutoff in rule.cutoffs for n in (-1, 0, 1)]
    return chance.choice(edges) if chance.random() < 0.4 else first + DAY * chance.randint(0, (last - first).days)


def _birthday(rule: Rule, chance: random.Random, sex: str, hired: date) -> date:
    if chance.random() < 0.15 and rule.youngest:
        return plus(hired, -12 * rule.youngest) + DAY * chance.choice((-1, 0, 1))
    if chance.random() < 0.3 and rule.ages:
        usual = date(hired.year - 40, 5, 17)
        months = limit_in_months(rule.ages, sex, usual, hired)
        near = plus(hired, -months)
        months = limit_in_months(rule.ages, sex, near, hired)
        return plus(hired, -months) + DAY * chance.choice((-1, 0, 1, 2))
    return chance.choice([date(2000, 2, 29), date(1996, 2, 29), hired - DAY * chance.randint(7000, 16000)])


def _add_jobs(park: Park, rule: Rule, chance: random.Random, person: Person, hired: date) -> None:
    job = _job(rule, chance, person, chance.choice(park.firms), hired)
    park.jobs.append(job)
    _insure(park, rule, chance, job)
    if chance.random() < 0.2:  # left and came back, or a second firm on the same day
        back = job.left_on + DAY * chance.randint(1, 40) if job.left_on else hired
        firm = job.firm if job.left_on else park.firms[park.firms.index(job.firm) - 1]
        again = _job(rule, chance, person, firm, back)
        park.jobs.append(again)
        _insure(park, rule, chance, again)


def _job(rule: Rule, chance: random.Random, person: Person, firm: Firm, hired: date) -> Job:
    months = rule.contract_months or 12
    start = hired + DAY * chance.choice((0, 0, 0, 1, 31))
    ends = [None, *(plus(start, months) + DAY * n for n in (-2, -1, 0)), plus(start, months + 12)]
    contracts = [(start, chance.choice(ends), "劳动合同" if chance.random() < 0.95 else DISPATCH)]
    if contracts[0][1] and chance.random() < 0.25:  # renewed, perhaps for too short a time, perhaps after the cut-off
        renewed = chance.choice([plus(start, 2), *(cutoff + DAY * n for cutoff in rule.cutoffs for n in (0, 1))])
        if renewed > start:
            contracts.append((renewed, plus(renewed, chance.choice((1, months))) - DAY, "劳动合同"))
    posts = [(hired, chance.choice(["平车", "裁床", "人事专员"]), chance.random() < 0.85)]
    if chance.random() < 0.2:
        posts.append(
            (
                chance.choice([cutoff + DAY * n for cutoff in rule.cutoffs for n in (0, 1)]),
                "冚车",
                chance.random() < 0.5,
            )
        )
        posts = [p for p in posts if p[0] > hired or p is posts[0]]
    left = None
    if chance.random() < 0.3:
        days = [cutoff + DAY * n for cutoff in rule.cutoffs for n in (-1, 0, 1)]
        days += [plus(hired, m) - DAY * n for m in (rule.employed_months or 6, 6, 12) for n in (1, 2)]
        left = chance.choice([d for d in days if d >= hired] or [None])
    return Job(person, firm, hired, left, contracts, posts)


def _insure(park: Park, rule: Rule, chance: random.Random, job: Job) -> None:
    first, place = job.hired_on.year * 12 + job.hired_on.month - 1, park.firms.index(job.firm)
    last = max(rule.cutoffs).year * 12 + max(rule.cutoffs).month
    for month in range(first + chance.choice((0, 0, 1)), last + 1):
        for kind in (PENSION, UNEMPLOYMENT, INJURY):
            if chance.random() < (0.93 if kind in rule.insurances else 0.5):
                park.insured.add((job.person.number, place, month, kind))
