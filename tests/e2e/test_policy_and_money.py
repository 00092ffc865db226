"""A policy from draft over simulation and comparison to publication, and an account change, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from park_workers.models import PayeeAccount
from subsidies.models import PaymentFile, PolicyVersion, Simulation
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.subsidies.stage import Stage, bank_rows, give_return, take_to

expect.set_options(timeout=15_000)


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_simulated_compared_and_published_by_another_person(stage: Stage, opened: Opened) -> None:
    take_to(stage, "computed")
    first = PolicyVersion.objects.get()
    page = opened(f"/policies/versions/{first.pk}/", stage.cast.clerk)
    page.get_by_role("link", name="修改为新草稿").click()
    page.get_by_label("生效日期").fill("2023-03-01")
    page.get_by_label("标准（元/人）").fill("2500")
    page.get_by_role("button", name="存为新草稿").click()
    expect(page.locator("h1")).to_contain_text("第 2 版")
    page.get_by_role("link", name="模拟测算").first.click()
    page.get_by_label("截止日").fill("2023-04-30")
    page.get_by_role("button", name="开始模拟").click()
    expect(page.locator(".figures")).to_contain_text("+¥1,500.00")
    page.get_by_role("link", name="看条款差异").click()
    expect(page.locator(".changes")).to_contain_text("每人 2,000 元”改为“每人 2,500 元")
    draft = PolicyVersion.objects.get(number=2)
    page = opened(f"/policies/versions/{draft.pk}/", stage.cast.approver_1)
    page.get_by_role("link", name="发布", exact=True).click()
    expect(page.locator(".changes")).to_contain_text("2,500 元")
    page.get_by_role("button", name="确认发布").dblclick()
    expect(page.locator(".note-success")).to_contain_text("已发布")
    draft.refresh_from_db()
    assert draft.status == "published" and Simulation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_change_is_proposed_at_the_desk_and_approved_on_the_phone(stage: Stage, opened: Opened) -> None:
    page = opened("/account-changes/new/", stage.cast.clerk)
    page.get_by_label("企业").select_option(label=stage.cast.alpha.name)
    for label, text in (("新账号", "9900 0000 0000 0099"), ("开户行", "示例银行新支行"), ("变更原因", "原账户已销户"),
                        ("依据材料", "变更申请书")):  # fmt: skip
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="提交审批").click()
    expect(page.locator(".account-new")).to_contain_text("**** 0099")
    change = PayeeAccount.objects.get(status="proposed")
    page = opened("/", stage.cast.approver_1, PHONE)
    page.get_by_role("link", name="账号变更待审批").click()
    page.get_by_role("link", name=stage.cast.alpha.name).click()
    page.get_by_role("button", name="批准变更").click()
    expect(page.locator(".note-success")).to_contain_text("已批准")
    change.refresh_from_db()
    assert change.status == "approved"


@pytest.mark.django_db(transaction=True)
def test_pages_of_policies_and_money_fit_the_phone_and_need_no_mouse(stage: Stage, opened: Opened) -> None:
    take_to(stage, "paying")
    made = PaymentFile.objects.get()
    give_return(stage, made, *bank_rows(made, failed=[2]))
    version, cast = PolicyVersion.objects.get(), stage.cast
    fund = stage.lines()[0].funding.get().appropriation_id  # type: ignore[attr-defined]
    payment, batch = made.disbursements.get(line_number=2), stage.batch.pk  # type: ignore[attr-defined]
    policy = f"/policies/versions/{version.pk}/"
    clerk = ["/policies/", policy, f"{policy}edit/", f"{policy}simulate/", "/policies/import/", "/account-changes/",
             "/account-changes/new/"]  # fmt: skip
    finance = ["/", "/funds/", f"/funds/{fund}/", f"/funds/{fund}/?view=movements", "/funds/receipts/new/", "/payments/",
               f"/payments/files/{made.pk}/", f"/payments/files/{made.pk}/repeat/", f"/payments/batches/{batch}/",
               f"/payments/payments/{payment.pk}/write-off/", "/payments/decisions/"]  # fmt: skip
    for member, addresses in ((cast.clerk, clerk), (cast.finance, finance), (cast.approver_1, [f"{policy}retire/"])):
        page = opened(addresses[0], member, PHONE)
        root = "/".join(page.url.split("/", 3)[:3])
        for address in addresses:
            page.goto(root + address)
            assert page.evaluate(FAULTS) == [], address
