"""A small year: a published HIRE policy, hires with three insured months, and a batch taken to any state.

People stay from February 2023 on, the cut-off date is 2023-04-30, and every step has its day in `Day`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, Enterprise, InsuredMonth, Membership, Upload, Worker
from park_workers.services.accounts import file_account
from park_workers.services.employments import register_employment
from subsidies.models import Appropriation, Batch, LineItem, PaymentFile, Policy
from subsidies.services.batches import compute_batch, open_batch, submit_batch
from subsidies.services.city import send_to_city
from subsidies.services.funds import receive_appropriation
from subsidies.services.included_lines import included_lines
from subsidies.services.notices import close_due_notices, publish_notice
from subsidies.services.payments import make_payment_file, send_payment_file
from subsidies.services.policies import load_policy_packs, publish_policy_version
from subsidies.services.reviews import approve_batch, review_batch
from tests.conftest import EXAMPLES, Cast
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number

CLOCK = SystemActor("公示时钟")
SOURCE = "市级就业专项资金"
YUAN = 100
AMOUNT = 2000 * YUAN
HIRED_ON = date(2023, 2, 1)
CUTOFF = date(2023, 4, 30)
MONTHS = (date(2023, 2, 1), date(2023, 3, 1), date(2023, 4, 1))
APPLICATION_HEADER = ("序号", "企业名称", "统一社会信用代码", "姓名", "证件号码", "入职日期", "申请金额", "申请日期")
CITY_HEADER = (
    "批次",
    "序号",
    "企业名称",
    "统一社会信用代码",
    "姓名",
    "证件号码",
    "金额",
    "批复结果",
    "退回原因",
    "批复日期",
)
RETURN_HEADER = ("批次", "付款文件编号", "付款序号", "收款单位", "统一社会信用代码", "开户行", "账号", "人数", "金额", "结果",
                 "失败原因", "交易日期", "流水号")  # fmt: skip
STATES = (
    "draft", "computed", "submitted", "reviewed", "approved", "in_notice", "notice_ended", "sent_to_city", "answered",
    "paying",
)  # fmt: skip


class Day:
    """When what happens."""

    BEGIN = date(2023, 1, 3)
    APPLIED = date(2023, 5, 4)
    REVIEWED = date(2023, 5, 5)
    NOTICE_OVER = date(2023, 5, 15)
    ANSWERED = date(2023, 5, 18)
    MADE = date(2023, 5, 22)
    SENT = date(2023, 5, 26)
    RETURNED = date(2023, 5, 29)
    LATER = date(2023, 6, 1)


@dataclass
class Stage:
    """What stands on the stage."""

    cast: Cast
    policy: Policy
    batch: Batch
    hires: list[Employment] = field(default_factory=list)

    def lines(self) -> list[LineItem]:
        """Lines to be paid, in order."""
        return list(included_lines(self.batch).select_related("worker", "calculation__batch"))

    def line_of(self, hire: Employment) -> LineItem:
        """The line of an employment in the current computation."""
        return LineItem.objects.select_related("calculation__batch").get(
            calculation=self.batch.current_id, employment=hire
        )

    @property
    def money(self) -> tuple[int, int]:
        """(committed, paid) yuan of the appropriation."""
        found = Appropriation.objects.get(source=SOURCE)
        return found.committed_fen // YUAN, found.paid_fen // YUAN


@cache
def hire_pack(amount_yuan: int = 2000) -> str:
    """The packaged policies with HIRE alone."""
    packs = yaml.safe_load((EXAMPLES / "year-2023" / "policies.yaml").read_text(encoding="utf-8"))
    chosen = packs["packs"][0]
    chosen["policies"][0]["amount_yuan"] = amount_yuan
    return yaml.safe_dump(packs | {"packs": [chosen]}, allow_unicode=True)


def publish_hire(cast: Cast, *, amount_yuan: int = 2000) -> Policy:
    """The HIRE policy, drafted by the clerk and published by an approver."""
    (version,) = load_policy_packs(actor=cast.clerk, text=hire_pack(amount_yuan), day=Day.BEGIN)
    publish_policy_version(actor=cast.approver_1, version=version, day=Day.BEGIN)
    return version.policy


def hire(
    cast: Cast, enterprise: Enterprise, order: int, *, hired_on: date = HIRED_ON, months: Sequence[date] = MONTHS
) -> Employment:
    """A front-line worker of an enterprise with insured months; odd orders are men."""
    registered = register_employment(
        actor=cast.clerk, enterprise=enterprise, name=f"工人{'零一二三四五六七八九'[order % 10]}", id_number=id_number(order),
        hired_on=hired_on, contract_starts_on=hired_on, is_open_ended=True, trade="平车", is_front_line=True,
        day=Day.APPLIED, request_id=f"{enterprise.pk}-{order}-{hired_on}",
    )  # fmt: skip
    employment = registered.employment
    for month in months:
        InsuredMonth.objects.get_or_create(
            worker=employment.worker, credit_code=enterprise.owner_key, month=month, kind=InsuredMonth.Kind.PENSION
        )
    return employment


def application(hired: Employment, number: int, **more: Any) -> dict[str, Any]:
    """A line of an application list."""
    worker: Worker = hired.worker
    return {
        "序号": number, "企业名称": hired.enterprise.name, "统一社会信用代码": hired.enterprise.owner_key,
        "姓名": worker.name, "证件号码": worker.open_id_number(), "入职日期": hired.hired_on, "申请金额": 2000,  # type: ignore[attr-defined]
    } | more  # fmt: skip


def application_list(*rows: dict[str, Any]) -> bytes:
    """An application list."""
    return workbook(APPLICATION_HEADER, rows, "申报名单")


def apply_for(actor: Membership, batch: Batch, content: bytes, day: date = Day.APPLIED) -> Upload:
    """File an application list in a firm's name."""
    return give(actor, "applications", content, day, scope=f"batch:{batch.pk}")


