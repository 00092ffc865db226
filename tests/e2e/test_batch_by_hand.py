"""A whole batch by hand: every role in a window of its own, pages and files only, from the policy's draft to a clawback.

What a bank or a city bureau would send is read from the database, because it comes from outside; everything else is typed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from park_workers.foundation.business_day import begin_practice, set_practice_day
from park_workers.models import Employment, Worker
from subsidies.models import PaymentFile, PublicNotice
from tests.conftest import Cast
from tests.e2e.before_a_batch import BY_HAND, people, policy_and_money
from tests.e2e.conftest import Opened
from tests.e2e.road import Road, fill
from tests.e2e.test_batch_pages import press
from tests.subsidies.stage import (
    answer_list,
    application,
    application_list,
    bank_list,
    bank_rows,
)

expect.set_options(timeout=15_000)


@pytest.fixture
def road(committed_cast: Cast, opened: Opened, tmp_path: Path, settings: Any) -> Road:
    """The cast at their desks, on a practice day."""
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path / "state"
    begin_practice(date(2023, 1, 3))
    return Road(opened, committed_cast)


@pytest.mark.django_db(transaction=True)
def test_a_batch_goes_all_the_way_by_hand(road: Road) -> None:
    policy_and_money(road)
    people(road)
    set_practice_day(date(2023, 5, 4))
    opened_and_computed(road)
    returned_once_then_signed(road)
    noticed_and_objected_to(road)
    set_practice_day(date(2023, 5, 15))
    answered_by_the_city(road)
    set_practice_day(date(2023, 5, 22))
    paid_with_one_bounce(road)
    bounced_paid_again(road)
    clawed_back(road)
    left_and_looked_up(road)
    audited(road)


def opened_and_computed(road: Road) -> None:
    """The batch opened, applied in by both firms, computed; one line held, and taken back."""
    cast = road.cast
    page = road.at(cast.clerk, "/batches/")
    page.get_by_role("link", name="新建批次").first.click()
    fill(page, 批次名称="第一批", 截止日="2023-04-30")
    page.get_by_role("button", name="新建批次").click()
    expect(page.locator(".note-success")).to_contain_text("请企业上传花名册和申报名单")
    everybody = list(Employment.objects.select_related("worker", "enterprise__organisation").order_by("pk"))
    # The list is the joint one of all firms: each takes its own lines.
    content = application_list(*(application(one, n) for n, one in enumerate(everybody, 1)))
    for member, own in ((cast.hr, 4), (cast.hr_beta, 1)):
        page = road.at(member, "/uploads/new/?sheet=applications")
        road.give(page, "申报名单.xlsx", content, good=own)
    page = road.batch_page(cast.clerk)
    press(page, "测算")
    expect(page.locator(".head-title")).to_contain_text("第 1 次测算")
    page.get_by_role("link", name="孙三").click()
    page.get_by_role("link", name="单独打开").click()
    page.get_by_role("link", name="暂缓", exact=True).click()
    page.get_by_text("材料需核实").click()
    page.get_by_role("button", name="暂缓").click()
    expect(page.locator(".note-success")).to_contain_text("已暂缓：孙三")
    page.get_by_role("link", name="恢复", exact=True).click()
    page.get_by_text("已核实，符合条件").click()
    page.get_by_role("button", name="恢复").click()
    expect(page.locator(".note-success")).to_contain_text("已恢复：孙三")


def returned_once_then_signed(road: Road) -> None:
    """Submitted, returned with a reason, computed and submitted again, reviewed, approved, posted."""
    cast = road.cast
    road.step(cast.clerk, "提交复核")
    page = road.batch_page(cast.reviewer)
    page.get_by_role("link", name="退回并说明", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="退回并说明").click()  # no reason yet
    expect(page.locator(".field-error")).to_contain_text("请说明原因")
    page.get_by_text("个别人员材料需核实").click()
    page.get_by_label("具体情况").fill("请核对孙三的合同")
    page.get_by_role("button", name="退回并说明").click()
    page = road.at(cast.clerk, "/")
    page.get_by_role("link", name="第一批").first.click()
    expect(page.locator(".note-warning")).to_contain_text("请核对孙三的合同")
    press(page, "测算")
    expect(page.locator(".head-title")).to_contain_text("第 2 次测算")
    road.step(cast.clerk, "提交复核")
    road.step(cast.reviewer, "复核通过")
    page = road.at(cast.approver_1, "/", phone=True)
    page.get_by_role("link", name="第一批").first.click()
    press(page, "审批通过")
    expect(page.locator(".note-success")).to_be_visible()
    road.step(cast.clerk, "发布公示")


def noticed_and_objected_to(road: Road) -> None:
    """Somebody of the public objects; an empty form names its fields; the reviewer upholds it and a line goes."""
    notice = PublicNotice.objects.get()
    page = road.at(None, "/notices/", phone=True)
    page.get_by_role("link", name="第一批").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="在线提出异议").click()
    fill(page, 姓名或单位名称="热心人")
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator("#contact-error")).to_be_visible()
    expect(page.locator("#text-error")).to_be_visible()
    expect(page.get_by_label("姓名或单位名称")).to_have_value("热心人")
    fill(page, 联系电话="13800000000", 异议内容="钱二并不在该厂工作。")
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator("h1")).to_have_text("异议已收到")
    assert notice.objections.count() == 1  # type: ignore[attr-defined]
    page = road.at(road.cast.reviewer, "/")
    page.get_by_role("link", name="异议待处理").click()
    page.get_by_text("异议成立，移除明细").click()
    line = page.locator("#line option", has_text="钱二").get_attribute("value")
    page.get_by_label("成立时移除的明细").select_option(line)
    page.get_by_text("经核实情况属实").click()
    page.get_by_role("button", name="记录处理意见").click()
    expect(page.locator(".note-success")).to_be_visible()


def answered_by_the_city(road: Road) -> None:
    """The term over, sent; the city returns one line, the clerk sends it again, the city agrees."""
    cast = road.cast
    road.step(cast.clerk, "结束公示")
    road.step(cast.clerk, "上报市局")
    set_practice_day(date(2023, 5, 18))
    returned = [one for one in road.stage().hires if one.worker.name == BY_HAND[0]]
    answer(road, answer_list(road.stage(), returned=returned), good=4)
    page = road.batch_page(cast.clerk, "city")
    expect(page.locator("table").last).to_contain_text("材料不全")
    road.step(cast.clerk, "重新上报退回明细")
    answer(road, answer_list(road.stage()), good=4)  # three of them known already
    expect(road.batch_page(cast.city_reviewer).locator("h1")).to_contain_text("已批复")


def answer(road: Road, content: bytes, *, good: int) -> None:
    """The city's file, given from the batch's own tab."""
    page = road.batch_page(road.cast.city_reviewer, "city")
    page.get_by_role("link", name="导入批复").click()
    road.give(page, "批复.xlsx", content, good=good)


def paid_with_one_bounce(road: Road) -> None:
    """A payment file, fetched and sent; the bank bounces one payment."""
    cast = road.cast
    page = road.at(cast.finance, "/")
    page.get_by_role("link", name="第一批").first.click()
    press(page, "制作付款文件")
    expect(page.locator(".note-success")).to_be_visible()
    send_to_bank(road, PaymentFile.objects.get(), failed=[1], good=2)
    expect(road.at(cast.finance, "/").get_by_role("link", name="退票待重付")).to_be_visible()


def send_to_bank(road: Road, made: PaymentFile, *, failed: Sequence[int] = (), good: int) -> None:
    """Fetched, marked as sent, and the bank's list given back."""
    page = road.at(road.cast.finance, f"/payments/files/{made.pk}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    assert zipfile.is_zipfile(download.value.path())
    page.get_by_role("link", name="送银行支付").click()
    page.get_by_role("button", name="送银行支付").click()
    expect(page.locator(".note-success")).to_be_visible()
    page = road.at(road.cast.finance, f"/payments/files/{made.pk}/")
    page.get_by_role("link", name="导入回盘").click()
    rows = bank_rows(made, failed=failed, day=date(2023, 5, 22))
    road.give(page, f"回盘{made.pk}.xlsx", bank_list(*rows), good=good)


def bounced_paid_again(road: Road) -> None:
    """Another account, proposed and approved; paid again to it; the batch is closed."""
    cast = road.cast
    page = road.at(cast.clerk, "/account-changes/new/")
    firm = PaymentFile.objects.get().disbursements.get(line_number=1).payee_name  # type: ignore[attr-defined]
    page.get_by_label("企业").select_option(label=firm)
    fill(page, 新账号="9900 0000 0000 0099", 开户行="示例银行新支行", 变更原因="原账户已销户", 依据材料="变更申请书")
    page.get_by_role("button", name="提交审批").click()
    page = road.at(cast.approver_1, "/")
    page.get_by_role("link", name="账号变更待审批").click()
    page.get_by_role("link", name=firm).click()
    page.get_by_role("button", name="批准变更").click()
    expect(page.locator(".note-success")).to_be_visible()
    page = road.at(cast.finance, "/")
    page.get_by_role("link", name="退票待重付").click()
    page.locator("tbody .rows-link").first.click()
    page.get_by_role("link", name="重付退票").click()
    page.get_by_role("button", name="制作重付文件").click()
    expect(page.locator("tbody")).to_contain_text("0099")
    send_to_bank(road, PaymentFile.objects.latest("pk"), good=1)
    expect(road.batch_page(cast.finance).locator("h1")).to_contain_text("已办结")


def clawed_back(road: Road) -> None:
    """One paid line is taken back: proposed by finance, decided by an approver."""
    page = road.at(road.cast.finance, f"/payments/batches/{road.batch.pk}/")
    page.locator("tr", has_text="周五").get_by_role("link", name="追回").click()
    page.get_by_text("经查不符合条件").click()
    page.get_by_role("button", name="提出追回").click()
    expect(page.locator(".note-success")).to_contain_text("等待审批人决定")
    page = road.at(road.cast.approver_1, "/")
    page.get_by_role("link", name="追回待审批").click()
    page.locator("tbody .rows-link").first.click()
    page.get_by_role("button", name="批准追回").click()
    expect(page.locator(".note-success")).to_contain_text("追回已批准")


def left_and_looked_up(road: Road) -> None:
    """A leaver recorded; the worker's thread tells hire, insurance, decision, payment and leaving; the firm sees its money."""
    worker, clerk = Worker.objects.get(name="孙三"), road.cast.clerk
    page = road.at(clerk, f"/workers/{worker.pk}/")
    page.get_by_role("link", name="登记离职").click()
    fill(page, 最后在职日="2023-05-21")
    page.get_by_text("本人辞职").click()
    page.get_by_role("button", name="登记离职").click()
    expect(page.locator(".note-success")).to_contain_text("已登记离职")
    thread = page.locator(".thread")
    for text in ("入职", "企业申报", "合格", "退票", "已到账", "**** 0099", "离职", "登记离职clerk"):
        expect(thread).to_contain_text(text)
    expect(page.locator(".insured").first).to_contain_text("养老 3 个月")
    page = road.at(road.cast.hr, "/m/", phone=True)
    page.get_by_role("link", name="第一批").click()
    expect(page.locator("main")).to_contain_text("**** 0099")


def audited(road: Road) -> None:
    """The auditor reads the log, fetches the bundle, and the list can be printed."""
    auditor = road.cast.auditor
    page = road.at(auditor, "/audit/")
    expect(page.locator("tbody")).to_contain_text("登记离职")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出审计包").click()
    assert zipfile.is_zipfile(download.value.path())
    page = road.batch_page(auditor, "history")
    expect(page.locator("main")).to_contain_text("退回修改")
    page.get_by_role("link", name="打印名单").click()
    expect(page.locator(".print-sheet")).to_contain_text("发放名单")
