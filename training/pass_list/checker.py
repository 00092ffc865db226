"""Judging a pass list: each line by itself, then within its class, then against what is recorded.  Writes nothing.

Errors refuse a line, warnings keep it.  What passes (both examinations, hours present) and how many certificates in few
days are worth a look stand in `PassLimits`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from training.pass_list.certificate_numbers import judge_bursts, judge_number
from training.pass_list.filed import judge_filed
from training.pass_list.findings import ERROR, WARNING, Finding, shortened
from training.pass_list.limits import USUAL, PassLimits
from training.pass_list.marks import Result, judge_hours, judge_marks
from training.pass_list.reader import LEVEL_NAMES, PASSED, PassLine
from training.pass_list.recorded import ClassFacts, Recorded
from training.pass_list.repeats import check_repeats

LONGEST = {"class_number": 60, "trade": 40, "name": 80, "certificate_number": 30, "order_enterprise_name": 120}
FACT_WORDS = {
    "trade": "工种", "level": "级别", "starts_on": "开班日期", "ends_on": "结业日期", "planned_hours": "计划学时",
}  # fmt: skip


@dataclass
class CheckedLines:
    """Lines that may be written, and everything found."""

    accepted: list[PassLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_lines(
    lines: Sequence[PassLine], *, day: date, recorded: Recorded, limits: PassLimits = USUAL
) -> CheckedLines:
    """Judge a list given on a day; a line with an error of its own is not compared any further."""
    checked = CheckedLines()
    alone = _without_errors(lines, checked, lambda line: _judge_alone(line, day, limits, recorded))
    common = common_facts(alone, recorded)
    in_class = _without_errors(
        alone, checked, lambda line: _judge_in_class(line, common[line.class_number, line.facts], recorded)
    )
    repeats = check_repeats(in_class, recorded)
    checked.findings += repeats
    refused = {finding.row for finding in repeats if finding.severity == ERROR}
    checked.accepted = [line for line in in_class if line.number not in refused]
    checked.findings += judge_bursts(checked.accepted, limits, recorded)
    return checked


def _without_errors(
    lines: Sequence[PassLine], checked: CheckedLines, judge: Callable[[PassLine], Iterable[Finding]]
) -> list[PassLine]:
    """Lines in which a judgement finds no error; what it finds is kept."""
    good = []
    for line in lines:
        found = list(judge(line))
        checked.findings += found
        if all(finding.severity != ERROR for finding in found):
            good.append(line)
    return good


def common_facts(lines: Sequence[PassLine], recorded: Recorded) -> dict[tuple[str, ClassFacts], ClassFacts]:
    """By number and what a line says: what holds for its class, in whatever order the lines stand.

    A class is what is recorded, otherwise what most lines of the number say.  Days apart from it are another run of the
    class under the same number.
    """
    said: dict[str, Counter[ClassFacts]] = defaultdict(Counter)
    for line in lines:
        said[line.class_number][line.facts] += 1
    found = {}
    for number, facts in said.items():
        runs = list(recorded.runs_of(number))
        for candidate in sorted(facts, key=lambda f: (-facts[f], _sort_key(f))):
            if candidate not in runs and not any(candidate.overlaps(run) for run in runs):
                runs.append(candidate)
        for stated in facts:
            found[number, stated] = stated if stated in runs else next(run for run in runs if stated.overlaps(run))
    return found


def _sort_key(facts: ClassFacts) -> tuple[str, int, date, date, int]:
    return facts.trade, facts.level, facts.starts_on, facts.ends_on, facts.planned_hours


def _judge_in_class(line: PassLine, common: ClassFacts, recorded: Recorded) -> Iterator[Finding]:
    """The first column in which a line says another thing about its class than the class; then whether the class is so far."""
    is_known = (line.class_number, common.starts_on) in recorded.classes
    for name, word in FACT_WORDS.items():
        said, holds = getattr(line, name), getattr(common, name)
        if said == holds:
            continue
        if name == "level":
            said, holds = LEVEL_NAMES[said], LEVEL_NAMES[holds]
        against = "已登记的该班次" if is_known else "该班次的其他行"
        code = "CLASS_CONTRADICTS_RECORD" if is_known else "CLASS_FACTS_CONTRADICT"
        message = f"{word}“{shortened(said)}”与{against}“{shortened(holds)}”不一致"
        yield Finding(
            line.number, name, code, message, "请统一该班次的工种、级别、日期和学时；确为另一班次的请另编班次号"
        )
        return
    yield from judge_filed(line, recorded)


def _judge_alone(line: PassLine, day: date, limits: PassLimits, recorded: Recorded) -> Iterator[Finding]:
    result = Result(line.planned_hours, line.attended_hours, line.theory_score, line.practice_score, line.verdict)
    yield from _judge_lengths(line)
    yield from _judge_days(line, day)
    yield from judge_hours(result, line.number, limits)
    yield from judge_marks(result, line.number, limits)
    yield from _judge_certificate(line, recorded)


def _judge_lengths(line: PassLine) -> Iterator[Finding]:
    for name, longest in LONGEST.items():
        length = len(getattr(line, name))
        if length > longest:
            yield Finding(
                line.number, name, "TEXT_TOO_LONG", f"有 {length} 个字，超过 {longest} 个字", "请缩短后重新上传"
            )


def _judge_days(line: PassLine, day: date) -> Iterator[Finding]:
    n = line.number
    if line.ends_on < line.starts_on:
        message = f"结业日期 {line.ends_on} 早于开班日期 {line.starts_on}"
        yield Finding(n, "ends_on", "CLASS_END_BEFORE_START", message, "请核对两个日期")
    elif line.ends_on > day:
        message = f"结业日期 {line.ends_on} 晚于上传日 {day}"
        yield Finding(n, "ends_on", "DATE_IN_FUTURE", message, "请核对年份；结业后再上传该班次的结果")
    if line.issued_on is None:
        return
    if line.issued_on > day:
        message = f"发证日期 {line.issued_on} 晚于上传日 {day}"
        yield Finding(n, "issued_on", "DATE_IN_FUTURE", message, "请核对年份；尚未发证的，证书编号与日期都留空")
    elif line.issued_on < line.ends_on:
        message = f"发证日期 {line.issued_on} 早于结业日期 {line.ends_on}"
        yield Finding(n, "issued_on", "CERT_BEFORE_CLASS_END", message, "请核对发证日期与结业日期", WARNING)


def _judge_certificate(line: PassLine, recorded: Recorded) -> Iterator[Finding]:
    n, number, issued_on = line.number, line.certificate_number, line.issued_on
    if not number and issued_on is None:
        return  # passed, certificate still to come, or not passed
    if line.verdict != PASSED:
        column = "certificate_number" if number else "issued_on"
        yield Finding(
            n, column, "CERT_WITHOUT_PASS", f"结论为{line.verdict}，却填有证书", "请核对结论，或清空证书编号和发证日期"
        )
    elif not number:
        yield Finding(
            n, "certificate_number", "CERT_NUMBER_MISSING", "填有发证日期但没有证书编号", "请补填，或在发证后再报证书"
        )
    elif issued_on is None:
        yield Finding(n, "issued_on", "CERT_DATE_MISSING", "填有证书编号但没有发证日期", "请补填，或在发证后再报证书")
    elif line.is_certificate_typed_as_number:
        fix = "请将该列设为文本格式后重新录入完整编号"
        yield Finding(n, "certificate_number", "CERT_NUMERIC_CELL", "证书编号是数字格式，已丢失末位", fix)
    else:
        yield from judge_number(
            number, trade=line.trade, level=line.level, ends_on=line.ends_on, issued_on=issued_on, row=n, recorded=recorded
        )  # fmt: skip
