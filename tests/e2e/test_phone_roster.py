"""On a phone: a leaver and back, a roster with errors mended in the returned file, a month confirmed."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from pages.downloads import XLSX
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, HeadcountConfirmation
from park_workers.services.employments import register_employment
from park_workers.services.headcount_confirmations import due_month
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.files import staff, workbook
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = ("姓名", "证件号码", "工种", "是否一线", "用工形式", "入职日期", "合同起始日", "合同终止日", "手机")


def hired(cast: Cast, order: int, name: str) -> Employment:
    on = date(2023, 2, 1)
    return register_employment(
        actor=cast.hr, enterprise=cast.alpha, name=name, id_number=id_number(order), hired_on=on, contract_starts_on=on,
        is_open_ended=True, trade="平车", is_front_line=True, day=business_day(), request_id=str(order),
    ).employment  # fmt: skip


def line(order: int, name: str, **more: object) -> dict[str, object]:
    return staff(name, id_number(order), date(2025, 3, 1), 手机=f"1390000{order:04d}") | more


def file_of(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": XLSX, "buffer": content}


def is_sound(page: Page) -> None:
    assert page.evaluate(FAULTS) == []


def test_a_leaver_takes_two_taps_and_one_takes_it_back(committed_cast: Cast, opened: Opened) -> None:
    hire = hired(committed_cast, 901, "张晓红")
    hired(committed_cast, 902, "李四")
    page = opened("/m/", committed_cast.hr, PHONE)
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="员工").click()
    page.get_by_label("姓名、拼音首字母").fill("zxh")
    page.keyboard.press("Enter")
    expect(page.locator(".m-person")).to_have_count(1)
    is_sound(page)
    page.get_by_role("link", name="登记张晓红离职").click()  # first tap
    is_sound(page)
    page.get_by_role("button", name="本人辞职").click()  # second tap
    expect(page.locator(".notes")).to_contain_text(f"最后在职日 {business_day()}")
    hire.refresh_from_db()
    assert (hire.left_on, hire.leave_reason) == (business_day(), "本人辞职")
    is_sound(page)
    page.get_by_role("button", name="撤销离职登记").click()
    expect(page.locator(".notes")).to_contain_text("仍在职")
    hire.refresh_from_db()
    assert hire.left_on is None


def test_a_roster_with_errors_is_mended_in_the_returned_file_and_uploaded_again(
    committed_cast: Cast, opened: Opened
) -> None:
    wrong_number = id_number(902)[:-1] + ("0" if id_number(902)[-1] != "0" else "1")
    rows = [line(901, "张晓红"), line(902, "李四", 证件号码=wrong_number), line(903, "王五", 入职日期=None)]
    page = opened("/m/workers/", committed_cast.hr, PHONE)
    page.get_by_role("link", name="上传花名册").click()
    is_sound(page)
    page.get_by_label("Excel 文件").set_input_files(file_of("花名册.xlsx", workbook(HEADER, rows)))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator(".m-main")).to_contain_text("共 3 行，合格 1，错误 2")
    expect(page.locator(".m-issue").first).to_contain_text("第 3 行")
    is_sound(page)
    assert not Employment.objects.exists()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载标注错误的原表").click()
    named = page.request.get(fetched.value.url).headers["content-disposition"]
    assert fetched.value.url.startswith("http") and f"filename*=UTF-8''{quote('花名册（已标注）.xlsx')}" in named
    book = load_workbook(io.BytesIO(Path(fetched.value.path()).read_bytes()))
    sheet = book.active
    assert (
        sheet is not None
        and sheet.cell(1, sheet.max_column).value == "错误原因"
        and sheet.cell(3, sheet.max_column).value
    )
    sheet.cell(3, 2).value, sheet.cell(4, 6).value = id_number(902), "2025-03-01"
    book.save(mended := io.BytesIO())
    page.get_by_role("link", name="上传改好的表").click()
    page.get_by_label("Excel 文件").set_input_files(file_of("花名册（已改）.xlsx", mended.getvalue()))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator(".m-main")).to_contain_text("共 3 行，合格 3，错误 0")
    page.get_by_role("button", name="确认导入合格的 3 行").click()
    expect(page.locator("h1")).to_contain_text("已导入")
    expect(page.locator(".m-main")).to_contain_text("新增入职")
    is_sound(page)
    assert Employment.objects.filter(enterprise=committed_cast.alpha).count() == 3


def test_a_month_is_confirmed_by_one_tap_and_after_a_change_by_its_differences(
    committed_cast: Cast, opened: Opened
) -> None:
    cast, month = committed_cast, due_month(business_day())
    hire = hired(cast, 901, "张晓红")
    page = opened("/m/", cast.hr, PHONE)
    page.get_by_role("link", name=f"确认 {month.month} 月在岗名单").click()
    expect(page.locator(".notes")).to_contain_text("没有变动")
    is_sound(page)
    page.get_by_role("button", name=f"确认 {month.month} 月在岗 1 人").dblclick()
    expect(page.locator(".m-done")).to_contain_text("已确认")
    assert HeadcountConfirmation.objects.count() == 1
    root = page.url.partition("/m/")[0]
    page.goto(f"{root}/m/workers/{hire.reference}/leave/")
    page.get_by_label("最后在职日").fill(month.replace(day=10).isoformat())
    page.get_by_role("button", name="自行离开").click()
    expect(page.locator("h1")).to_contain_text("已离职")
    page.goto(f"{root}/m/")
    page.get_by_role("link", name=f"确认 {month.month} 月在岗名单").click()
    expect(page.locator(".m-main")).to_contain_text("离职 1 人")
    expect(page.locator(".m-main")).to_contain_text("张晓红")
    is_sound(page)
    page.get_by_role("button", name="重新确认").click()
    expect(page.locator(".m-done")).to_contain_text("已确认")
    assert HeadcountConfirmation.objects.latest("edition").heads_at_end == 0


def test_every_new_page_fits_the_phone_and_needs_no_mouse(committed_cast: Cast, opened: Opened) -> None:
    cast = committed_cast
    base = f"/m/workers/{hired(cast, 901, '张晓红').reference}/"
    parts = ("", "leave/", "correct/phone/", "correct/name/", "correct/post/", "correct/contract/")
    page = opened("/m/workers/", cast.hr, PHONE)
    root = page.url.partition("/m/")[0]
    for address in (
        *(base + part for part in parts),
        "/m/headcount/",
        "/m/uploads/",
        "/m/uploads/new/?sheet=applications",
    ):
        page.goto(root + address)
        is_sound(page)
    desk = opened("/enterprises/headcounts/", cast.clerk)
    is_sound(desk)
