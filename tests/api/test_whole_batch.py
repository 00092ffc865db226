"""A batch from draft to closed over the API alone, each step by whoever it belongs to, on its day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from park_workers.models import InsuredMonth, Worker
from subsidies.models import Batch, Disbursement, LineItem
from tests.api.doors import Doors
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import (
    APPLICATION_HEADER,
    CITY_HEADER,
    CUTOFF,
    HIRED_ON,
    MONTHS,
    SOURCE,
    Day,
    bank_list,
    bank_rows,
    hire_pack,
)

pytestmark = pytest.mark.django_db
DIRECTORY_HEADER = ("企业名称", "统一社会信用代码", "类型", "入园日期", "所在园区", "开户行", "对公账号")


@contextmanager
def on(day: date) -> Iterator[None]:
    """Noon of a day in the bureau."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Shanghai")), tick=True):
        yield


class Road:
    """The batch and the people who take it on."""

    def __init__(self, cast: Cast, doors: Doors) -> None:
        self.cast, self.doors, self.batch = cast, doors, 0

    def read(self) -> Any:
        """The batch as the clerk sees it."""
        return self.doors(self.cast.clerk).get(f"batches/{self.batch}/")

    def step(self, who: Any, action: str, state: str, **body: Any) -> None:
        """One step, quoting the version seen; the batch is in a state then."""
        seen = self.read()
        assert seen["ETag"] == f'"{seen.json()["version"]}"'
        answer = self.doors(who).post(f"batches/{self.batch}/{action}/", body, seen=seen.json()["version"])
        assert answer.status_code in (200, 202), answer.json()
        assert self.read().json()["status"] == state


def prepare(road: Road) -> None:
    """Policy, money and the directory with the firms' accounts."""
    cast, doors = road.cast, road.doors
    (version,) = doors(cast.clerk).post("policy-versions/", {"text": hire_pack()}).json()
    published = doors(cast.approver_1).post(f"policy-versions/{version['id']}/publish/", seen=version["version"])
    assert published.json()["status"] == "published"
    money = {"source": SOURCE, "year": 2023, "amount": "100000.00"}
    assert doors(cast.finance).post("appropriations/", money).json()["amount"] == "100000.00"
    rows = [
        {"企业名称": firm.name, "统一社会信用代码": firm.owner_key, "类型": "纺织服装企业", "入园日期": date(2021, 1, 1),
         "所在园区": "示例园区", "开户行": "示例银行示例支行", "对公账号": f"99000000000000{position:02d}"}
        for position, firm in enumerate((cast.alpha, cast.beta), 1)
    ]  # fmt: skip
    assert doors(cast.clerk).give("enterprises", workbook(DIRECTORY_HEADER, rows))["status"] == "applied"


def apply(road: Road) -> None:
    """A roster, insured months, and the enterprise's application list."""
    cast, doors = road.cast, road.doors
    rows = [staff(f"工人{'一二三'[n]}", id_number(901 + n), HIRED_ON) for n in range(3)]
    given = doors(cast.hr).give("roster", workbook(ROSTER_HEADER, rows))
    assert (given["status"], given["accepted"]) == ("applied", 3)
    workers = Worker.objects.filter(employments__enterprise=cast.alpha).order_by("pk")
    for worker in workers[:2]:
        for month in MONTHS:
            InsuredMonth.objects.create(
                worker=worker, credit_code=cast.alpha.owner_key, month=month, kind="企业职工基本养老保险"
            )
    (policy,) = doors(cast.clerk).get("policies/", code="HIRE").json()["results"]
    opened = doors(cast.clerk).post("batches/", {"policy": policy["id"], "name": "第一批", "cutoff_on": str(CUTOFF)})
    road.batch = opened.json()["id"]
    names = [
        {"序号": n, "企业名称": cast.alpha.name, "统一社会信用代码": cast.alpha.owner_key, "证件号码": row["证件号码"],
         "姓名": row["姓名"], "入职日期": HIRED_ON, "申请金额": 2000}
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    listed = doors(cast.hr).give("applications", workbook(APPLICATION_HEADER, names), scope=f"batch:{road.batch}")
    assert listed["result"]["new"] == 3


def answer_of_the_city(road: Road) -> bytes:
    """The city agrees to every line."""
    lines = LineItem.objects.filter(calculation__batch=road.batch, is_eligible=True).order_by("position")
    return workbook(CITY_HEADER, [
        {"批次": "第一批", "序号": line.position, "企业名称": road.cast.alpha.name, "姓名": line.worker.name,
         "统一社会信用代码": road.cast.alpha.owner_key, "证件号码": line.worker.open_id_number(), "金额": 2000,
         "批复结果": "同意", "批复日期": Day.ANSWERED}
        for line in lines
    ])  # fmt: skip


def pay(road: Road) -> None:
    """The payment file is made, fetched, sent and answered."""
    finance = road.doors(road.cast.finance)
    with on(Day.MADE):
        made = finance.post("payment-files/", {"batch": road.batch, "number": "2023-HIRE-01"}).json()
        assert (made["lines"], made["amount"]) == (1, "4000.00")
        content = finance.get(f"payment-files/{made['id']}/content/")
        assert "filename*=UTF-8''%E4%BB%98%E6%AC%BE" in content["Content-Disposition"]
    with on(Day.SENT):
        finance.post(f"payment-files/{made['id']}/send/", seen=made["version"])
    with on(Day.RETURNED):
        payment_file = Disbursement.objects.get().payment_file
        returned = bank_list(*bank_rows(payment_file))
        given = finance.give("bank_returns", returned, scope=f"payment_file:{made['id']}")
        assert given["result"]["paid"] == 1


def test_a_batch_goes_from_draft_to_closed_over_the_api_alone(cast: Cast, doors: Doors) -> None:
    road = Road(cast, doors)
    with on(Day.BEGIN):
        prepare(road)
    with on(Day.APPLIED):
        apply(road)
        road.step(cast.clerk, "compute", "computed")
        assert road.read().json()["current"]["amount"] == "4000.00"
        road.step(cast.clerk, "submit", "submitted")
    with on(Day.REVIEWED):
        road.step(cast.reviewer, "review", "reviewed", is_passed=True)
        for approver in (cast.approver_1, cast.approver_2)[: road.read().json()["approvals_required"]]:
            seen = road.read().json()["version"]
            signed = doors(approver).post(f"batches/{road.batch}/approve/", {"is_passed": True}, seen=seen)
            assert signed.status_code == 200, signed.json()
        road.step(cast.clerk, "publish", "in_notice")
    with on(Day.NOTICE_OVER):
        road.step(cast.clerk, "end-notice", "notice_ended")
        road.step(cast.clerk, "send", "sent_to_city")
    with on(Day.ANSWERED):
        doors(cast.city_reviewer).give("city_answers", answer_of_the_city(road), scope=f"batch:{road.batch}")
        assert road.read().json()["status"] == "answered"
    pay(road)
    assert road.read().json()["status"] == "closed"
    assert Batch.objects.get().closed_on == Day.RETURNED
    (money,) = doors(cast.finance).get("appropriations/").json()["results"]
    assert (money["amount"], money["committed"], money["paid"]) == ("100000.00", "4000.00", "4000.00")
