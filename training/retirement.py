"""When somebody has reached retirement age: a dated table,待核定 in its use for training.

Until 2024-12-31: men 60, women 50 (workers) or 55 (management and technical posts).  From 2025-01-01 the age rises by one
month for every four months (every two for the women of 50) up to 63, 58 and 55: 全国人大常委会关于实施渐进式延迟法定退休年龄的决定
(2024-09-13).  Of a woman the number alone does not tell which of the two holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

RISES_FROM = date(2025, 1, 1)


@dataclass(frozen=True)
class Limit:
    """Months of life at which one retires, how fast they rise, and to what."""

    months: int
    one_month_per: int
    most_months: int

    def of(self, birth: date) -> int:
        """Months of life for somebody born on that day."""
        since = _index(birth) + self.months - _index(RISES_FROM)
        return self.months if since < 0 else min(self.months + since // self.one_month_per + 1, self.most_months)


MEN = Limit(60 * 12, 4, 63 * 12)
WOMEN_OFFICE = Limit(55 * 12, 4, 58 * 12)
WOMEN_WORKERS = Limit(50 * 12, 2, 55 * 12)


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def lived_months(birth: date, day: date) -> int:
    """Whole months of life on a day."""
    return _index(day) - _index(birth) - (day.day < birth.day)


def latest_limit(birth: date, sex: str) -> int:
    """Months of life from which somebody is certainly of retirement age."""
    return (MEN if sex == "男" else WOMEN_OFFICE).of(birth)


def is_retired(birth: date, sex: str, day: date) -> bool:
    """Of retirement age whatever their post."""
    return lived_months(birth, day) >= latest_limit(birth, sex)


def may_be_retired(birth: date, sex: str, day: date) -> bool:
    """A woman of retirement age if she is counted among the workers."""
    return sex == "女" and lived_months(birth, day) >= WOMEN_WORKERS.of(birth)
