"""Policies of towns that do not exist, each with something that the packaged year does not have."""

from __future__ import annotations

from datetime import date

from tests.subsidies.towns.rules import INJURY, PENSION, UNEMPLOYMENT, Rule

RISING = {
    date(2000, 1, 1): {"男": 60, "女": 50},
    date(2025, 1, 1): {
        "男": {"years": 60, "from": date(2025, 1, 1), "one_month_per": 4, "until_years": 63},
        "女": {"years": 50, "from": date(2025, 1, 1), "one_month_per": 2, "until_years": 55},
    },
}
#: a spring bonus: any kind of firm, three insurances at once, no age limit
SPRING = Rule(
    "SPRING", "春节新增就业补贴", 1000, (date(2025, 1, 29), date(2025, 2, 27)), (date(2025, 4, 30),), firm_kind=None,
    contract_months=None, insurances=(PENSION, UNEMPLOYMENT, INJURY), others=("一次性扩岗补助",),
)  # fmt: skip
#: the days of a leap February, fen in the amount, grown-ups only
LEAP = Rule(
    "LEAP", "闰月稳岗补贴", 1350.55, (date(2024, 2, 1), date(2024, 2, 29)), (date(2024, 2, 29), date(2024, 3, 31)),
    insured_months=1, youngest=18, ages={"男": {"years": 55, "months": 5}, "女": 45},
)  # fmt: skip
#: the age of retirement rises while people are hired
RETIRING = Rule(
    "RETIRING", "大龄务工补贴", 2100, (date(2024, 12, 1), date(2025, 8, 31)), (date(2025, 8, 31),), contract_months=6,
    insured_months=2, youngest=None, ages=RISING, insurances=(INJURY,),
)  # fmt: skip
#: for introducers: three months, at most three newcomers a year, in two batches
BRINGERS = Rule(
    "BRINGERS", "带工奖励", 300, (date(2024, 7, 1), date(2024, 12, 31)), (date(2024, 10, 31), date(2024, 12, 31)),
    payee="introducer", contract_months=None, insured_months=None, employed_months=3, yearly_yuan=1000,
    staff=("人事专员", "招聘专员"),
)  # fmt: skip
#: for the workers themselves, in two parts
STAYERS = Rule(
    "STAYERS", "稳岗留工补贴", 0, (date(2024, 3, 1), date(2024, 8, 31)), (date(2024, 8, 31), date(2025, 2, 28)), payee="worker",
    contract_months=18, insured_months=2, insurances=(UNEMPLOYMENT,), instalments=((1, 500), (6, 800.01)),
)  # fmt: skip
#: not to those who had the bonus of the leap month either
AFTER_LEAP = Rule(
    "AFTER_LEAP", "一次性吸纳补贴", 640, (date(2024, 1, 15), date(2024, 4, 30)), (date(2024, 4, 30),), insured_months=2,
    contract_months=3, not_after=("LEAP",), others=("岗前培训补贴", "一次性扩岗补助"),
)  # fmt: skip
