"""A worker's thread followed and a hire registered by hand, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import Stage, take_to


@pytest.mark.django_db(transaction=True)
def test_a_clerk_finds_a_person_follows_the_thread_and_gives_a_reason_for_the_number(
    stage: Stage, opened: Opened
) -> None:
    take_to(stage, "computed")
    number, page = id_number(901), opened("/workers/", stage.cast.clerk)
    page.get_by_label("姓名、证件号码、末四位或手机号码").fill(number)
    page.get_by_role("button", name="查找").click()
    expect(page.locator("h1")).to_contain_text(str(stage.hires[0].worker))
    assert number not in page.url
    expect(page.locator(".thread")).to_contain_text("入职：示例甲制衣有限公司")
    page.get_by_text("查看完整号码").click()
    page.get_by_text("核对证件原件").click()
    page.get_by_role("button", name="说明事由并查看").click()
    expect(page.locator("#numbers")).to_contain_text(number)
    page.get_by_role("link", name="为什么").first.click()
    expect(page.locator("h1")).to_contain_text(str(stage.hires[0].worker))
    expect(page.locator(".why").first).to_contain_text("一线")
    page.go_back()
    expect(page.locator("#numbers")).not_to_contain_text(number)


@pytest.mark.django_db(transaction=True)
def test_the_new_pages_can_be_read_without_a_mouse_and_fit_the_phone(stage: Stage, opened: Opened) -> None:
    take_to(stage, "paying")
    worker, firm = f"/workers/{stage.hires[0].worker_id}/", f"/enterprises/{stage.cast.alpha.pk}/"
    tabs = [f"{firm}?tab={tab}" for tab in ("people", "claims", "payments", "accounts", "uploads")]
    clerk = [
        "/workers/", worker, f"{worker}merge/", f"{worker}employments/{stage.hires[0].pk}/leave/", "/workers/hire/",
        "/workers/register/", "/enterprises/", *tabs, "/jobs/", "/account/",
    ]  # fmt: skip
    for member, addresses in (
        (stage.cast.clerk, clerk), (stage.cast.auditor, ["/audit/", worker]), (stage.cast.hr, ["/m/register/", "/account/"]),
    ):  # fmt: skip
        page = opened(addresses[0], member, PHONE)
        root = "/".join(page.url.split("/", 3)[:3])
        for address in addresses:
            page.goto(root + address)
            assert page.evaluate(FAULTS) == [], address
