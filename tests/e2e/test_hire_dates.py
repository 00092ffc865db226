"""A wrong hire date with a finger: put right at once, or asked of the bureau, taken back, asked again and granted at the desk."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from park_workers.models import Employment, HireDateRequest
from tests.conftest import Cast
from tests.e2e.axe import complaints
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.subsidies.stage import Stage, hire, take_to

pytestmark = pytest.mark.django_db(transaction=True)


def sound(page: Page) -> None:
    """Nothing out of place and nothing serious in any look."""
    assert page.evaluate(FAULTS) == []
    assert complaints(page) == []


def form_of(page: Page, employment: Employment) -> None:
    """From the person's page to the form."""
    page.locator(f"a[href$='/{employment.reference}/hire-date/']").tap()
    expect(page.locator("h1")).to_have_text("更正入职日期")
    sound(page)


def state(page: Page, day: str, reason: str) -> None:
    page.fill("#hired_on", day)
    page.locator(".phrases label", has_text=reason).tap()
    page.locator(".m-bar button").tap()


def test_a_date_no_batch_has_judged_is_put_right_at_once(committed_cast: Cast, opened: Opened) -> None:
    one = hire(committed_cast, committed_cast.alpha, 901)
    page = opened(f"/m/workers/{one.reference}/", committed_cast.hr, PHONE)
    form_of(page, one)
    page.locator(".m-bar button").tap()
    expect(page.locator("#hired_on-error")).to_contain_text("现在登记的就是")
    expect(page.locator("#reason-error")).to_be_visible()
    state(page, "2023-02-13", "录入有误")
    expect(page.get_by_role("status")).to_contain_text("已更正入职日期为 2023-02-13")
    expect(page.locator("main")).to_contain_text("2023-02-01 → 2023-02-13")
    sound(page)
    one.refresh_from_db()
    assert one.hired_on == date(2023, 2, 13)


def test_once_judged_it_is_asked_taken_back_asked_again_and_granted_at_the_desk(stage: Stage, opened: Opened) -> None:
    one = take_to(stage, "computed").hires[0]
    page = opened(f"/m/workers/{one.reference}/", stage.cast.hr, PHONE)
    form_of(page, one)
    state(page, "2023-02-13", "与合同原件不一致")
    expect(page.get_by_role("status")).to_contain_text("已提交更正申请")
    form_of(page, one)
    page.get_by_role("button", name="撤回申请").tap()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
    state(page, "2023-02-14", "与社保记录不一致")
    expect(page.get_by_role("status")).to_contain_text("已提交更正申请")
    desk = opened("/hire-dates/", stage.cast.clerk)
    sound(desk)
    desk.get_by_role("link", name=one.worker.name).click()
    sound(desk)
    desk.locator("label", has_text="与合同原件一致").click()
    desk.get_by_role("button", name="同意并更正").click()
    desk.wait_for_load_state()
    page.reload()
    expect(page.locator("main")).to_contain_text("同意更正入职日期")
    one.refresh_from_db()
    states = list(HireDateRequest.objects.order_by("pk").values_list("status", flat=True))
    assert one.hired_on == date(2023, 2, 14) and states == ["withdrawn", "granted"]