def account_number(enterprise: Enterprise) -> str:
    """The account a firm has on stage."""
    return f"99000000000000{enterprise.directory_position:02d}"


def set_stage(cast: Cast, *, alpha: int = 2, beta: int = 1, yuan: int = 100_000, amount_yuan: int = 2000) -> Stage:
    """Policy, money, accounts, people of two firms (as many as told) and a batch they have applied in."""
    policy = publish_hire(cast, amount_yuan=amount_yuan)
    receive_appropriation(actor=cast.finance, source=SOURCE, year=2023, amount_fen=yuan * YUAN, day=Day.BEGIN)
    batch = open_batch(actor=cast.clerk, policy=policy, name="第一批", cutoff_on=CUTOFF, day=Day.APPLIED)
    stage = Stage(cast, policy, batch)
    for enterprise, count, first in ((cast.alpha, alpha, 901), (cast.beta, beta, 951)):
        file_account(
            actor=cast.clerk, organisation=enterprise.organisation, account=account_number(enterprise),
            bank_name="示例银行示例支行", day=Day.BEGIN,
        )  # fmt: skip
        stage.hires += [hire(cast, enterprise, first + n) for n in range(count)]
    content = application_list(*(application(one, n) for n, one in enumerate(stage.hires, 1)))
    for actor in (cast.hr, cast.hr_beta):
        apply_for(actor, batch, content)
    return stage


def _sign(stage: Stage) -> None:
    for approver in (stage.cast.approver_1, stage.cast.approver_2):
        stage.batch.refresh_from_db()
        if stage.batch.status == Batch.Status.REVIEWED:
            approve_batch(actor=approver, batch=stage.batch, is_passed=True, note="", day=Day.REVIEWED)


def answer_list(stage: Stage, *, returned: Sequence[Employment] = (), day: date = Day.ANSWERED) -> bytes:
    """The city's answer to every line; those named are returned."""
    refused = {one.pk for one in returned}
    rows = []
    for number, line in enumerate(stage.lines(), 1):
        assert line.worker is not None and line.employment is not None
        is_returned = line.employment_id in refused
        rows.append({
            "批次": stage.batch.name, "序号": number, "企业名称": line.employment.enterprise.name,
            "统一社会信用代码": line.employment.enterprise.owner_key, "姓名": line.worker.name,
            "证件号码": line.worker.open_id_number(), "金额": line.amount_fen // YUAN,  # type: ignore[attr-defined]
            "批复结果": "退回" if is_returned else "同意", "退回原因": "材料不全" if is_returned else None, "批复日期": day,
        })  # fmt: skip
    return workbook(CITY_HEADER, rows)


