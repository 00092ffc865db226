"""A class to order in a real browser: demand on the phone, class, three people (one refused), filing, acceptance, a change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number
from training.models import LabourDemand, TrainingClass

pytestmark = pytest.mark.django_db(transaction=True)


def enrol(page: Page, name: str, number: str) -> None:
    page.get_by_label("姓名").fill(name)
    page.get_by_label("证件号码").fill(number)
    page.get_by_role("button", name="添加学员").click()


def test_a_demand_becomes_a_class_that_is_filed_accepted_and_changed(committed_cast: Cast, opened: Opened) -> None:
    cast, today = committed_cast, timezone.localdate()
    first, last = today + timedelta(days=7), today + timedelta(days=18)
    phone = opened("/m/", cast.hr, PHONE)
    phone.get_by_role("link", name="用工需求").click()
    phone.get_by_role("link", name="发布用工需求").click()
    phone.get_by_label("工种").fill("平车")
    phone.get_by_label("需要多少人").fill("20")
    phone.get_by_label("最晚哪天到岗").fill(str(today + timedelta(days=60)))
    phone.get_by_label("提供宿舍").check()
    phone.get_by_role("button", name="发布需求").dblclick()
    expect(phone.locator("main")).to_contain_text("已发布：平车 20 人")
    assert phone.evaluate(FAULTS) == [] and LabourDemand.objects.count() == 1

    base = opened("/", cast.base_clerk)
    base.get_by_role("link", name="示例甲制衣有限公司").click()
    base.get_by_role("link", name="按此需求开班").click()
    base.get_by_label("班次号").fill("1-平车")
    base.get_by_label("开班日期").fill(str(first))
    base.get_by_label("结业日期").fill(str(last))
    base.get_by_label("计划学时").fill("40")
    base.get_by_label("培训地点").fill("一号车间")
    base.get_by_label("第 1 位教师姓名").fill("钱老师")
    base.get_by_label("第 1 位教师资质").fill("缝纫工高级技师")
    base.get_by_label("教学计划").fill("安全 4 学时，平缝 36 学时")
    assert base.evaluate(FAULTS) == []
    base.get_by_role("button", name="保存草稿").click()
    enrol(base, "学员甲", id_number(901))
    enrol(base, "学员乙", id_number(902))
    enrol(base, "学员丙", id_number(903, born=date(today.year - 14, 1, 1)))
    expect(base.locator("main")).to_contain_text("未满 16 周岁")
    expect(base.locator("tbody tr")).to_have_count(2)
    base.get_by_role("button", name="提交备案").click()
    expect(base.locator("h1")).to_contain_text("待受理")
    expect(base.get_by_role("button", name="添加学员")).to_have_count(0)

    found = TrainingClass.objects.get()
    desk = opened(f"/training/classes/{found.pk}/", cast.clerk)
    assert desk.evaluate(FAULTS) == []
    desk.get_by_role("button", name="受理备案").click()
    expect(desk.locator("h1")).to_contain_text("已备案")

    base.goto(f"{base.url.split('?')[0]}?tab=changes")
    base.get_by_text("替换", exact=True).click()
    base.get_by_label("退出的学员").select_option(index=1)
    base.get_by_label("加入人员姓名").fill("学员丁")
    base.get_by_label("加入人员证件号码").fill(id_number(904))
    base.get_by_text("本人放弃").click()
    base.get_by_role("button", name="提交变更申请").click()
    expect(base.locator("main")).to_contain_text("待决定")

    desk.get_by_role("link", name="名册变更").first.click()
    desk.get_by_text("情况属实，同意").click()
    desk.get_by_role("button", name="同意变更").click()
    expect(desk.locator("main")).to_contain_text("已同意，名册已变更")
    assert sorted(found.enrolments.on_roster().values_list("worker__name", flat=True)) == ["学员丁", "学员乙"]
    assert desk.evaluate(FAULTS) == []
