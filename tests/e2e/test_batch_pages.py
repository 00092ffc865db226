"""A batch in a real browser, from its first computation to its approval."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from park_workers.foundation.audit import AuditEvent
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.subsidies.stage import Stage, take_to

#: a busy machine takes its time
expect.set_options(timeout=15_000)

#: what a page must have for people who do not see it or use no mouse; returns what is missing
FAULTS = """() => {
  const found = [], seen = new Set(), named = e => (e.getAttribute('aria-label') || e.innerText || e.title || '').trim();
  if (document.documentElement.lang !== 'zh-CN') found.push('lang');
  if (document.querySelectorAll('h1').length !== 1) found.push('h1: ' + document.querySelectorAll('h1').length);
  if (!document.querySelector('main')) found.push('main');
  document.querySelectorAll('[id]').forEach(e => { if (seen.has(e.id)) found.push('twice #' + e.id); seen.add(e.id); });
  document.querySelectorAll('input:not([type=hidden]), select, textarea').forEach(e => {
    if (!e.labels.length && !e.getAttribute('aria-label')) found.push('no label: ' + e.outerHTML.slice(0, 60)); });
  document.querySelectorAll('a[href], button, summary').forEach(e => {
    if (!named(e) && !e.textContent.trim()) found.push('no name: ' + e.outerHTML.slice(0, 60)); });
  document.querySelectorAll('th:not([scope])').forEach(e => found.push('th without scope: ' + e.innerText));
  document.querySelectorAll('[style], style, script:not([src])').forEach(e => found.push('inline: ' + e.tagName));
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the screen');
  return found;
}"""


def press(page: Page, label: str) -> None:
    """Open the confirm dialog of an action and confirm it."""
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=label, exact=True).click()


@pytest.mark.django_db(transaction=True)
def test_a_clerk_logs_in_computes_looks_at_a_reason_and_submits(stage: Stage, opened: Opened) -> None:
    user = stage.cast.clerk.user
    user.set_password("needle-and-thread-2023")
    user.save()
    page = opened(f"/log-in/?next=/batches/{stage.batch.pk}/")
    page.get_by_label("登录名").fill(user.username)
    page.get_by_label("密码").fill("needle-and-thread-2023")
    page.get_by_role("button", name="登录").click()
    press(page, "测算")
    page.get_by_role("link", name=str(stage.hires[0].worker)).first.click()
    expect(page.locator("#why")).to_contain_text("12 项条件全部符合")
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_empty()
    press(page, "测算")
    expect(page.locator(".head-title")).to_contain_text("第 2 次测算")
    press(page, "提交复核")
    expect(page.locator(".stage-now")).to_contain_text("复核")
    stage.batch.refresh_from_db()
    assert stage.batch.status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(stage: Stage, opened: Opened) -> None:
    take_to(stage, "computed")
    page = opened(f"/batches/{stage.batch.pk}/", stage.cast.clerk)
    page.get_by_role("link", name="提交复核", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交复核", exact=True).dblclick()
    expect(page.locator(".note")).to_have_count(1)
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.batch.round) == ("submitted", 1)
    assert AuditEvent.objects.filter(code="batch.submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reviewer_passes_and_an_approver_approves_on_the_phone(stage: Stage, opened: Opened) -> None:
    take_to(stage, "submitted")
    address = f"/batches/{stage.batch.pk}/"
    press(opened(address, stage.cast.reviewer), "复核通过")
    for approver in (stage.cast.approver_1, stage.cast.approver_2):
        stage.batch.refresh_from_db()
        if stage.batch.status == "reviewed":
            page = opened(address, approver, PHONE)
            press(page, "审批通过")
            expect(page.locator(".note-success")).to_be_visible()
    stage.batch.refresh_from_db()
    assert stage.batch.status == "approved"


@pytest.mark.django_db(transaction=True)
def test_filters_and_the_opened_line_survive_back(stage: Stage, opened: Opened) -> None:
    take_to(stage, "computed")
    page = opened(f"/batches/{stage.batch.pk}/?tab=eligible", stage.cast.clerk)
    page.get_by_label("企业").select_option(label=stage.cast.alpha.name)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name=str(stage.hires[0].worker)).first.click()
    page.get_by_role("link", name="单独打开").click()
    expect(page.locator("h1")).to_contain_text(str(stage.hires[0].worker))
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("#why")).to_contain_text("12 项条件")


@pytest.mark.django_db(transaction=True)
def test_pages_can_be_read_without_a_mouse_and_fit_the_phone(stage: Stage, opened: Opened) -> None:
    take_to(stage, "in_notice")
    line, notice = stage.lines()[0], stage.batch.notices.get()  # type: ignore[attr-defined]
    batch = f"/batches/{stage.batch.pk}/"
    tabs = [f"{batch}?tab={tab}" for tab in ("eligible", "ineligible", "held", "payees", "objections", "history")]
    clerk = [
        "/",
        "/batches/",
        "/batches/new/",
        "/uploads/",
        "/uploads/new/?sheet=city_answers",
        f"{batch}lines/{line.pk}/",
        *tabs,
    ]
    claim = f"/m/claims/{line.claim.reference}/"
    for member, addresses in (
        (stage.cast.clerk, clerk), (stage.cast.hr, ["/m/", claim, f"{claim}lines/{line.pk}/"]),
        (None, ["/log-in/", "/notices/", f"/notices/{notice.reference}/", f"/notices/{notice.reference}/objection/"]),
    ):  # fmt: skip
        page = opened(addresses[0], member, PHONE)
        for address in addresses:
            page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + address)
            assert page.evaluate(FAULTS) == [], address
