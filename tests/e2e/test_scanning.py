"""A worker by one scan in a real browser, on a phone with fingers: poster, screen, HR's list, receipt."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from park_workers.models import Employment, ScanEntry, WorkerRegistration
from park_workers.services.posters import issue_poster
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number

zxingcpp = pytest.importorskip("zxingcpp")
pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, MOBILE = id_number(71), "13800000071"


def scanned(cast: Cast) -> str:
    """The address that a phone reads off the printed poster."""
    issue_poster(actor=cast.hr, enterprise=cast.alpha, day=timezone.localdate())
    hr = Client()
    hr.force_login(cast.hr.user)
    picture = hr.get("/m/poster/file/png/")
    found = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(b"".join(picture)) if picture.streaming else io.BytesIO(picture.content))
    )
    assert len(found) == 1
    return urlsplit(found[0].text).path


def write(page: Page, number: str = NUMBER) -> None:
    """What a worker writes."""
    page.get_by_label("姓名").fill("王工")
    page.get_by_label("证件号码").fill(number)
    page.get_by_label("手机号码").fill(MOBILE)
    page.get_by_text("平车", exact=True).tap()
    page.get_by_label("我已阅读并同意").check()


def test_a_worker_scans_hr_sees_it_at_once_confirms_and_the_receipt_says_so(
    committed_cast: Cast, opened: Opened
) -> None:
    address = scanned(committed_cast)
    home = opened("/m/", committed_cast.hr, PHONE)
    hr = opened("/m/entries/", committed_cast.hr, PHONE)
    expect(hr.locator("#entries")).to_contain_text("没有待确认的登记")
    worker = opened(address, None, PHONE)
    worker.get_by_role("button", name="提交登记").tap()
    expect(worker.locator(".field-error")).to_have_count(4)
    write(worker)
    expect(worker.locator("#id_number-check")).to_contain_text("1990年5月17日出生")
    worker.get_by_role("button", name="提交登记").dblclick()
    expect(worker.locator("h1")).to_have_text("已提交，等待人事确认")
    entry = ScanEntry.objects.get()
    expect(worker.locator("#state")).to_contain_text(entry.reference)
    assert worker.context.cookies() == []
    # Nobody presses anything on HR's pages: the entry comes by itself.
    expect(hr.locator("#entries")).to_contain_text("王工")
    expect(home.locator("#todos")).to_contain_text("扫码登记待确认")
    hr.get_by_role("link", name="王工").tap()
    expect(hr.locator("h1")).to_contain_text("王工")
    assert NUMBER not in hr.content()
    hr.get_by_label("无固定期限").check()
    hr.get_by_role("button", name="确认登记").tap()
    expect(hr.locator(".note-success")).to_contain_text("已确认：王工")
    expect(worker.locator("h1")).to_have_text("已确认")
    expect(home.locator("#todos")).not_to_contain_text("扫码登记待确认")
    registration = WorkerRegistration.objects.get()
    assert (registration.method, registration.consented_at) == ("qr", entry.consented_at)
    assert Employment.objects.get().source == "qr"
    worker.get_by_role("link", name="打开我的工牌").click()
    expect(worker.locator("body")).to_contain_text("在职")


def test_name_and_trade_survive_a_lost_signal_and_numbers_do_not(committed_cast: Cast, opened: Opened) -> None:
    address = scanned(committed_cast)
    worker = opened(address, None, PHONE)
    write(worker)
    kept = worker.evaluate("JSON.stringify(localStorage)")
    assert "王工" in kept and NUMBER not in kept and MOBILE not in kept
    worker.reload()
    expect(worker.get_by_label("姓名")).to_have_value("王工")
    expect(worker.get_by_label("证件号码")).to_have_value("")
    write(worker)
    worker.get_by_role("button", name="提交登记").click()
    expect(worker.locator("h1")).to_have_text("已提交，等待人事确认")
    worker.goto(worker.url.split("/s/")[0] + address)
    worker.get_by_role("link", name="查看办理状态").click()
    expect(worker.locator("h1")).to_have_text("已提交，等待人事确认")
    assert worker.evaluate(FAULTS) == []
