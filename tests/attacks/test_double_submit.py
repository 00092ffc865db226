"""A double tap, fifty taps, a client that never hears an answer: of every operation one effect (client keys of invariants)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from api.models import ClientKey
from api.throttles import ObjectionThrottle, PictureThrottle
from park_workers.models import ContractSpan, Employment, PayeeAccount, PostSpan, Upload, Worker, WorkerRegistration
from park_workers.services import id_cards
from park_workers.services.employments import register_employment
from subsidies.models import (
    Appropriation,
    Batch,
    Calculation,
    Clawback,
    LineDecision,
    Objection,
    PaymentFile,
    PolicyVersion,
    PublicNotice,
    Receipt,
    Simulation,
    WriteOff,
)
from subsidies.services.clawbacks import propose_clawback
from tests.api.test_employments import a_hire
from tests.api.test_whole_batch import on
from tests.attacks import phone_journeys, review_journeys, training_journeys  # noqa: F401  (declare their journeys)
from tests.attacks.fifty import COPIES, Copies, keyed_operations
from tests.attacks.journeys import JOURNEYS, plays
from tests.attacks.threads import crowd
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies import stage as road
from tests.subsidies.stage import Day


def version(batch: Batch) -> int:
    batch.refresh_from_db()
    return batch.version


@plays(
    "batches_create", "batches_compute_create", "lines_hold_create", "lines_release_create", "lines_remove_create",
    "batches_submit_create", "batches_review_create", "batches_approve_create",
)  # fmt: skip
def a_batch_is_signed(copies: Copies, cast: Cast) -> None:
    stage, clerk = road.set_stage(cast, alpha=4), cast.clerk
    batch = stage.batch
    with on(Day.APPLIED):
        another = {"policy": stage.policy.pk, "name": "第二批", "cutoff_on": "2023-06-30"}
        copies.fifty("batches_create", clerk, body=another, makes=Batch)
        copies.fifty("batches_compute_create", clerk, batch.pk, seen=version(batch), makes=Calculation)
        batch.refresh_from_db()
        first, second = (stage.line_of(hire).pk for hire in stage.hires[:2])
        copies.fifty("lines_hold_create", clerk, first, {"reason": "待核实"}, makes=LineDecision)
        copies.fifty("lines_release_create", clerk, first, {"reason": "已核实"}, makes=LineDecision)
        copies.fifty("lines_remove_create", clerk, second, {"reason": "重复"}, makes=LineDecision)
        copies.fifty("batches_submit_create", clerk, batch.pk, seen=version(batch))
    with on(Day.REVIEWED):
        passed = {"is_passed": True, "note": ""}
        copies.fifty("batches_review_create", cast.reviewer, batch.pk, passed, seen=version(batch))
        copies.fifty("batches_approve_create", cast.approver_1, batch.pk, passed, seen=version(batch))


@plays(
    "batches_publish_create", "notices_objections_create", "objections_decide_create", "batches_republish_create",
    "batches_end_notice_create", "batches_send_create", "payment_files_create", "payment_files_send_create",
    "clawbacks_create", "clawbacks_refuse_create", "clawbacks_approve_create",
)  # fmt: skip
def a_batch_is_paid(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "approved")
    batch, clerk, finance = stage.batch, cast.clerk, cast.finance
    with on(Day.REVIEWED):
        copies.fifty("batches_publish_create", clerk, batch.pk, seen=version(batch), makes=PublicNotice)
        notice = PublicNotice.objects.get()
        words = {"objector_name": "李四", "contact": "13800005678", "text": "请核实"}
        copies.fifty("notices_objections_create", None, notice.reference, words, makes=Objection)
        verdict = {"is_upheld": False, "note": "不成立"}
        copies.fifty("objections_decide_create", cast.reviewer, Objection.objects.get().pk, verdict, seen=1)
        copies.fifty(
            "batches_republish_create", clerk, batch.pk, {"reason": "补正"}, seen=version(batch), makes=PublicNotice
        )
    with on(Day.NOTICE_OVER):
        copies.fifty("batches_end_notice_create", clerk, batch.pk, seen=version(batch))
        copies.fifty("batches_send_create", clerk, batch.pk, seen=version(batch))
    road.take_to(stage, "answered")
    with on(Day.MADE):
        order = {"batch": batch.pk, "number": "2023-HIRE-01"}
        made = copies.fifty("payment_files_create", finance, body=order, makes=PaymentFile)
    with on(Day.SENT):
        copies.fifty("payment_files_send_create", finance, made["id"], seen=made["version"])
    payment_file = PaymentFile.objects.get()
    road.give_return(stage, payment_file, *road.bank_rows(payment_file))
    with on(Day.LATER):
        first, second = stage.lines()[:2]
        asked = copies.fifty("clawbacks_create", finance, body={"line": first.pk, "reason": "重复"}, makes=Clawback)
        copies.fifty("clawbacks_refuse_create", cast.approver_1, asked["id"], {"reason": "不足"}, seen=1)
        again = propose_clawback(actor=finance, line=second, reason="骗取", day=Day.LATER)
        copies.fifty("clawbacks_approve_create", cast.approver_1, again.pk, seen=1)
    assert stage.money == (4_000, 4_000)


@plays("write_offs_create", "write_offs_refuse_create", "write_offs_approve_create")
def a_payment_is_given_up(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "answered")
    payment_file = road.send_file(stage, road.make_file(stage))
    road.give_return(stage, payment_file, *road.bank_rows(payment_file, failed=[2]))
    asking = {"payment": payment_file.disbursements.get(status="bounced").pk, "reason": "企业已注销"}  # type: ignore[attr-defined]
    with on(Day.LATER):
        asked = copies.fifty("write_offs_create", cast.finance, body=asking, makes=WriteOff)
        copies.fifty("write_offs_refuse_create", cast.approver_1, asked["id"], {"reason": "请再联系"}, seen=1)
        again = copies.fifty("write_offs_create", cast.finance, body=asking, makes=WriteOff)
        copies.fifty("write_offs_approve_create", cast.approver_1, again["id"], seen=1)


@plays("batches_propose_cancellation_create", "batches_decline_cancellation_create", "batches_cancel_create")
def a_batch_is_given_up(copies: Copies, cast: Cast) -> None:
    batch = road.take_to(road.set_stage(cast), "submitted").batch
    with on(Day.REVIEWED):
        for operation, who in (("propose", cast.clerk), ("decline", cast.approver_1), ("propose", cast.clerk)):
            copies.fifty(
                f"batches_{operation}_cancellation_create", who, batch.pk, {"reason": "设置有误"}, seen=batch.version
            )
        copies.fifty("batches_cancel_create", cast.approver_1, batch.pk, seen=version(batch))


@plays("batches_resend_create", "batches_reject_returned_create", "batches_close_create")
def the_city_refuses_a_batch(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "sent_to_city")
    batch, clerk = stage.batch, cast.clerk
    road.answer(stage, road.answer_list(stage, returned=stage.hires))
    with on(Day.MADE):
        copies.fifty("batches_resend_create", clerk, batch.pk, {"reason": "已补正"}, seen=version(batch))
    road.answer(stage, road.answer_list(stage, returned=stage.hires, day=Day.MADE), Day.MADE)
    with on(Day.SENT):
        copies.fifty("batches_reject_returned_create", clerk, batch.pk, {"reason": "不符合"}, seen=version(batch))
        copies.fifty("batches_close_create", cast.finance, batch.pk, seen=version(batch))


@plays(
    "employments_create", "employments_leave_create", "employments_correct_hire_date_create", "workers_merge_create",
    "uploads_create", "uploads_confirm_create", "uploads_withdraw_create", "employments_undo_leave_create",
    "employments_contracts_create", "employments_posts_create", "registrations_create",
)  # fmt: skip
def people_come_and_go(copies: Copies, cast: Cast) -> None:
    hr, clerk, rows = cast.hr, cast.clerk, [staff("张三", id_number(921), road.HIRED_ON)]
    hired = copies.fifty("employments_create", hr, body=a_hire(), makes=Employment)
    leaving = {"left_on": "2023-05-31", "reason": "辞职"}
    corrected = {"hired_on": "2023-02-02", "reason": "合同为准"}
    copies.fifty("employments_correct_hire_date_create", clerk, hired["id"], corrected)
    copies.fifty("employments_leave_create", hr, hired["id"], leaving)
    copies.fifty("employments_undo_leave_create", clerk, hired["id"], {"reason": "登记错了人"})
    contract = {"starts_on": "2031-01-01", "ends_on": "2032-12-31"}
    copies.fifty("employments_contracts_create", hr, hired["id"], contract, makes=ContractSpan)
    post = {"starts_on": "2023-03-01", "trade": "裁床", "is_front_line": True}
    copies.fifty("employments_posts_create", hr, hired["id"], post, makes=PostSpan)
    person = {"name": "王五", "id_number": id_number(931), "registered_on": "2023-03-01", "consent_version": "2023-1"}
    copies.fifty("registrations_create", hr, body=person, makes=WorkerRegistration)
    twin = register_employment(
        actor=clerk, enterprise=cast.beta, name="张三", id_number=id_number(905), hired_on=date(2023, 7, 1),
        contract_starts_on=date(2023, 7, 1), is_open_ended=True, trade="", is_front_line=True, day=date(2023, 7, 2), request_id="twin",
    ).employment.worker_id  # fmt: skip
    copies.fifty("workers_merge_create", clerk, twin, {"into": hired["worker"]["id"], "reason": "同一人"})
    assert Worker.objects.filter(merged_into__isnull=False).count() == 1
    roster = {"sheet_kind": "roster"}
    given = copies.fifty("uploads_create", hr, body=roster, file=workbook(ROSTER_HEADER, rows), makes=Upload)
    seen = Upload.objects.get(pk=given["id"]).version
    copies.fifty("uploads_confirm_create", hr, given["id"], seen=seen)
    second = workbook(ROSTER_HEADER, [staff("李四", id_number(922), road.HIRED_ON)])
    given = copies.fifty("uploads_create", hr, body=roster, file=second, makes=Upload)
    seen = Upload.objects.get(pk=given["id"]).version
    copies.fifty("uploads_withdraw_create", hr, given["id"], {"reason": "传错了"}, seen=seen)


@plays(
    "appropriations_create", "payee_accounts_approve_create", "payee_accounts_refuse_create", "policy_versions_create",
    "policy_versions_publish_create", "policy_versions_retire_create", "keys_create", "keys_revoke_create",
    "appropriations_reverse_receipt_create", "payee_accounts_create", "policy_versions_simulate_create",
)  # fmt: skip
def the_bureau_keeps_house(copies: Copies, cast: Cast) -> None:
    money = {"source": road.SOURCE, "year": 2023, "amount": "100.00"}
    fund = copies.fifty("appropriations_create", cast.finance, body=money, makes=Appropriation)
    wrong = {"receipt": Receipt.objects.get().pk, "reason": "录错"}
    copies.fifty("appropriations_reverse_receipt_create", cast.finance, fund["id"], wrong, makes=Receipt)
    change = {"organisation": cast.beta.pk, "account": "9900000000000019", "bank_name": "示例银行", "reason": "换行",
              "effective_on": str(timezone.localdate()), "evidence": "书面申请"}  # fmt: skip
    copies.fifty("payee_accounts_create", cast.clerk, body=change, makes=PayeeAccount)
    approver, accounts = cast.approver_1, [proposed_account(cast, f"990000000000001{n}") for n in (1, 2)]
    copies.fifty("payee_accounts_approve_create", approver, accounts[0].pk, seen=1)
    copies.fifty("payee_accounts_refuse_create", approver, accounts[1].pk, {"reason": "不符"}, seen=1)
    (drafted,) = copies.fifty(
        "policy_versions_create", cast.clerk, body={"text": road.hire_pack()}, makes=PolicyVersion
    )
    trial = {"cutoff_on": "2023-11-30"}
    copies.fifty("policy_versions_simulate_create", cast.clerk, drafted["id"], trial, makes=Simulation)
    copies.fifty("policy_versions_publish_create", approver, drafted["id"], seen=drafted["version"])
    ending = {"reason": "到期"}
    copies.fifty("policy_versions_retire_create", approver, drafted["id"], ending, seen=drafted["version"] + 1)
    browser = Client()
    browser.force_login(cast.hr.user)
    session = browser.cookies["sessionid"].value
    issued = copies.fifty("keys_create", cast.hr, body={"name": "工资系统"}, makes=ClientKey, session=session)
    copies.fifty("keys_revoke_create", cast.hr, issued["prefix"], session=session)


plays(*review_journeys.APPLICATIONS)(review_journeys.workers_are_put_forward)
plays(*review_journeys.SHEETS)(review_journeys.a_score_is_sealed)
plays(*review_journeys.POOL)(review_journeys.the_pool_is_kept)
plays(*review_journeys.ROUNDS)(review_journeys.a_round_is_held)
plays(*review_journeys.GRADES)(review_journeys.a_grade_is_given_and_revoked)


def proposed_account(cast: Cast, number: str) -> PayeeAccount:
    """A change of alpha's account that waits for a second person."""
    change = PayeeAccount(
        status="proposed", organisation=cast.alpha.organisation, account_hash=number[-2:], last_four=number[-4:],
        bank_name="示例银行", valid_from=Day.LATER, proposed_on=Day.MADE, proposed_by=cast.clerk.user,
    )  # fmt: skip
    change.seal_account(number)  # type: ignore[attr-defined]
    change.save()
    return change


