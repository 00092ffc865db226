"""A claim confirmed and a correction answered with a thumb, in a real browser."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from subsidies.models import ClaimConfirmation, CorrectionRequest
from subsidies.services.confirmations import ask_confirmation
from subsidies.services.corrections import ask_correction
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.subsidies.stage import Day, Stage, take_to


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_confirmed_and_a_correction_answered_on_the_phone(stage: Stage, opened: Opened) -> None:
    take_to(stage, "computed")
    ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=5, day=Day.APPLIED)
    ask_correction(
        actor=stage.cast.clerk, enterprise=stage.cast.alpha, employment=stage.hires[0], about="contract",
        text="合同起止日请核对", until=date(2023, 5, 15), day=Day.APPLIED,
    )  # fmt: skip
    page = opened("/m/", stage.cast.hr, PHONE)
    page.get_by_role("link", name="待确认申报").click()
    expect(page.locator(".m-confirm")).to_contain_text("¥4,000.00")
    assert page.evaluate(FAULTS) == []
    page.get_by_label("本企业承诺").check()
    page.get_by_role("button", name="确认 2 人").dblclick()
    expect(page.locator(".m-confirm")).to_contain_text("确认：2 人")
    assert ClaimConfirmation.objects.count() == 1
    page.get_by_role("link", name="补贴").first.click()
    page.get_by_role("link", name="更正要求").click()
    page.get_by_role("link", name="劳动合同").click()
    page.get_by_text("已更正，请核对").click()
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator("main")).to_contain_text("已答复")
    assert CorrectionRequest.objects.get().status == "answered"


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_money_can_be_read_without_a_mouse_and_fit_the_phone(stage: Stage, opened: Opened) -> None:
    take_to(stage, "submitted")
    person = f"/m/money/people/{stage.hires[0].pk}/?policy=HIRE"
    addresses = [
        "/m/money/",
        "/m/money/people/?policy=HIRE&group=claimed",
        person,
        "/m/money/account/",
        "/m/corrections/",
    ]
    page = opened(addresses[0], stage.cast.hr, PHONE)
    root = "/".join(page.url.split("/", 3)[:3])
    for address in addresses:
        page.goto(root + address)
        assert page.evaluate(FAULTS) == [], address
