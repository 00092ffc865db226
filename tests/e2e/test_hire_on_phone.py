"""A hire on a phone, in a real browser with a finger: photographed, corrected, saved; and with the network cut in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from park_workers.foundation.text_reading import is_reader_installed
from park_workers.models import Employment, IdCardPicture, WorkerRegistration
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.test_batch_pages import FAULTS
from tests.e2e.test_cards import code_on
from tests.id_cards import Card, photograph
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=60_000)
PASSWORD = "织布机-在-下雨-7"
MOST_TAPS = 12
#: the phone's own camera: its shutter, and "use this picture"
CAMERA_TAPS = 2
#: milliseconds; two or three seconds on a free core, and machines that test are not free
READING = 240_000


class Thumb:
    """A finger on a phone: counts what it taps and what it fills."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, selector: str) -> None:
        """One tap."""
        self.page.locator(selector).first.tap()
        self.taps += 1

    def type(self, selector: str, text: str) -> None:
        """A tap into a field, and what is typed there."""
        self.tap(selector)
        self.page.locator(selector).fill(text)
        self.page.locator(selector).blur()
        self.fields += 1

    def photograph(self, selector: str, file: Path) -> None:
        """A tap on the button, the shutter, and "use"."""
        with self.page.expect_file_chooser() as chosen:
            self.tap(selector)
        chosen.value.set_files(file)
        self.taps += CAMERA_TAPS


