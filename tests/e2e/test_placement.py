"""From passing to staying in a real browser: the base refers, the enterprise answers on the phone and hires, the funnel moves by itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from park_workers.foundation.business_day import begin_practice, set_practice_day
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.park_workers.numbers import id_number
from tests.training.placements import pass_people
from training.models import Referral

pytestmark = pytest.mark.django_db(transaction=True)
#: hired on 3 March: the third month ends on 2 June, the sixth on 2 September
REFERRED, MEETING, THIRD, SIXTH = date(2023, 3, 1), date(2023, 3, 3), date(2023, 6, 2), date(2023, 9, 2)


def stage_of(page: Page, name: str) -> Any:
    """One figure of the board."""
    return page.locator(".figure", has_text=name).locator(".figure-value")


def hired_on_the_phone(phone: Page, name: str) -> None:
    """The enterprise answers the referral: an interview, its result, and the ordinary form of a hire."""
    phone.get_by_role("link", name="培训基地推荐的人待您答复").tap()
    phone.get_by_role("link", name=name).tap()
    expect(phone.get_by_role("link", name="约面试")).to_be_visible()
    assert id_number(901) not in phone.content() and "19900000001" not in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("link", name="约面试").tap()
    phone.get_by_label("面试日期").fill(MEETING.isoformat())
    phone.get_by_role("button", name="确定面试日期").tap()
    expect(phone.locator(".stages")).to_contain_text(f"约在 {MEETING}")
    set_practice_day(MEETING)
    phone.get_by_role("link", name="登记面试结果").tap()
    phone.get_by_text("录用", exact=True).tap()
    phone.get_by_role("button", name="提交结果").tap()
    phone.get_by_role("button", name="登记入职").tap()
    expect(phone.get_by_label("证件号码")).to_have_value(id_number(901))
    assert id_number(901) not in phone.url
    phone.get_by_label("本人已阅读并同意").check()
    phone.get_by_role("button", name="登记入职").tap()
    expect(phone.locator("h1")).to_have_text("已登记入职")
    expect(phone.locator("body")).to_contain_text("已接上一号基地的推荐")


def test_the_base_refers_the_enterprise_hires_on_the_phone_and_the_funnel_moves(
    committed_cast: Cast, opened: Opened, settings: Any, tmp_path: Path
) -> None:
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path
    begin_practice(REFERRED)
    cast = committed_cast
    first = pass_people(cast, 1, 2)[0]
    base = opened("/training/placements/never-placed/", cast.base_clerk)
    base.get_by_label(first.worker.name).check()
    base.get_by_label("推荐给").select_option(label="示例甲制衣有限公司")
    base.get_by_role("button", name="推荐勾选的人").click()
    expect(base.locator(".note-success")).to_contain_text("已推荐 1 人给示例甲制衣有限公司")
    expect(base.locator("table")).not_to_contain_text(first.worker.name)

    hired_on_the_phone(opened("/m/", cast.hr, PHONE), first.worker.name)
    assert Referral.objects.get().status == "hired"

    desk = opened("/training/placements/", cast.clerk)
    expect(stage_of(desk, "已入职")).to_have_text("1人")
    for day, third, sixth in ((THIRD, "1人", "0人"), (SIXTH, "1人", "1人")):
        set_practice_day(day)
        desk.goto(desk.url.partition("?")[0])
        expect(stage_of(desk, "满 3 个月在岗")).to_have_text(third)
        expect(stage_of(desk, "满 6 个月在岗")).to_have_text(sixth)
    desk.get_by_role("link", name="漏斗").click()
    expect(desk.locator("tbody")).to_contain_text("一号基地")