@pytest.fixture
def nobody_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty objections are more than one source may send in an hour."""
    monkeypatch.setattr(ObjectionThrottle, "THROTTLE_RATES", {"objection": "1000/min"})
    monkeypatch.setattr(PictureThrottle, "THROTTLE_RATES", {"picture": "1000/min"})


@pytest.fixture
def pictures_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading of a picture has its job; the reader itself, which takes seconds to load, is not what is tried here."""
    monkeypatch.setattr(id_cards, "read_lines", lambda picture, quarter_turns=0: [])


@pytest.mark.usefixtures("nobody_is_told_to_wait", "pictures_show_nothing")
@pytest.mark.parametrize("name", JOURNEYS)
def test_fifty_copies_of_a_request_have_one_effect(committed_cast: Cast, name: str) -> None:
    declared, journey = JOURNEYS[name]
    with crowd(COPIES) as threads:
        copies = Copies(threads)
        journey(copies, committed_cast)
    assert set(copies.played) == declared
    print(f"{name}: {sum(copies.played.values())} requests in {COPIES} copies")  # noqa: T201


def test_every_operation_with_a_client_key_is_played() -> None:
    played = {name for names, _ in JOURNEYS.values() for name in names}
    assert played == set(keyed_operations()), "give it a `copies.fifty(...)` in a journey in which it succeeds"
    print(f"{len(played)} operations in {COPIES} copies each")  # noqa: T201
