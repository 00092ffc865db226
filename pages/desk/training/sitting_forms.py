"""The form of a sitting and that of a result: what was typed, read with every wrong field named."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest

from pages.days import read_day
from training.models import AssessmentSitting, SittingExaminer, SittingResult
from training.pass_list.reader import LEVEL_NAMES
from training.services.sitting_results import cleaned_number
from training.services.sittings import ExaminerLine, SittingPlan
from training.sitting_rules import StatedResult

LEVELS = [(str(level), name) for level, name in LEVEL_NAMES.items()]
DUTIES = SittingExaminer.Duty.choices
SESSIONS = AssessmentSitting.Session.choices
TEXTS = ("assessor", "trade", "level", "held_on", "session", "place", "capacity", "key")
RESULT_TEXTS = ("name", "theory_score", "practice_score", "verdict", "certificate_number", "issued_on")
#: rows for examiners a form begins with, and how many it gains beyond those filled in
ROWS, MORE = 3, 1
MOST_ROWS = 20


@dataclass
class Typed:
    """What was typed, the rows of examiners among it, and what is wrong by field."""

    texts: dict[str, str]
    examiners: list[dict[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def whole_number(text: str) -> int | None:
    """Digits as a number; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def padded(rows: list[dict[str, str]], blank: dict[str, str], least: int = ROWS) -> list[dict[str, str]]:
    """Rows of a form with blank ones after them."""
    wanted = min(max(least, len(rows) + MORE), MOST_ROWS)
    return rows + [dict(blank) for _ in range(wanted - len(rows))]


def rows_in(request: HttpRequest, *names: str) -> list[dict[str, str]]:
    """Rows of a form, field by field; those left blank are none."""
    columns = [[text.strip()[:120] for text in request.POST.getlist(name)[:MOST_ROWS]] for name in names]
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=False)]
    return [row for row in rows if row[names[0]] or row[names[-1]]]


def typed_sitting(request: HttpRequest) -> Typed:
    """The form as it came."""
    texts = {name: request.POST.get(name, "").strip()[:120] for name in TEXTS}
    return Typed(texts, rows_in(request, "examiner_name", "examiner_duty", "examiner_card"))


def of_sitting(sitting: AssessmentSitting) -> Typed:
    """The form of a sitting as it stands."""
    texts = {
        "assessor": str(sitting.assessor_id), "trade": sitting.trade, "level": str(sitting.level),
        "held_on": sitting.held_on.isoformat(), "session": sitting.session, "place": sitting.place,
        "capacity": str(sitting.capacity), "key": sitting.request_id,
    }  # fmt: skip
    rows = [
        {"examiner_name": one.name, "examiner_duty": one.duty, "examiner_card": one.card_number}
        for one in sitting.examiners.filter(is_live=True).order_by("pk")
    ]
    return Typed(texts, rows)


def plan_in(typed: Typed) -> SittingPlan | None:
    """The plan, or None with what could not be read beside its field."""
    texts, errors = typed.texts, typed.errors
    held_on, wrong = read_day(texts["held_on"], "请填写认定日期，如 2026-12-01。")
    if wrong:
        errors["held_on"] = wrong
    capacity, level = whole_number(texts["capacity"]), whole_number(texts["level"])
    if capacity is None:
        errors["capacity"] = "请填写计划人数，如 30。"
    if level not in LEVEL_NAMES:
        errors["level"] = "请选择级别。"
    if held_on is None or capacity is None or level not in LEVEL_NAMES or level is None:
        return None
    examiners = tuple(ExaminerLine(r["examiner_name"], r["examiner_card"], r["examiner_duty"]) for r in typed.examiners)
    return SittingPlan(texts["trade"], level, held_on, texts["session"], texts["place"], capacity, examiners)


def typed_result(request: HttpRequest) -> Typed:
    """The form of a result as it came, but for the document number, which no page sends back."""
    return Typed({name: request.POST.get(name, "").strip()[:120] for name in RESULT_TEXTS})


def of_result(result: SittingResult) -> Typed:
    """The form of a result as it stands."""
    values: dict[str, Any] = {name: getattr(result, name) for name in RESULT_TEXTS[1:]}
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    return Typed(texts | {"name": result.worker.name})


def result_in(typed: Typed) -> StatedResult | None:
    """The result, or None with what could not be read beside its field."""
    texts, errors = typed.texts, typed.errors
    marks = {name: whole_number(texts[name]) for name in ("theory_score", "practice_score")}
    for name, mark in marks.items():
        if texts[name] and mark is None:
            errors[name] = "成绩须为 0 至 100 的整数；缺考请留空。"
    issued_on: date | None = None
    if texts["issued_on"]:
        issued_on, wrong = read_day(texts["issued_on"], "")
        if wrong:
            errors["issued_on"] = wrong
    number = cleaned_number(texts["certificate_number"])
    stated = StatedResult(marks["theory_score"], marks["practice_score"], texts["verdict"], number, issued_on)
    return None if errors else stated
