"""Insured months as a strip: a row for each employer, a cell for each month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from park_workers.models import InsuredMonth, Organisation

SHORT = {"企业职工基本养老保险": "养老", "失业保险": "失业", "工伤保险": "工伤"}
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """One month at one employer: the kinds of insurance paid; none is no month."""

    month: str
    kinds: tuple[str, ...]

    @property
    def words(self) -> str:
        """The kinds in short words, for the eye of a mouse and of a screen reader."""
        return "、".join(self.kinds)

    @property
    def has_pension(self) -> bool:
        """The kind that the rules look at."""
        return "养老" in self.kinds


@dataclass(frozen=True)
class InsuredYear:
    """One year: employers with their twelve cells; `paid` counts months with pension."""

    year: int
    rows: list[tuple[str, list[Cell], int]]


def insured_years(people: Collection[int]) -> list[InsuredYear]:
    """The strips of a person, the newest year first."""
    kinds: dict[tuple[int, str, int], list[str]] = {}
    rows = InsuredMonth.objects.filter(worker__in=people, voided_at__isnull=True).order_by("month", "kind")
    for code, month, kind in rows.values_list("credit_code", "month", "kind"):
        kinds.setdefault((month.year, code, month.month), []).append(SHORT.get(kind, kind))
    names = dict(
        Organisation.objects.filter(credit_code__in={code for _, code, _ in kinds}).values_list("credit_code", "name")
    )
    years = []
    for year in sorted({year for year, _, _ in kinds}, reverse=True):
        firms = sorted({code for at, code, _ in kinds if at == year})
        strips = []
        for code in firms:
            cells = [Cell(f"{year}-{n:02d}", tuple(kinds.get((year, code, n), ()))) for n in MONTHS]
            strips.append((names.get(code, code), cells, sum(cell.has_pension for cell in cells)))
        years.append(InsuredYear(year, strips))
    return years
