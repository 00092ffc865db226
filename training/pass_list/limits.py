"""What a pass list is judged by: marks, hours, how many certificates in how many days are worth a look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PassLimits:
    """The measures of a day; these are the ones before the bureau has set any (国家职业标准: 60 of 100; the others 待核定)."""

    pass_mark: int = 60
    #: hours present of hours planned, percent
    hours_percent: int = 80
    #: so many certificates of one base issued within so many days are a burst
    burst_certificates: int = 200
    burst_days: int = 7

    def has_hours(self, attended: int, planned: int) -> bool:
        """Whether enough was attended."""
        return attended * 100 >= planned * self.hours_percent


USUAL = PassLimits()
