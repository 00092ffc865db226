"""Judging one result of a sitting: marks, verdict, certificate.  No database; errors refuse a result, warnings keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from park_workers.foundation.errors import Explained
from park_workers.foundation.identifiers import IdentifierProblem, check_certificate_number
from training.pass_list.findings import ERROR, WARNING
from training.pass_list.reader import ABSENT, FAILED, LEVEL_NAMES, PASSED

FULL_MARK = 100
LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class StatedResult:
    """A result as stated."""

    theory_score: int | None
    practice_score: int | None
    verdict: str
    certificate_number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """What the results of a sitting are judged against: its level, day, assessor, and the pass mark."""

    level: int
    held_on: date
    letter: str
    code: str
    pass_mark: int


@dataclass(frozen=True, slots=True)
class Flaw(Explained):
    """What is wrong in a field, and how to mend it."""

    field: str
    code: str
    message: str
    fix: str
    severity: str = ERROR


def judge_result(result: StatedResult, facts: SittingFacts, *, day: date) -> list[Flaw]:
    """Everything wrong with a result stated on a day."""
    return [*_judge_marks(result, facts.pass_mark), *_judge_certificate(result, facts, day)]


def _judge_marks(result: StatedResult, pass_mark: int) -> Iterator[Flaw]:
    marks = {"theory_score": result.theory_score, "practice_score": result.practice_score}
    outside = [name for name, mark in marks.items() if mark is not None and not 0 <= mark <= FULL_MARK]
    for name in outside:
        yield Flaw(name, "SCORE_OUT_OF_RANGE", f"成绩为 {marks[name]}", f"请填写 0 至 {FULL_MARK} 的整数")
    if result.verdict not in (PASSED, FAILED, ABSENT):
        yield Flaw("verdict", "VERDICT_MISSING", "没有填写结论", f"请填写{PASSED}、{FAILED}或{ABSENT}")
    if outside:
        return
    given = [mark for mark in marks.values() if mark is not None]
    both = "理论和实操均达"
    if result.verdict == PASSED:
        for name, mark in marks.items():
            if mark is None:
                yield Flaw(name, "SCORE_MISSING", "结论为合格但没有成绩", "请补填理论和实操成绩")
        if given and min(given) < pass_mark:
            message = f"结论为合格，但成绩 {min(given)} 分低于 {pass_mark} 分"
            yield Flaw(
                "verdict", "VERDICT_CONTRADICTS_SCORE", message, f"{both} {pass_mark} 分为合格，请核对成绩与结论"
            )
    elif result.verdict == ABSENT and given:
        yield Flaw("verdict", "VERDICT_CONTRADICTS_SCORE", "结论为缺考但填有成绩", "请核对成绩与结论")
    elif result.verdict == FAILED and len(given) == len(marks) and min(given) >= pass_mark:
        message = f"{both} {pass_mark} 分，结论却为不合格"
        yield Flaw("verdict", "VERDICT_BELOW_SCORES", message, "请核对结论；确因其他原因不合格的可以确认", WARNING)


def _judge_certificate(result: StatedResult, facts: SittingFacts, day: date) -> Iterator[Flaw]:
    number, issued_on = result.certificate_number, result.issued_on
    if not number and issued_on is None:
        return
    if result.verdict != PASSED:
        field = "certificate_number" if number else "issued_on"
        yield Flaw(
            field,
            "CERT_WITHOUT_PASS",
            f"结论为{result.verdict or '空'}，却填有证书",
            "请核对结论，或清空证书编号和发证日期",
        )
        return
    if not number:
        yield Flaw(
            "certificate_number", "CERT_NUMBER_MISSING", "填有发证日期但没有证书编号", "请补填，或在发证后再报证书"
        )
        return
    if issued_on is None:
        yield Flaw("issued_on", "CERT_DATE_MISSING", "填有证书编号但没有发证日期", "请补填，或在发证后再报证书")
        return
    if issued_on > day:
        yield Flaw("issued_on", "DATE_IN_FUTURE", f"发证日期 {issued_on} 晚于今日 {day}", "请核对年份")
    elif issued_on < facts.held_on:
        yield Flaw(
            "issued_on", "CERT_BEFORE_SITTING", f"发证日期 {issued_on} 早于认定日期 {facts.held_on}", "请核对发证日期"
        )
    yield from _judge_number(number, issued_on, facts)


def _judge_number(number: str, issued_on: date, facts: SittingFacts) -> Iterator[Flaw]:
    """22 signs: letter and code of the assessor, year, level; a number of another scheme is warned about, not refused."""
    field = "certificate_number"
    if len(number) > LONGEST_NUMBER:
        yield Flaw(field, "TEXT_TOO_LONG", f"证书编号有 {len(number)} 位", "请对照证书核对编号")
        return
    try:
        stated = check_certificate_number(number)
    except IdentifierProblem as wrong:
        yield Flaw(field, wrong.code, wrong.message, "请对照证书核对；确为其他规则编号的可以确认", WARNING)
        return
    begins = f"{facts.letter}{facts.code}"
    if stated.number[: len(begins)] != begins:
        message = f"证书编号以 {stated.number[:5]} 开头，本场认定机构为 {begins}"
        yield Flaw(field, "CERT_OF_ANOTHER_ASSESSOR", message, "请对照证书核对编号与认定机构")
    if stated.level != facts.level:
        message = f"证书编号中的级别为{LEVEL_NAMES[stated.level]}，本场为{LEVEL_NAMES[facts.level]}"
        yield Flaw(field, "CERT_LEVEL_MISMATCH", message, "请对照证书核对编号与级别")
    if stated.year != issued_on.year:
        message = f"证书编号中的年份为 {stated.year} 年，发证日期为 {issued_on}"
        yield Flaw(field, "CERT_YEAR_MISMATCH", message, "请对照证书核对编号与发证日期", WARNING)
