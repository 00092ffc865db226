"""认定统计: sittings, people assessed, passed, certificates, by level, trade and assessor, in a span of days; also a workbook; alarms.

Counted are sittings whose results another person has confirmed, by the day they were held; who was absent is not assessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from park_workers.models import Membership, Organisation
from park_workers.services.exports import write_export
from training.models import AssessmentSitting, SittingResult
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import check_can_read_sitting_figures
from training.services.assessment_terms import terms_on
from training.sitting_alarms import Alarm, AlarmLimits, ScopeFact, SittingFact, sitting_alarms

Verdict = SittingResult.Verdict
TITLES = {5: "初级工", 4: "中级工", 3: "高级工", 2: "技师", 1: "高级技师"}
CURRENT = Q(results__is_current=True)
TITLE = "技能等级认定统计"
HEADERS = ("分类", "名称", "场次", "认定人数", "合格人数", "合格率", "发证数")
TOOK_PLACE = ("held", "results_entered", "confirmed")


@dataclass
class Row:
    """Figures of one level, trade or assessor; `key` is what a list of sittings is filtered by."""

    name: str
    key: Any
    sittings: int = 0
    assessed: int = 0
    passed: int = 0
    certificates: int = 0

    def add(self, sittings: int, assessed: int, passed: int, certificates: int) -> None:
        """More of the same."""
        self.sittings += sittings
        self.assessed += assessed
        self.passed += passed
        self.certificates += certificates

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """As tables state it."""
        return self.sittings, self.assessed, self.passed, self.certificates


@dataclass
class SittingFigures:
    """The figures of a span; `waiting` sittings took place in it and are not counted yet."""

    first: date
    last: date
    total: Row
    waiting: int
    by_level: list[Row] = field(default_factory=list)
    by_trade: list[Row] = field(default_factory=list)
    by_assessor: list[Row] = field(default_factory=list)

    @property
    def tables(self) -> tuple[tuple[str, str, list[Row]], ...]:
        """The parts: title, what a list of sittings is filtered by, rows."""
        return (
            ("按级别", "level", self.by_level), ("按职业工种", "trade", self.by_trade),
            ("按认定机构", "assessor", self.by_assessor),
        )  # fmt: skip


def level_title(level: int) -> str:
    """五级（初级工）."""
    return f"{LEVEL_NAMES[level]}（{TITLES[level]}）"


def _held_between(bureau: Organisation, first: date, last: date) -> QuerySet[AssessmentSitting]:
    return AssessmentSitting.objects.filter(assessor__bureau=bureau, held_on__gte=first, held_on__lte=last)


def sitting_figures(bureau: Organisation, first: date, last: date) -> SittingFigures:
    """Figures of a bureau's assessors from `first` to `last`, both included."""
    held = _held_between(bureau, first, last)
    groups = (
        held.filter(status="confirmed")
        .values_list("level", "trade", "assessor__organisation_id", "assessor__organisation__name")
        .annotate(
            sittings=Count("pk", distinct=True),
            assessed=Count("results", filter=CURRENT & ~Q(results__verdict=Verdict.ABSENT)),
            passed=Count("results", filter=CURRENT & Q(results__verdict=Verdict.PASSED)),
            certificates=Count("results", filter=CURRENT & ~Q(results__certificate_number="")),
        )
        .order_by("-level", "trade", "assessor__organisation__name", "assessor__organisation_id")
    )
    found = SittingFigures(first, last, Row("合计", None), held.filter(status__in=TOOK_PLACE[:2]).count())
    tables: tuple[dict[Any, Row], ...] = ({}, {}, {})
    for level, trade, organisation, name, *cells in groups:
        found.total.add(*cells)
        for table, key, word in zip(
            tables, (level, trade, organisation), (level_title(level), trade, name), strict=True
        ):
            table.setdefault(key, Row(word, key)).add(*cells)
    found.by_level, found.by_trade, found.by_assessor = (list(table.values()) for table in tables)
    found.by_trade.sort(key=lambda row: (-row.assessed, row.name))
    found.by_assessor.sort(key=lambda row: (-row.assessed, row.name))
    return found


def rate(passed: int, assessed: int) -> str:
    """Of a hundred, with one place, by whole numbers."""
    if not assessed:
        return "—"
    thousandths = (passed * 1000 + assessed // 2) // assessed
    return f"{thousandths // 10}.{thousandths % 10}%"


def export_sitting_figures(*, actor: Membership, first: date, last: date, now: datetime) -> tuple[str, bytes]:
    """The figures of the actor's bureau as a workbook with its file name, noted in the log first.

    Raises PermissionRefused; RuleViolation TOO_MANY_EXPORTS.
    """
    check_can_read_sitting_figures(actor, actor.organisation)
    figures = sitting_figures(actor.organisation, first, last)
    total = Row(f"{first} 至 {last}", None, *figures.total.cells)
    lines = [
        (part, row.name, *row.cells[:3], rate(row.passed, row.assessed), row.certificates)
        for part, _, rows in (*figures.tables, ("合计", "", [total]))
        for row in rows
    ]
    content = write_export(
        actor=actor, title=TITLE, headers=HEADERS, lines=lines, rows=len(lines), now=now,
        filters={"from": first.isoformat(), "until": last.isoformat()},
    )  # fmt: skip
    return f"{TITLE}-{first:%Y%m%d}-{last:%Y%m%d}.xlsx", content


def alarms_between(bureau: Organisation, first: date, last: date) -> list[Alarm]:
    """Alarms about sittings that took place in a span, by the parameters of its last day."""
    terms = terms_on(bureau_id=bureau.pk, day=last)
    limits = AlarmLimits(terms.most_per_examiner, terms.most_sittings, terms.span_days)
    # What began before the span may be what makes it too dense.
    since = first - timedelta(days=terms.span_days - 1)
    rows = _held_between(bureau, since, last).filter(status__in=TOOK_PLACE)
    found = sitting_alarms(list(_facts(rows)), limits)
    by_day = {row.pk: row.held_on for row in rows}
    return [alarm for alarm in found if any(first <= by_day[pk] <= last for pk in alarm.sittings)]


def _facts(rows: QuerySet[AssessmentSitting]) -> Iterable[SittingFact]:
    counted = rows.select_related("assessor__organisation").prefetch_related("examiners", "assessor__scopes").annotate(
        assessed=Count("results", filter=CURRENT & ~Q(results__verdict=Verdict.ABSENT)),
        issued=Count("results", filter=CURRENT & ~Q(results__certificate_number="")),
    )  # fmt: skip
    for one in counted:
        filing = one.assessor
        cards = {e.card_number for e in one.examiners.all() if e.is_live and e.judges_practice}
        scopes = tuple(ScopeFact(s.trade, s.lowest, s.highest, s.valid_from, s.valid_to) for s in filing.scopes.all())
        yield SittingFact(
            one.pk, filing.organisation.name, one.trade, one.level, one.held_on, one.capacity, one.assessed, one.issued,
            tuple(sorted(cards)), filing.valid_from, filing.last_day, scopes,
        )  # fmt: skip
