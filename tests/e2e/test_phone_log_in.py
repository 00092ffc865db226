"""In by a code on a phone, as a person does it; the account opened and a colleague asked in; pictures are looked at by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from park_workers.models import CodeAllowance, Membership
from tests.accounts.phones import PHONE, last_code, with_phone
from tests.e2e.browser import PHONE as PHONE_SIZE
from tests.e2e.conftest import Opened
from tests.subsidies.stage import Stage


@pytest.mark.django_db(transaction=True)
def test_enterprise_staff_come_in_by_a_code_and_make_the_type_larger(
    stage: Stage, opened: Opened, settings: Any, tmp_path: Path
) -> None:
    settings.CODE_SENDER, settings.CODE_FILE = "file", str(tmp_path / "texts.log")
    Membership.objects.filter(pk=stage.cast.hr.pk).update(is_owner=True)
    with_phone(stage.cast.hr)
    page = opened("/log-in/", None, PHONE_SIZE)
    page.get_by_role("link", name="手机验证码").click()
    page.get_by_label("手机号").fill("139 0000 0001")
    page.get_by_role("button", name="获取验证码").click()
    field = page.get_by_label("验证码")
    assert field.get_attribute("autocomplete") == "one-time-code" and field.get_attribute("inputmode") == "numeric"
    assert PHONE not in page.content() and PHONE not in page.url
    field.fill("000000")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#code-error")).to_contain_text("验证码不正确")
    page.get_by_label("验证码").fill(last_code(tmp_path / "texts.log", PHONE))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/m/")
    page.locator(".m-tabs").get_by_role("link", name="我的").click()
    expect(page.locator(".m-main")).to_contain_text("139****0001")
    before = page.evaluate("getComputedStyle(document.body).fontSize")
    page.get_by_role("link", name="大字版").click()
    page.wait_for_load_state()
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 1.19 * float(before[:-2])
    page.get_by_role("link", name="企业人员").click()
    page.get_by_label("姓名").fill("王小红")
    page.get_by_label("手机号").fill("13900000002")
    page.get_by_role("button", name="发送邀请").click()
    expect(page.locator(".m-main")).to_contain_text("139****0002")
    assert CodeAllowance.objects.count() == 1
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
