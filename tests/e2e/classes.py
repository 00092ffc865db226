"""A class to order, by hand: the enterprise's demand on the phone, the class for it, its roster, its filing, a change, its end."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.road import Road, fill
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number
from training.models import LabourDemand, TrainingClass


def demand_posted(road: Road, needed_by: date) -> None:
    """Twenty people wanted, on the phone; a double tap makes one demand."""
    phone = road.at(road.cast.hr, "/m/", phone=True)
    phone.get_by_role("link", name="用工需求").tap()
    phone.get_by_role("link", name="发布用工需求").tap()
    fill(phone, 工种="平车", 需要多少人="20", 最晚哪天到岗=str(needed_by))
    phone.get_by_label("提供宿舍").check()
    phone.get_by_role("button", name="发布需求").dblclick()
    expect(phone.locator("main")).to_contain_text("已发布：平车 20 人")
    assert phone.evaluate(FAULTS) == [] and LabourDemand.objects.count() == 1


def class_written(road: Road, first: date, last: date) -> None:
    """The base finds the demand and writes a class for it."""
    base = road.at(road.cast.base_clerk, "/")
    base.get_by_role("link", name="示例甲制衣有限公司").click()
    base.get_by_role("link", name="按此需求开班").click()
    fill(base, 班次号="1-平车", 开班日期=str(first), 结业日期=str(last), 培训地点="一号车间")
    base.get_by_label("计划学时").fill("16")
    base.get_by_label("第 1 位教师姓名").fill("钱老师")
    base.get_by_label("第 1 位教师资质").fill("缝纫工高级技师")
    base.get_by_label("教学计划").fill("安全 2 学时，平缝 14 学时")
    assert base.evaluate(FAULTS) == []
    base.get_by_role("button", name="保存草稿").click()


def enrolled(road: Road, name: str, number: str) -> Page:
    """One person typed onto the roster that is being written."""
    base = road.at(road.cast.base_clerk, address_of_class())
    base.get_by_label("姓名").fill(name)
    base.get_by_label("证件号码").fill(number)
    base.get_by_role("button", name="添加学员").click()
    return base


def refused_as_a_child(base: Page, seats: int) -> None:
    """Whoever is too young is told so and takes no seat."""
    expect(base.locator("main")).to_contain_text("未满 16 周岁")
    expect(base.locator("tbody tr")).to_have_count(seats)


def filed_and_accepted(road: Road) -> None:
    """The base files, from then on the roster stands; the bureau accepts."""
    base = road.at(road.cast.base_clerk, address_of_class())
    base.get_by_role("button", name="提交备案").click()
    expect(base.locator("h1")).to_contain_text("待受理")
    expect(base.get_by_role("button", name="添加学员")).to_have_count(0)
    desk = road.at(road.cast.clerk, address_of_class())
    assert desk.evaluate(FAULTS) == []
    desk.get_by_role("button", name="受理备案").click()
    expect(desk.locator("h1")).to_contain_text("已备案")


def replaced(road: Road, name: str, number: str) -> None:
    """The first of the roster gives the seat up, another comes: asked by the base, granted by the bureau."""
    base = road.at(road.cast.base_clerk, address_of_class("?tab=changes"))
    base.get_by_text("替换", exact=True).click()
    base.get_by_label("退出的学员").select_option(index=1)
    base.get_by_label("加入人员姓名").fill(name)
    base.get_by_label("加入人员证件号码").fill(number)
    base.get_by_text("本人放弃").click()
    base.get_by_role("button", name="提交变更申请").click()
    expect(base.locator("main")).to_contain_text("待决定")
    desk = road.at(road.cast.clerk, address_of_class("?tab=changes"))
    desk.get_by_text("情况属实，同意").click()
    desk.get_by_role("button", name="同意变更").click()
    expect(desk.locator("main")).to_contain_text("已同意，名册已变更")
    assert desk.evaluate(FAULTS) == []


def stepped(road: Road, button: str, state: str) -> None:
    """A step of the class that the base takes."""
    base = road.at(road.cast.base_clerk, address_of_class())
    base.get_by_role("button", name=button).click()
    expect(base.locator("h1")).to_contain_text(state)


def address_of_class(tab: str = "") -> str:
    """The page of the only class there is."""
    return f"/training/classes/{TrainingClass.objects.get().pk}/{tab}"


def roster_of_the_class() -> list[str]:
    """Who sits in it."""
    seats = TrainingClass.objects.get().enrolments.on_roster()
    return sorted(seats.values_list("worker__name", flat=True))


def child_number(order: int, year: int) -> str:
    """The number of somebody who is fourteen in that year."""
    return id_number(order, born=date(year - 14, 1, 1))
