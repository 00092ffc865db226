"""The business day a door passes to the services: today in Asia/Shanghai, or the day set on a practice machine.

A practice installation (演练) exists so that people can play a year by hand: a public notice lasts working days, and nobody
can wait for them in a lesson.  It is made as one on an empty database, works on plain HTTP on one machine only
(YXT_PRACTICE=1 with YXT_HTTPS=0), says so on every page, and its day only moves forward.  Instants (recorded_at, sessions,
codes, the audit chain) always follow the real clock.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from park_workers.foundation.errors import RuleViolation


def business_day() -> date:
    """The day on which what is asked now happens."""
    return practice_day() or timezone.localdate()


def practice_day() -> date | None:
    """The day set on a practice machine; None everywhere else."""
    if not settings.PRACTICE:
        return None
    try:
        return date.fromisoformat(_mark().read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None


def begin_practice(day: date) -> None:
    """Make a new, empty installation one for practice; whoever calls has made sure that it is empty."""
    if not settings.PRACTICE:
        raise RuleViolation("NOT_FOR_PRACTICE", "本机没有设为演练", "请先设置环境变量 YXT_PRACTICE=1 和 YXT_HTTPS=0")
    _mark().parent.mkdir(parents=True, exist_ok=True)
    _write(day)


def set_practice_day(day: date) -> date:
    """Move a practice installation on to a later day; returns the day before.

    Raises RuleViolation NOT_FOR_PRACTICE on any other installation, DAY_GOES_BACK for an earlier day.
    """
    now = practice_day()
    if now is None:
        raise RuleViolation(
            "NOT_FOR_PRACTICE",
            "这不是演练用的安装，业务日期就是当天",
            "演练请另建一套：install_bureau … --practice 日期",
        )
    if day < now:
        raise RuleViolation("DAY_GOES_BACK", f"演练日期已到 {now}，不能退回 {day}", "请给出同一天或之后的日期")
    _write(day)
    return now


def _mark() -> Path:
    return Path(settings.STATE_DIR) / "practice-day"


def _write(day: date) -> None:
    # Replaced in one step: a request that reads meanwhile sees the old day or the new one.
    fresh = _mark().with_suffix(".new")
    fresh.write_text(f"{day.isoformat()}\n", encoding="ascii")
    fresh.replace(_mark())
