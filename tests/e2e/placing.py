"""From passing to staying, by hand: the base refers, the enterprise answers on the phone and hires, the board moves by itself."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from park_workers.foundation.business_day import set_practice_day
from tests.e2e.road import Road
from tests.e2e.test_batch_pages import FAULTS


def referred(road: Road, name: str) -> None:
    """Ticked among those who passed and were never placed."""
    base = road.at(road.cast.base_clerk, "/training/placements/never-placed/")
    base.get_by_label(name).check()
    base.get_by_label("推荐给").select_option(label="示例甲制衣有限公司")
    base.get_by_role("button", name="推荐勾选的人").click()
    expect(base.locator(".note-success")).to_contain_text("已推荐 1 人给示例甲制衣有限公司")
    expect(base.locator("table")).not_to_contain_text(name)


def interview_agreed(road: Road, name: str, on: date, *, hidden: str) -> None:
    """The enterprise answers; what it must not see yet is not on the page."""
    phone = road.at(road.cast.hr, "/m/", phone=True)
    phone.get_by_role("link", name="培训基地推荐的人待您答复").tap()
    phone.get_by_role("link", name=name).tap()
    expect(phone.get_by_role("link", name="约面试")).to_be_visible()
    assert hidden not in phone.content() and phone.evaluate(FAULTS) == []
    phone.get_by_role("link", name="约面试").tap()
    phone.get_by_label("面试日期").fill(on.isoformat())
    phone.get_by_role("button", name="确定面试日期").tap()
    expect(phone.locator(".stages")).to_contain_text(f"约在 {on}")


def hired(road: Road, number: str) -> None:
    """The interview's result, and the ordinary form of a hire with everything that is known already."""
    phone = road.windows[road.cast.hr.pk, True]
    phone.reload()
    phone.get_by_role("link", name="登记面试结果").tap()
    phone.get_by_text("录用", exact=True).tap()
    phone.get_by_role("button", name="提交结果").tap()
    phone.get_by_role("button", name="登记入职").tap()
    expect(phone.get_by_label("证件号码")).to_have_value(number)
    assert number not in phone.url
    phone.get_by_label("本人已阅读并同意").check()
    phone.get_by_role("button", name="登记入职").tap()
    expect(phone.locator("h1")).to_have_text("已登记入职")
    expect(phone.locator("body")).to_contain_text("已接上一号基地的推荐")


def board_says(road: Road, figures: dict[str, str], *, on: date | None = None) -> None:
    """Figures of the board, on a later day when one is given."""
    if on is not None:
        set_practice_day(on)
    desk = road.at(road.cast.clerk, "/training/placements/")
    for label, value in figures.items():
        stage = desk.locator(".figure", has=desk.locator(f".figure-label:text-is('{label}')"))
        expect(stage.locator(".figure-value")).to_have_text(value)


def funnel_names_the_base(road: Road) -> None:
    """The same by base."""
    desk = road.at(road.cast.clerk, "/training/placements/")
    desk.get_by_role("link", name="漏斗").click()
    expect(desk.locator("tbody")).to_contain_text("一号基地")