@pytest.fixture
def phone(browser: Browser, committed_cast: Cast, live_server: LiveServer) -> Iterator[BrowserContext]:
    """390 by 844, touch on; nobody is signed in."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN", reduced_motion="reduce",  # type: ignore[arg-type]
        base_url=live_server.url,
    )  # fmt: skip
    context.set_default_timeout(60_000)
    yield context
    context.close()


def signed_in(phone: BrowserContext, cast: Cast, address: str) -> Page:
    """The page as the enterprise's staff see it, without the log-in before it."""
    client = Client()
    client.force_login(cast.hr.user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page = phone.new_page()
    page.goto("/log-in/")
    phone.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": page.url.split("/log-in/")[0]}])
    page.goto(address)
    return page


def log_in(page: Page, cast: Cast) -> None:
    """By name and password, as every morning."""
    cast.hr.user.set_password(PASSWORD)
    cast.hr.user.save()
    page.goto("/log-in/")
    page.fill("[name=username]", cast.hr.user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("button[type=submit]").last.tap()
    page.wait_for_url(re.compile("/m/"))


def card_is_scanned(page: Page, phone: BrowserContext, name: str, firm: str) -> None:
    """From the page of the hire to the card, off its screen to a stranger's phone."""
    page.get_by_role("link", name=f"{name}的工牌").tap()
    page.get_by_role("button", name="发工牌").tap()
    address = code_on(page)
    browser = phone.browser
    assert browser is not None
    with browser.new_context(viewport=PHONE, locale="zh-CN") as stranger:  # type: ignore[arg-type]
        seen = stranger.new_page()
        seen.goto(address)
        expect(seen.locator("h1")).to_have_text("在职")
        expect(seen.locator(".scan-facts")).to_contain_text(firm)
        assert stranger.cookies() == [] and seen.evaluate(FAULTS) == []


@pytest.mark.skipif(not is_reader_installed(), reason="the optional reader (requirements-ocr.txt) is not installed")
def test_a_hire_is_photographed_corrected_and_saved_in_few_taps_and_its_card_scanned(
    phone: BrowserContext, committed_cast: Cast, tmp_path: Path
) -> None:
    card = Card(name="黄秀英", number=id_number(902))
    taken = tmp_path / "card.jpg"
    taken.write_bytes(photograph(card, tilt=7, blur=2))
    page = phone.new_page()
    log_in(page, committed_cast)
    thumb = Thumb(page)
    thumb.tap("a.m-main-act")
    thumb.photograph("label[for=card]", taken)
    expect(page.locator("#id_number")).to_have_value(card.number, timeout=READING)
    expect(page.locator("#name")).to_have_value("黄秀英")
    expect(page.locator("#id_number-known")).to_contain_text("女，1990年5月17日出生")
    thumb.type("#name", "黄秀瑛")
    thumb.tap("label:has-text('平车')")
    thumb.tap("#consent")
    assert page.evaluate(FAULTS) == []
    thumb.tap("button[form=hire]")
    page.wait_for_url(re.compile("/m/register/[0-9a-f]{20}/"))
    found = Employment.objects.get()
    expect(page.locator("main")).to_contain_text(found.reference)
    expect(page.locator(".m-bar")).to_contain_text("登记下一位")
    assert (found.worker.name, found.posts.get().trade, found.worker.birth_on) == ("黄秀瑛", "平车", date(1990, 5, 17))
    assert found.worker.origin.startswith("广东省示例市")
    assert WorkerRegistration.objects.get().consent_version
    assert IdCardPicture.objects.get().employment_id == found.pk
    print(f"\na hire with a picture: {thumb.taps} taps, {thumb.fields} field typed")  # noqa: T201
    assert thumb.taps <= MOST_TAPS and page.evaluate(FAULTS) == []
    card_is_scanned(page, phone, "黄秀瑛", committed_cast.alpha.name)


def fill_by_hand(page: Page) -> None:
    """A whole hire, typed."""
    page.fill("#name", "新工人")
    page.fill("#id_number", id_number(990))
    page.fill("#phone", "13800005678")
    page.locator("label", has_text="平车").first.tap()
    page.locator("#consent").tap()


def test_the_network_is_cut_twice_in_the_middle_of_sending_and_one_row_is_made(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    cuts: list[int] = []

    def cut(route: Route) -> None:
        """The first time nothing arrives; the second time it arrives, and the answer is lost."""
        if route.request.method != "POST" or len(cuts) >= 2:
            route.continue_()
            return
        cuts.append(1)
        if len(cuts) == 2:
            route.fetch()
        route.abort("internetdisconnected")

    page.route(re.compile("/m/register/$"), cut)
    fill_by_hand(page)
    page.locator("button[form=hire]").tap()
    expect(page.locator("#hire-notice")).to_contain_text("没有网络")
    assert page.input_value("#id_number") == id_number(990) and page.input_value("#name") == "新工人"
    page.wait_for_url(re.compile("/m/register/[0-9a-f]{20}/"))
    assert len(cuts) == 2
    assert Employment.objects.count() == 1 == WorkerRegistration.objects.count()


def test_offline_waits_for_the_network_and_a_double_tap_makes_one_row(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    phone.set_offline(True)
    button = page.locator("button[form=hire]")
    button.dblclick()
    expect(page.locator("#hire-notice")).to_contain_text("自动提交")
    assert not Employment.objects.exists() and page.input_value("#phone") == "13800005678"
    phone.set_offline(False)
    page.wait_for_url(re.compile("/m/register/[0-9a-f]{20}/"))
    assert Employment.objects.count() == 1


def test_a_draft_survives_a_reload_without_any_number(phone: BrowserContext, committed_cast: Cast) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    page.locator("summary", has_text="引工人").tap()
    page.fill("#introducer", "13900001234")
    page.fill("#origin", "广西")
    kept = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "新工人" in kept and "广西" in kept
    assert all(number not in kept for number in (id_number(990), "13800005678", "13900001234"))
    page.reload()
    expect(page.locator("#hire-notice")).to_contain_text("已恢复")
    assert (page.input_value("#name"), page.input_value("#origin")) == ("新工人", "广西")
    assert page.locator("input[name=trade]:checked").input_value() == "平车"
    assert page.input_value("#id_number") == page.input_value("#phone") == page.input_value("#introducer") == ""
    page.fill("#id_number", id_number(990))
    page.locator("#consent").check()
    page.locator("button[form=hire]").tap()
    page.wait_for_url(re.compile("/m/register/[0-9a-f]{20}/"))
    assert page.evaluate("JSON.stringify(localStorage)") == "{}", "what was sent leaves no draft"


def test_what_is_wrong_is_said_beside_the_field_at_once_and_again_when_sent(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    page.fill("#id_number", "441899199005170000")
    expect(page.locator("#id_number-known")).to_contain_text("校验位不正确")
    page.fill("#phone", "123")
    page.locator("#phone").blur()
    expect(page.locator("#phone-known")).to_contain_text("手机号码格式不正确")
    page.locator("button[form=hire]").tap()
    expect(page.locator("#id_number-error")).to_contain_text("校验位不正确")
    expect(page.locator("#phone-error")).to_be_visible()
    assert page.input_value("#name") == "新工人" and page.evaluate(FAULTS) == []
    page.fill("#id_number", id_number(990))
    page.fill("#phone", "")
    page.locator("button[form=hire]").tap()
    page.wait_for_url(re.compile("/m/register/[0-9a-f]{20}/"))


def test_the_contract_follows_the_hire_date_until_it_is_stated(phone: BrowserContext, committed_cast: Cast) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    page.fill("#hired_on", "2024-02-29")
    page.locator("#hired_on").blur()
    ends = page.locator("#contract_ends_on")
    assert page.input_value("#contract_starts_on") == "2024-02-29"
    expect(ends).to_have_value("2025-02-27")
    page.locator("[name=is_open_ended]").check()
    expect(ends).to_have_value("")
    page.locator("[name=is_open_ended]").uncheck()
    expect(ends).to_have_value("2025-02-27")
