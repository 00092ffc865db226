"""What a batch rests on, by hand: the policy, the money, the directory, the people and their insurance."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from park_workers.foundation.business_day import set_practice_day
from park_workers.models import Employment
from tests.e2e.road import Road, fill
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import account_number, hire_pack

HIRED = date(2023, 2, 1)
ALPHA = {"赵一": 901, "钱二": 902, "孙三": 903}
BY_HAND, BETA = ("李四", 904), ("周五", 905)
DIRECTORY_HEADER = (
    "企业名称",
    "统一社会信用代码",
    "类型",
    "入园日期",
    "所在园区",
    "联系人",
    "手机",
    "开户行",
    "对公账号",
)
INSURANCE_HEADER = ("证件号码", "姓名", "统一社会信用代码", "费款所属期", "险种")


def policy_and_money(road: Road) -> None:
    """Drafted by the clerk, published by an approver; the money booked; the directory with accounts."""
    cast = road.cast
    page = road.at(cast.clerk, "/policies/")
    page.get_by_role("link", name="导入草稿").first.click()
    fill(page, 或粘贴文件内容=hire_pack())
    page.get_by_role("button", name="检查并起草").click()
    expect(page.locator(".note-success")).to_be_visible()
    page = road.at(cast.approver_1, "/")
    page.get_by_role("link", name="政策草稿待发布").click()
    page.get_by_role("link", name="去发布").click()
    page.get_by_role("button", name="确认发布").click()
    expect(page.locator(".note-success")).to_contain_text("已发布")
    page = road.at(cast.finance, "/funds/")
    page.get_by_role("link", name="登记到位资金").first.click()
    fill(page, 资金来源="市级就业专项资金", 年度="2023")
    page.get_by_label("金额（元）").fill("100,000.00")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".note-success")).to_be_visible()
    firms = [
        {"企业名称": firm.name, "统一社会信用代码": firm.owner_key, "类型": "纺织服装企业", "入园日期": firm.admitted_on,
         "所在园区": firm.park_name, "开户行": "示例银行示例支行", "对公账号": account_number(firm)}
        for firm in (cast.alpha, cast.beta)
    ]  # fmt: skip
    page = road.at(cast.clerk, "/uploads/new/?sheet=enterprises")
    road.give(page, "企业名录.xlsx", workbook(DIRECTORY_HEADER, firms), good=2)


def people(road: Road) -> None:
    """Rosters from two firms, one more hire by hand on the phone, three months of insurance."""
    cast = road.cast
    set_practice_day(date(2023, 4, 28))
    roster = workbook(ROSTER_HEADER, [staff(name, id_number(order), HIRED) for name, order in ALPHA.items()])
    page = road.at(cast.hr, "/m/", phone=True)
    page.get_by_role("link", name="上传花名册、申报名单").click()
    page.goto(page.url + "new/?sheet=roster")
    road.give(page, "花名册.xlsx", roster, good=3)
    page = road.at(cast.hr_beta, "/uploads/new/?sheet=roster")
    road.give(page, "乙花名册.xlsx", workbook(ROSTER_HEADER, [staff(BETA[0], id_number(BETA[1]), HIRED)]), good=1)
    page = road.at(cast.hr, "/m/", phone=True)
    page.get_by_role("link", name="登记新员工").click()
    fill(page, 姓名=BY_HAND[0], 证件号码=id_number(BY_HAND[1]), 入职日期="2023-02-01", 合同起始日="2023-02-01")
    page.get_by_role("radio", name="平车").check()
    page.get_by_label("无固定期限").check()
    page.locator("#consent").check()
    page.get_by_role("button", name="登记入职").click()
    expect(page.locator("h1")).to_have_text("已登记入职")
    rows = [
        {"证件号码": hire.worker.open_id_number(), "姓名": hire.worker.name, "统一社会信用代码": hire.enterprise.owner_key,
         "费款所属期": month, "险种": "养老保险"}
        for hire in Employment.objects.select_related("worker", "enterprise__organisation")
        for month in ("202302", "202303", "202304")
    ]  # fmt: skip
    page = road.at(cast.clerk, "/uploads/new/?sheet=insurance")
    road.give(page, "社保缴费.xlsx", workbook(INSURANCE_HEADER, rows), good=15)