def answer(stage: Stage, content: bytes, day: date = Day.ANSWERED) -> Upload:
    """The city gives its answer."""
    upload = give(stage.cast.city_reviewer, "city_answers", content, day, scope=f"batch:{stage.batch.pk}")
    stage.batch.refresh_from_db()
    return upload


def take_to(stage: Stage, state: str) -> Stage:
    """Take the batch on, step by step, until it is in a state; `paying` has a payment file at the bank."""
    cast, batch = stage.cast, stage.batch
    steps = {
        "draft": lambda: compute_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED),
        "computed": lambda: submit_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED),
        "submitted": lambda: review_batch(
            actor=cast.reviewer, batch=batch, is_passed=True, note="", day=Day.REVIEWED
        ),
        "reviewed": lambda: _sign(stage),
        "approved": lambda: publish_notice(actor=cast.clerk, batch=batch, day=Day.REVIEWED),
        "in_notice": lambda: close_due_notices(actor=CLOCK, day=Day.NOTICE_OVER),
        "notice_ended": lambda: send_to_city(actor=cast.clerk, batch=batch, day=Day.NOTICE_OVER),
        "sent_to_city": lambda: answer(stage, answer_list(stage)),
        "answered": lambda: send_file(stage, make_file(stage)),
    }  # fmt: skip
    batch.refresh_from_db()
    while batch.status != state:
        before = batch.status
        steps[before]()
        batch.refresh_from_db()
        assert batch.status != before, f"stuck in {before}"
    return stage


def make_file(stage: Stage, number: str = "2023-HIRE-01", *, day: date = Day.MADE, **more: Any) -> PaymentFile:
    """A payment file."""
    made = make_payment_file(actor=stage.cast.finance, batch=stage.batch, number=number, day=day, **more)
    stage.batch.refresh_from_db()
    return made


def file_refused(stage: Stage, code: str, **more: object) -> RuleViolation:
    """The refusal of a first payment file; nothing is left behind by it."""
    arguments = {"actor": stage.cast.finance, "batch": stage.batch, "number": "2023-HIRE-01", "day": Day.MADE} | more
    before = PaymentFile.objects.count()
    with pytest.raises(RuleViolation) as caught:
        make_payment_file(**arguments)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert PaymentFile.objects.count() == before
    return caught.value


def send_file(stage: Stage, payment_file: PaymentFile, day: date = Day.SENT) -> PaymentFile:
    """The file goes to the bank."""
    return send_payment_file(actor=stage.cast.finance, payment_file=payment_file, day=day)


def bank_rows(payment_file: PaymentFile, *, failed: Sequence[int] = (), day: date = Day.SENT) -> list[dict[str, Any]]:
    """What the bank answers to each payment; the line numbers named fail."""
    payments = payment_file.disbursements.select_related("organisation", "worker").order_by("line_number")  # type: ignore[attr-defined]
    return [
        {
            "批次": payment_file.batch.name, "付款文件编号": payment_file.number, "付款序号": p.line_number,
            "收款单位": p.payee_name, "统一社会信用代码": p.owner_key, "开户行": p.bank_name, "账号": p.open_account(),
            "人数": p.people, "金额": p.amount_fen // YUAN, "结果": "失败" if p.line_number in failed else "成功",
            "失败原因": "账号已销户" if p.line_number in failed else None, "交易日期": day, "流水号": f"S{p.line_number:04d}",
        }
        for p in payments
    ]  # fmt: skip


def bank_list(*rows: dict[str, Any]) -> bytes:
    """A bank return."""
    return workbook(RETURN_HEADER, rows, "回盘")


def give_return(stage: Stage, payment_file: PaymentFile, *rows: dict[str, Any], day: date = Day.RETURNED) -> Upload:
    """Finance imports a bank return."""
    upload = give(stage.cast.finance, "bank_returns", bank_list(*rows), day, scope=f"payment_file:{payment_file.pk}")
    stage.batch.refresh_from_db()
    payment_file.refresh_from_db()
    return upload
