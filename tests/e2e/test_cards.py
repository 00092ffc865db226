"""A card from the firm's page to a stranger's phone, read off the screen by a real QR reader."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from park_workers.services.employments import record_leave
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.subsidies.stage import Day, Stage


def code_on(page: Page) -> str:
    """The address in the code that stands on the screen."""
    expect(page.locator(".m-paper img")).to_be_visible()
    page.locator(".m-paper img").evaluate("picture => picture.decode()")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
    return str(found.text)


@pytest.mark.django_db(transaction=True)
def test_a_card_is_issued_on_the_phone_scanned_off_its_screen_and_says_what_is_so(stage: Stage, opened: Opened) -> None:
    page = opened("/m/", stage.cast.hr, PHONE)
    page.get_by_role("link", name="员工工牌").click()
    page.get_by_role("link", name=str(stage.hires[0].worker)).first.click()
    page.get_by_role("button", name="发工牌").dblclick()
    address = code_on(page)
    path = "/" + address.split("/", 3)[3]
    assert page.url.startswith(address.removesuffix(path))
    stranger = opened(path, None, PHONE)
    expect(stranger.locator("h1")).to_have_text("在职")
    expect(stranger.locator(".scan-facts")).to_contain_text(stage.cast.alpha.name)
    assert stranger.context.cookies() == [] and stranger.evaluate(FAULTS) == []
    record_leave(actor=stage.cast.hr, employment=stage.hires[0], left_on=Day.APPLIED, reason="辞职", day=Day.APPLIED)
    stranger.reload()
    expect(stranger.locator("h1")).to_have_text("已离职")


@pytest.mark.django_db(transaction=True)
def test_a_poster_is_made_scanned_and_its_pages_fit_the_phone(stage: Stage, opened: Opened) -> None:
    page = opened("/m/poster/", stage.cast.hr, PHONE)
    page.get_by_role("button", name="生成海报").click()
    path = "/" + code_on(page).split("/", 3)[3]
    stranger = opened(path, None, PHONE)
    expect(stranger.locator("h1")).to_contain_text(stage.cast.alpha.name)
    root = "/".join(page.url.split("/", 3)[:3])
    for address in ("/m/poster/", "/m/poster/withdraw/", "/m/cards/", "/m/cards/print/",
                    f"/m/cards/{stage.hires[0].worker.reference}/"):  # fmt: skip
        page.goto(root + address)
        assert page.evaluate(FAULTS) == [], address
    assert stranger.evaluate(FAULTS) == []
    page.goto(root + "/m/cards/print/")
    page.get_by_role("button", name="制作打印文件").click()
    expect(page.locator("#card-print")).to_contain_text("已做好")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
