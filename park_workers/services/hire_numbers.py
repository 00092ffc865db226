"""What a form of a hire is judged for beyond the rows of a roster: name, numbers, phone, and days that cannot be meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from park_workers.foundation.identifiers import (
    IdentifierProblem,
    add_months,
    birth_date_of,
    check_id_number,
    check_name,
    check_phone,
)
from park_workers.services.rosters.hire import Hire, Problem

#: working lives and contracts are shorter; a longer one is a slip of the year
LONGEST_YEARS = 60
LONGEST_TRADE = 40


def judge_numbers(hire: Hire, day: date) -> list[Problem]:
    """Problems of name, document numbers, phone and impossible days; a missing name is `judge_hire`'s to say."""
    checks: list[tuple[str, str, Callable[[str], object]]] = []
    if hire.name:
        checks.append(("name", hire.name, check_name))
    checks.append(("id_number", hire.id_number, lambda number: check_id_number(number, day=day)))
    if hire.phone:
        checks.append(("phone", hire.phone, check_phone))
    if hire.introducer_id_number:
        checks.append(("introducer_id_number", hire.introducer_id_number, lambda n: check_id_number(n, day=day)))
    problems = []
    for field_name, value, check in checks:
        try:
            check(value)
        except IdentifierProblem as wrong:
            problems.append(Problem(field_name, wrong.code, wrong.message, wrong.fix))
    if hire.introducer_id_number and hire.introducer_id_number == hire.id_number:
        fix = "请填写介绍其来的另一位员工，没有就留空"
        problems.append(Problem("introducer_id_number", "INTRODUCER_IS_SELF", "引工人就是该员工本人", fix))
    if len(hire.trade) > LONGEST_TRADE:
        message = f"工种有{len(hire.trade)}个字，超过{LONGEST_TRADE}个"
        problems.append(Problem("trade", "VALUE_TOO_LONG", message, "请填写简短的工种名称，如“平车”"))
    named = {problem.field for problem in problems}
    return problems + _judge_days(hire, day, is_number_good="id_number" not in named)


def _judge_days(hire: Hire, day: date, *, is_number_good: bool) -> list[Problem]:
    """Days before a life or far beyond one: the year was mistyped."""
    found = []
    hired, start, end = hire.hired_on, hire.contract_starts_on, hire.contract_ends_on
    early, late = add_months(day, -12 * LONGEST_YEARS), add_months(day, 12 * LONGEST_YEARS)
    if hired is not None and is_number_good and hired <= birth_date_of(hire.id_number):
        message = f"入职日期 {hired} 早于员工的出生日期"
        found.append(Problem("hired_on", "HIRED_BEFORE_BIRTH", message, "请核对年份和证件号码"))
    elif hired is not None and hired < early:
        found.append(Problem("hired_on", "DATE_TOO_EARLY", f"入职日期 {hired} 早得不合常理", "请核对年份"))
    if start is not None and not early <= start <= late:
        message = f"合同起始日 {start} 不合常理"
        found.append(Problem("contract_starts_on", "DATE_OUT_OF_REACH", message, "请核对年份"))
    if end is not None and end > late:
        fix = "请核对年份；没有终止日的合同请选“无固定期限”"
        found.append(Problem("contract_ends_on", "DATE_OUT_OF_REACH", f"合同终止日 {end} 不合常理", fix))
    return found
