"""The form that plans sessions of a class: one day or a span of days at the same hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from django.http import HttpRequest

from pages.days import read_day
from training.models import TrainingClass
from training.services.class_sessions import SessionPlan, days_between, lesson_hours

FIELDS = ("first_day", "last_day", "from_time", "to_time", "hours", "topic", "teacher", "place")


@dataclass
class SessionForm:
    """What was typed and what is wrong with it."""

    typed: dict[str, str]
    with_weekends: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, held: TrainingClass, today: date) -> SessionForm:
        """The next day of the class, in the morning."""
        day = min(max(today, held.starts_on), held.ends_on).isoformat()
        typed = dict.fromkeys(FIELDS, "") | {
            "first_day": day,
            "last_day": day,
            "from_time": "08:30",
            "to_time": "11:30",
        }
        return cls(typed)

    @classmethod
    def read(cls, request: HttpRequest) -> SessionForm:
        """What came back."""
        typed = {name: request.POST.get(name, "").strip()[:120] for name in FIELDS}
        return cls(typed, "with_weekends" in request.POST)

    def plans(self) -> list[SessionPlan]:
        """The sessions meant; empty with `errors` when something cannot be read.  No hours: as many as fit the time."""
        first, last = self._day("first_day"), self._day("last_day", or_else="first_day")
        from_time, to_time = self._time("from_time"), self._time("to_time")
        hours = self._hours(from_time, to_time)
        if first and last and last < first:
            self.errors["last_day"] = "结束日期早于开始日期。请核对两个日期。"
        if self.errors or not (first and last and from_time and to_time):
            return []
        days = days_between(first, last, with_weekends=self.with_weekends or first == last)
        if not days:
            self.errors["last_day"] = "这段日期都是周末。周末也上课的，请勾选“含周末”。"
        topic, teacher, place = (self.typed[name] for name in ("topic", "teacher", "place"))
        return [SessionPlan(day, from_time, to_time, hours, 0, topic, teacher, place) for day in days]

    def _day(self, name: str, or_else: str = "") -> date | None:
        text = self.typed[name] or self.typed.get(or_else, "")
        day, wrong = read_day(text, "请填写日期。")
        if wrong:
            self.errors[name] = wrong
        return day

    def _time(self, name: str) -> time | None:
        try:
            return time.fromisoformat(self.typed[name].replace("：", ":").zfill(5)).replace(second=0, microsecond=0)
        except ValueError:
            self.errors[name] = "请按 08:30 的样式填写时间。"
            return None

    def _hours(self, from_time: time | None, to_time: time | None) -> int:
        text = self.typed["hours"]
        if text.isascii() and text.isdigit() and len(text) < 4:
            return int(text)
        if text:
            self.errors["hours"] = "请填写整数学时，每学时 45 分钟。"
        return max(lesson_hours(from_time, to_time), 1) if from_time and to_time else 0
