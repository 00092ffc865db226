"""As a bad signal would: a log-in that ends while a form is filled in, cuts, reloads, the way back, two tabs at once."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment
from tests.conftest import Cast
from tests.e2e.test_hire_on_phone import PASSWORD, fill_by_hand, phone, signed_in
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import hire

__all__ = ["phone"]
pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=60_000)
#: and no door that leads to it
HOME = re.compile(r"^[^?]*/m/$")
DONE = re.compile("/m/register/[0-9a-f]{20}/")


def logged_out(cast: Cast) -> None:
    """The log-in has ended, as after an hour without a tap; the person has a password."""
    Session.objects.all().delete()
    cast.hr.user.set_password(PASSWORD)
    cast.hr.user.save()


def log_in_here(page: Page, cast: Cast) -> None:
    page.fill("[name=username]", cast.hr.user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("button[type=submit]").last.tap()


def test_a_log_in_that_ended_loses_nothing_of_a_hire_not_even_the_numbers(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    logged_out(committed_cast)
    page.locator("button[form=hire]").tap()
    expect(page.locator("#hire-notice")).to_contain_text("已填内容都在本页")
    with phone.expect_page() as opened:
        page.get_by_role("button", name="重新登录").tap()
    log_in_here(opened.value, committed_cast)
    opened.value.wait_for_url(HOME)
    opened.value.close()
    page.wait_for_url(DONE)
    assert Employment.objects.get().worker.open_id_number() == id_number(990)


def test_whoever_has_logged_in_again_in_another_tab_is_asked_nothing(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    logged_out(committed_cast)
    other = phone.new_page()
    other.goto("/m/")
    log_in_here(other, committed_cast)
    other.wait_for_url(HOME)
    page.locator("button[form=hire]").tap()
    page.wait_for_url(DONE)
    assert Employment.objects.count() == 1


def test_two_tabs_keep_two_people_apart_and_a_third_asks(phone: BrowserContext, committed_cast: Cast) -> None:
    first = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(first)
    second = phone.new_page()
    second.goto("/m/register/")
    expect(second.locator("#hire-notice")).to_contain_text("有一份没有提交的登记：新工人")
    assert second.input_value("#name") == "" and second.input_value("[name=key]") != first.input_value("[name=key]")
    fill_by_hand(second)
    second.fill("#name", "另一位")
    second.fill("#id_number", id_number(991))
    first.reload()
    assert first.input_value("#name") == "新工人", "each tab comes back to its own"
    fill_by_hand(first)
    for page in (first, second):
        page.locator("button[form=hire]").tap()
        page.wait_for_url(DONE)
    assert sorted(Employment.objects.values_list("worker__name", flat=True)) == ["另一位", "新工人"]


def test_a_draft_of_a_closed_tab_is_offered_and_goes_on(phone: BrowserContext, committed_cast: Cast) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    page.close()
    page = phone.new_page()
    page.goto("/m/register/")
    page.get_by_role("button", name="接着填").tap()
    assert page.input_value("#name") == "新工人" and page.input_value("#id_number") == ""
    page.fill("#id_number", id_number(990))
    page.locator("#consent").check()
    page.locator("button[form=hire]").tap()
    page.wait_for_url(DONE)
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_back_from_a_hire_that_stands_is_a_new_form(phone: BrowserContext, committed_cast: Cast) -> None:
    page = signed_in(phone, committed_cast, "/m/register/")
    fill_by_hand(page)
    page.locator("button[form=hire]").tap()
    page.wait_for_url(DONE)
    page.go_back()
    expect(page.locator("button[form=hire]")).to_have_text("登记入职")
    assert (page.input_value("#name"), page.input_value("#id_number")) == ("", "")


def test_a_log_in_that_ended_under_another_form_brings_what_was_typed_back(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    one = hire(committed_cast, committed_cast.alpha, 901)
    address = f"/m/workers/{one.reference}/correct/name/"
    page = signed_in(phone, committed_cast, address)
    page.fill("#name", "张晓红")
    page.locator(".phrases label", has_text="录入有误").tap()
    logged_out(committed_cast)
    page.locator(".m-bar button").tap()
    page.wait_for_url(re.compile(r"/log-in/\?next="))
    log_in_here(page, committed_cast)
    page.wait_for_url(re.compile(r"^[^?]*/correct/name/$"))
    expect(page.locator(".m-notice")).to_contain_text("已恢复")
    assert page.input_value("#name") == "张晓红"
    page.locator(".m-bar button").tap()
    page.wait_for_url(re.compile(f"/m/workers/{one.reference}/$"))
    one.worker.refresh_from_db()
    assert one.worker.name == "张晓红"
    page.goto(address)
    expect(page.locator(".m-notice")).to_have_count(0)


def test_a_leave_cut_off_twice_is_recorded_once_and_the_day_typed_is_still_there(
    phone: BrowserContext, committed_cast: Cast
) -> None:
    one = hire(committed_cast, committed_cast.alpha, 901)
    page = signed_in(phone, committed_cast, f"/m/workers/{one.reference}/leave/")
    page.fill("#left_on", "2024-03-08")
    phone.set_offline(True)
    page.get_by_role("button", name="本人辞职").tap()
    page.wait_for_timeout(500)
    phone.set_offline(False)
    for reason in ("本人辞职", "本人辞职"):
        page.goto(f"/m/workers/{one.reference}/leave/")
        if reason == "本人辞职" and not Employment.objects.filter(left_on__isnull=False).exists():
            expect(page.locator(".m-notice")).to_contain_text("已恢复")
        assert page.input_value("#left_on") == "2024-03-08"
        page.get_by_role("button", name=reason).tap()
        page.wait_for_url(re.compile(f"/m/workers/{one.reference}/$"))
    one.refresh_from_db()
    assert str(one.left_on) == "2024-03-08" < str(business_day())
    assert AuditEvent.objects.filter(code="employment.left").count() == 1


def test_no_number_of_a_person_is_kept_in_the_tab(phone: BrowserContext, committed_cast: Cast) -> None:
    one = hire(committed_cast, committed_cast.alpha, 901)
    page = signed_in(phone, committed_cast, f"/m/workers/{one.reference}/correct/phone/")
    page.fill("#phone", "13800005678")
    assert "13800005678" not in page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
