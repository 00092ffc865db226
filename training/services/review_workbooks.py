"""Workbooks of a round: its results, and after the opening every expert's marks; noted in the log, with who took them and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.spreadsheets.writer import write_rows
from park_workers.models import Membership
from park_workers.services.exports import record_export
from training.models import ReviewRound
from training.panel_scores import points_text
from training.services.review_notices import results_of
from training.services.review_results import score_table

NO_GRADE = "未达合格线"
RESULT_HEADERS = ("编号", "姓名", "申报企业", "工种", "总评分", "等次", "确认日期", "等次撤销日期")
SCORE_HEADERS = (
    "编号",
    "姓名",
    "申报企业",
    "评委",
    "专家编号",
    "评分",
    "是否离群",
    "合议情况",
    "中位数",
    "总评分",
    "等次",
    "封存日期",
    "回执摘要",
)
Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def _result_rows(round_: ReviewRound, member: Membership) -> Table:
    """One line a candidate, as decided."""
    lines = [
        (
            one.application.blind_number, one.application.worker.name, one.application.enterprise.organisation.name, round_.trade,
            points_text(one.total), one.grade or NO_GRADE, one.decided_on, one.revoked_on,  # type: ignore[attr-defined]
        )
        for one in results_of(round_)
    ]  # fmt: skip
    return "评审结果", RESULT_HEADERS, lines


def _score_rows(round_: ReviewRound, member: Membership) -> Table:
    """One line a sheet: items with their marks, the total, and what was said of an outlier.  Raises TransitionRefused SCORES_SEALED."""
    items = round_.rubric_version.items
    headers = (
        *SCORE_HEADERS[:5],
        *(f"{item['label']}（满分{item['max_marks']}）" for item in items),
        *SCORE_HEADERS[5:],
    )
    return "评审评分", headers, list(_sheets(round_, member))


def _sheets(round_: ReviewRound, member: Membership) -> Iterator[tuple[Any, ...]]:
    keys = [item["key"] for item in round_.rubric_version.items]
    for row in score_table(reader=member, round_=round_):
        who = row.application
        for mark in row.marks:
            score, expert = mark.score, mark.seat.expert
            yield (
                who.blind_number, who.worker.name, who.enterprise.organisation.name, expert.name, expert.reference,
                *(score.marks[key] for key in keys), points_text(score.total), "是" if mark.is_outlier else "否", mark.note,
                points_text(row.median), points_text(row.total), row.grade or NO_GRADE, score.sheet.sealed_on, score.sheet.digest,
            )  # fmt: skip


TABLES = {"results": _result_rows, "scores": _score_rows}


def export_round(*, actor: Membership, round_: ReviewRound, table: str, now: datetime) -> tuple[str, bytes]:
    """One of `TABLES` as a workbook with who took it and when, noted in the log first; returns its file name beside it.

    Raises PermissionRefused; TransitionRefused SCORES_SEALED; RuleViolation NOTHING_TO_EXPORT, TOO_MANY_EXPORTS.
    """
    title, headers, lines = TABLES[table](round_, actor)
    if not lines:
        raise RuleViolation("NOTHING_TO_EXPORT", "还没有可以导出的内容", "确认结果后再导出")
    about = {"round": round_.reference}
    mark = record_export(actor=actor, title=f"{title} {round_.title}", rows=len(lines), filters=about, now=now)
    return f"{round_.title}{title}.xlsx", write_rows(title, headers, lines, watermark=mark)
