"""Attendance, by hand: the sessions of a class planned at once, the exceptions tapped on the teacher's phone."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.classes import address_of_class
from tests.e2e.road import Road, fill
from tests.e2e.test_batch_pages import FAULTS


def sessions_planned(road: Road, first: date, last: date) -> None:
    """Eight hours on each day."""
    base = road.at(road.cast.base_clerk, address_of_class("attendance/"))
    base.get_by_role("link", name="添加节次").click()
    fill(base, 开始日期=str(first), 结束日期=str(last), 开始时间="08:30", 结束时间="17:30")
    base.get_by_label("学时（可不填）").fill("8")
    base.get_by_role("button", name="添加节次").click()
    expect(base.locator(".note-success")).to_contain_text("已排好 2 节，共 16 学时")


def roll_called(road: Road, exceptions: dict[str, str]) -> None:
    """Everybody is there but for those who are tapped; saved by a double tap."""
    teacher = road.at(road.cast.base_clerk, "/training/attendance/", phone=True)
    teacher.get_by_role("link", name="第 1 节").first.tap()
    expect(teacher.locator("h1")).to_contain_text("第 1 节")
    marked(teacher, exceptions)
    assert teacher.evaluate(FAULTS) == []
    teacher.get_by_role("button", name="保存考勤").dblclick()
    expect(teacher.locator(".note-success")).to_contain_text("新登记")


def marked(teacher: Page, exceptions: dict[str, str]) -> None:
    """The mark beside a name, tapped."""
    for name, mark in exceptions.items():
        teacher.locator("fieldset", has_text=name).get_by_label(mark).tap()
