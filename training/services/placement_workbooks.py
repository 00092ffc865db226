"""Workbooks of placement: the funnel, and the people of a stage; noted in the log, with the day they are of, who took them and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import polars as pl

from park_workers.models import Membership
from park_workers.services.exports import Row, write_export
from training.permissions import check_can_read_placements
from training.services.placed_people import PEOPLE_HEADERS, people_lines, seats_in, title_of
from training.services.placement_funnel import funnel_of

FUNNEL = "就业安置漏斗"
#: words of what a funnel is divided by
DIVISION_NAMES = {"base": "基地", "trade": "工种", "order": "订单", "class": "班次", "level": "级别"}
FUNNEL_COLUMNS = {
    "results": "合格人次", "passed": "合格人数", "referred": "已推荐", "interviewed": "已面试", "hired": "已入职",
    "hired_by_referral": "其中经推荐", "due_3": "满3个月应计", "kept_3": "满3个月在岗", "due_6": "满6个月应计",
    "kept_6": "满6个月在岗", "waiting": "等待答复", "never_placed": "合格未就业",
}  # fmt: skip


def export_funnel(
    *, actor: Membership, rows: pl.DataFrame, by: str, day: date, now: datetime, only: str = ""
) -> tuple[str, bytes]:
    """The funnel of some rows as of a day, divided by one of DIVISION_NAMES, with its file name.

    `only` says in words what was left out.  Raises PermissionRefused; RuleViolation TOO_MANY_EXPORTS.
    """
    made = funnel_of(rows, by=by, day=day)
    lines = [(row.label, *(getattr(row, name) for name in FUNNEL_COLUMNS)) for row in [*made.rows, made.total]]
    headers = (DIVISION_NAMES[by], *FUNNEL_COLUMNS.values())
    return _export(actor, FUNNEL, headers, lines, len(lines), day, now, only)


def export_people(
    *, actor: Membership, rows: pl.DataFrame, stage: str, day: date, now: datetime, only: str = ""
) -> tuple[str, bytes]:
    """The people of a stage or of NEVER, masked as on the page.  As `export_funnel`; RuleViolation EXPORT_TOO_LONG too."""
    seats = seats_in(rows, stage)
    lines = people_lines(seats, rows, day)
    return _export(actor, title_of(stage), PEOPLE_HEADERS, lines, len(seats), day, now, only)


def _export(
    actor: Membership, title: str, headers: Sequence[str], lines: Iterable[Row], count: int, day: date, now: datetime,
    only: str,
) -> tuple[str, bytes]:  # fmt: skip
    check_can_read_placements(actor)
    content = write_export(
        actor=actor, title=title, headers=headers, lines=lines, rows=count,
        filters={"as_of": day.isoformat(), "only": only}, now=now, about=f"截至 {day}　",
    )  # fmt: skip
    return f"{title}-{day:%Y%m%d}-{actor.user.display_name}.xlsx", content
