"""What is worth a look in sittings: too much in too little time, and outside the filing.  Pure: facts in, alarms with evidence out.

After an audit finding: 2,600 certificates, 25 sittings in two months, outside the scope of the licence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class ScopeFact:
    """A trade with its levels (lowest 5 … highest 1) and span."""

    trade: str
    lowest: int
    highest: int
    first: date
    last: date

    def holds(self, trade: str, level: int, day: date) -> bool:
        """Whether it covers a sitting."""
        return self.trade == trade and self.highest <= level <= self.lowest and self.first <= day <= self.last


@dataclass(frozen=True)
class SittingFact:
    """A sitting that took place: people assessed (absent ones not), examiners of practice by card number, certificates."""

    pk: int
    assessor: str
    trade: str
    level: int
    day: date
    capacity: int
    assessed: int
    certificates: int
    examiners: tuple[str, ...]
    #: last day of the filing's span, and its scope
    filing_first: date
    filing_last: date
    scopes: tuple[ScopeFact, ...] = ()


@dataclass(frozen=True)
class AlarmLimits:
    """Beyond these there is an alarm."""

    most_per_examiner: int
    most_sittings: int
    span_days: int


@dataclass(frozen=True)
class Alarm:
    """One finding: which kind, about which assessor, in a sentence with the figures, and the sittings that show it."""

    code: str
    assessor: str
    day: date
    sentence: str
    sittings: tuple[int, ...] = field(default=())


#: kind -> word
KINDS = {
    "OUTSIDE_SCOPE": "超出备案范围", "OUTSIDE_VALIDITY": "超出备案有效期", "TOO_MANY_SITTINGS": "场次过密",
    "TOO_MANY_PER_EXAMINER": "考评员当日人数过多", "ABOVE_CAPACITY": "超出计划人数",
}  # fmt: skip


def sitting_alarms(sittings: Sequence[SittingFact], limits: AlarmLimits) -> list[Alarm]:
    """Every alarm, in the order of kinds, days and assessors; the same facts in any order give the same alarms."""
    ordered = sorted(sittings, key=lambda one: (one.day, one.assessor, one.pk))
    found = [*_outside(ordered), *_too_dense(ordered, limits), *_examiners(ordered, limits), *_above_capacity(ordered)]
    kinds = list(KINDS)
    return sorted(found, key=lambda one: (kinds.index(one.code), one.day, one.assessor, one.sittings))


def _outside(sittings: Sequence[SittingFact]) -> Iterator[Alarm]:
    for one in sittings:
        if not one.filing_first <= one.day <= one.filing_last:
            sentence = f"{one.day} 不在备案有效期（{one.filing_first} 至 {one.filing_last}）内"
            yield Alarm("OUTSIDE_VALIDITY", one.assessor, one.day, sentence, (one.pk,))
        elif not any(scope.holds(one.trade, one.level, one.day) for scope in one.scopes):
            sentence = f"{one.day} 认定“{one.trade}”{one.level} 级，备案范围内没有"
            yield Alarm("OUTSIDE_SCOPE", one.assessor, one.day, sentence, (one.pk,))


def _too_dense(sittings: Sequence[SittingFact], limits: AlarmLimits) -> Iterator[Alarm]:
    """For each assessor the spans that hold more sittings than allowed; overlapping ones are told as the first."""
    by_assessor: dict[str, list[SittingFact]] = defaultdict(list)
    for one in sittings:
        by_assessor[one.assessor].append(one)
    for assessor, own in by_assessor.items():
        told: date | None = None
        for at, first in enumerate(own):
            last_day = first.day + timedelta(days=limits.span_days - 1)
            within = [one for one in own[at:] if one.day <= last_day]
            if len(within) <= limits.most_sittings or (told is not None and first.day <= told):
                continue
            told = within[-1].day
            people, issued = sum(o.assessed for o in within), sum(o.certificates for o in within)
            sentence = (
                f"{first.day} 至 {told} 共 {len(within)} 场（{limits.span_days} 天内不超过 {limits.most_sittings} 场），"
                f"认定 {people} 人，发证 {issued} 本"
            )
            yield Alarm("TOO_MANY_SITTINGS", assessor, first.day, sentence, tuple(one.pk for one in within))


def _examiners(sittings: Sequence[SittingFact], limits: AlarmLimits) -> Iterator[Alarm]:
    """People on a day shared out over the examiners of practice; a sitting without any counts as one examiner."""
    days: dict[tuple[str, date], list[SittingFact]] = defaultdict(list)
    for one in sittings:
        days[one.assessor, one.day].append(one)
    for (assessor, day), own in days.items():
        examiners = {card for one in own for card in one.examiners}
        people, issued = sum(one.assessed for one in own), sum(one.certificates for one in own)
        if people > limits.most_per_examiner * max(len(examiners), 1):
            sentence = f"{day} 认定 {people} 人、发证 {issued} 本，实操考评员 {len(examiners)} 名（每名至多 {limits.most_per_examiner} 人）"
            yield Alarm("TOO_MANY_PER_EXAMINER", assessor, day, sentence, tuple(one.pk for one in own))


def _above_capacity(sittings: Sequence[SittingFact]) -> Iterator[Alarm]:
    for one in sittings:
        if one.assessed > one.capacity:
            sentence = f"{one.day} 备案 {one.capacity} 人，实际认定 {one.assessed} 人"
            yield Alarm("ABOVE_CAPACITY", one.assessor, one.day, sentence, (one.pk,))
