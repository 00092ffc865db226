"""An enterprise asks by phone to assess its own people, two persons agree, a sitting is held, and the figures move."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from pages.downloads import XLSX
from park_workers.foundation.business_day import begin_practice, set_practice_day
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.files import workbook
from tests.training.sittings_stage import RESULT_HEADER, line, number_of
from training.models import AssessmentSitting, EnterpriseAssessmentFiling

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = date(2026, 11, 2)
HELD = BEGIN + timedelta(days=10)


def sound(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate(FAULTS) == []


def said(page: Page, text: str) -> None:
    expect(page.locator(".notes").first).to_contain_text(text)
    sound(page)


def to(page: Page, address: str) -> None:
    page.goto("/".join(page.url.split("/", 3)[:3]) + address)


def fill_filing(page: Page) -> None:
    """The whole application on one screen of the phone."""
    for at, (name, card) in enumerate((("考评甲", "K-001"), ("考评乙", "K-002"))):
        page.locator("[name=staff_name]").nth(at).fill(name)
        page.locator("[name=staff_card]").nth(at).fill(card)
    page.locator("[name=scope_trade]").first.fill("缝纫工")
    page.locator("[name=place_name]").first.fill("一号车间")
    page.locator("[name=place_seats]").first.fill("30")
    page.fill("[name=contact_name]", "李人事")
    page.fill("[name=contact_phone]", "13800005678")
    sound(page)
    page.get_by_role("button", name="保存", exact=True).click()
    said(page, "已保存")


def file_by_phone(cast: Cast, opened: Opened, folder: Path) -> Page:
    """Begun, filled in, photographed and sent."""
    picture = folder / "licence.jpg"
    Image.effect_noise((600, 400), 80).convert("RGB").save(picture)
    page = opened("/m/me/", cast.hr, PHONE)
    page.get_by_role("link", name="技能等级认定申报").click()
    sound(page)
    page.get_by_role("button", name="开始申报").click()
    fill_filing(page)
    page.locator("#picture").set_input_files(picture)
    page.get_by_role("button", name="上传这份材料").click()
    said(page, "已上传")
    page.get_by_role("button", name="提交申报").click()
    said(page, "等待区人社局受理")
    return page


def decide_at_desk(cast: Cast, opened: Opened, phone: Page) -> None:
    """The clerk asks for more, the enterprise mends, the clerk accepts, the approver agrees."""
    filing = EnterpriseAssessmentFiling.objects.get()
    clerk = opened(f"/training/assessment-filings/{filing.reference}/", cast.clerk)
    sound(clerk)
    clerk.get_by_text("材料不全，退回补正").click()
    clerk.fill("#mends", "请写明评价制度")
    clerk.get_by_role("button", name="一次性告知并退回补正").click()
    said(clerk, "已退回补正")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("请写明评价制度")
    phone.get_by_role("link", name="填写或修改").click()
    phone.fill("[name=statement]", "评价制度 2026 版，已公示")
    phone.get_by_role("button", name="保存", exact=True).click()
    phone.get_by_role("button", name="补正完毕，重新提交").click()
    said(phone, "等待区人社局受理")
    clerk.reload()
    clerk.fill("#assessor_code", "1234")
    clerk.fill("#filing_number", "备〔2026〕1号")
    clerk.get_by_role("button", name="受理", exact=True).click()
    said(clerk, "已受理")
    approver = opened(f"/training/assessment-filings/{filing.reference}/", cast.approver_1)
    approver.get_by_role("button", name="同意备案").click()
    said(approver, "已同意备案")


def hold_a_sitting(phone: Page) -> AssessmentSitting:
    """Planned and filed in time, held on its day."""
    phone.reload()
    phone.get_by_role("link", name="安排认定场次").click()
    phone.get_by_role("link", name="登记场次").first.click()
    phone.fill("#trade", "缝纫工")
    phone.locator("label", has_text="五级").first.click()
    phone.fill("#held_on", HELD.isoformat())
    phone.locator("label", has_text="上午").first.click()
    phone.fill("#place", "一号车间")
    phone.fill("#capacity", "30")
    for at, (name, card) in enumerate((("考评甲", "K-001"), ("考评乙", "K-002"))):
        phone.locator("[name=examiner_name]").nth(at).fill(name)
        phone.locator("[name=examiner_card]").nth(at).fill(card)
    sound(phone)
    phone.locator(".sheet-acts button").click()
    said(phone, "已登记计划")
    phone.get_by_role("button", name="考前备案").click()
    said(phone, "已备案")
    set_practice_day(HELD)
    phone.get_by_role("button", name="登记已开考").click()
    said(phone, "可以录入成绩")
    return AssessmentSitting.objects.get()


def test_an_enterprise_files_holds_a_sitting_and_the_figures_move(
    committed_cast: Cast, opened: Opened, settings: Any, tmp_path: Path
) -> None:
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path
    begin_practice(BEGIN)
    cast = committed_cast
    phone = file_by_phone(cast, opened, tmp_path)
    decide_at_desk(cast, opened, phone)
    sitting = hold_a_sitting(phone)
    day = HELD + timedelta(days=2)
    set_practice_day(day)
    rows = [
        line(1, 发证日期=day),
        line(2, 发证日期=day),
        line(3, 结论="不合格", 实操成绩=40, 证书编号=None, 发证日期=None),
    ]
    phone.get_by_role("link", name="上传成绩表").click()
    sound(phone)
    given: FilePayload = {"name": "成绩.xlsx", "mimeType": XLSX, "buffer": workbook(RESULT_HEADER, rows)}
    phone.get_by_label("Excel 文件").set_input_files(given)
    phone.locator(".m-bar button, form button[type=submit]").last.click()
    expect(phone.locator("main")).to_contain_text("3")
    reference = phone.url.rstrip("/").rsplit("/", 1)[1]
    clerk = opened(f"/uploads/{reference}/", cast.clerk)
    clerk.get_by_role("button", name="确认导入").click()
    expect(clerk.locator("h1 .state")).to_have_text("已导入")
    to(clerk, "/training/sittings/figures/")
    expect(clerk.locator(".figure-value").first).to_contain_text("0")
    to(clerk, f"/training/sittings/{sitting.reference}/")
    expect(clerk.locator("main")).to_contain_text(number_of(1))
    sound(clerk)
    clerk.get_by_role("button", name="确认成绩").click()
    said(clerk, "成绩已确认")
    to(clerk, "/training/sittings/figures/")
    figures = ["".join(text.split()) for text in clerk.locator(".figure-value").all_inner_texts()]
    assert figures == ["1场", "3人", "2人", "2本"]
    sound(clerk)
